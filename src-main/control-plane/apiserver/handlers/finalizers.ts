import type { KubernetesObject } from '#kubernetes/objects.ts'

/** What an object that is being deleted waits for; a namespace also waits for the finalizers of its spec. */
export function pendingFinalizers(object: Readonly<KubernetesObject>): string[] {
  const own = object.metadata.finalizers ?? []
  if (object.kind !== 'Namespace') return own
  const { spec } = object as { spec?: { finalizers?: string[] } }
  return [...own, ...(spec?.finalizers ?? [])]
}

/** The finalizers an object gets by how its dependents are to be treated. */
export function withPropagation(
  finalizers: readonly string[],
  propagation: 'Background' | 'Foreground' | 'Orphan',
): string[] {
  const kept = finalizers.filter(name => name !== 'orphan' && name !== 'foregroundDeletion')
  if (propagation === 'Orphan') return [...kept, 'orphan']
  if (propagation === 'Foreground') return [...kept, 'foregroundDeletion']
  return kept
}
