import type { ObjectMeta } from './api/meta-v1.ts'

/** The annotations that mark a StorageClass as default, of now and of before. */
export const defaultStorageClassKeys = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
]

/**
 * The name of the class that is marked as default by one of the annotations: of several the newest, and of those the
 * first by name.
 */
export function findDefaultClass(
  classes: Iterable<{ metadata: ObjectMeta }>,
  annotations: readonly string[],
): string | undefined {
  const marked = [...classes]
    .map(({ metadata }) => metadata)
    .filter(metadata => annotations.some(key => metadata.annotations?.[key] === 'true'))
    .map(({ name = '', creationTimestamp = '' }) => ({ name, creationTimestamp }))
  marked.sort(
    (a, b) =>
      b.creationTimestamp.localeCompare(a.creationTimestamp) || a.name.localeCompare(b.name),
  )
  return marked[0]?.name
}
