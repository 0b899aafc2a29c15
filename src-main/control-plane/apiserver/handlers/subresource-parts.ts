import type { CertificateSigningRequest } from '#kubernetes/api/certificates-v1.ts'
import type { Container, Pod } from '#kubernetes/api/core-v1.ts'
import { cloneJson } from '#kubernetes/json.ts'
import type { KubernetesObject } from '#kubernetes/objects.ts'

type Take = (target: KubernetesObject, from: Readonly<KubernetesObject>) => void

/**
 * What a write to a subresource may change. The rest of the object stays as it is stored; for each subresource that is
 * a view of its object, `take` copies the part that counts.
 */
export const subresourceParts: Record<string, Take> = {
  // Labels, annotations and the like may be written with a status or an approval; a kind that forbids it says so itself.
  status(target, from) {
    target.metadata = { ...from.metadata }
    copyField('status')(target, from)
  },
  binding(target, from) {
    const { nodeName } = (from as Pod).spec
    if (nodeName) (target as Pod).spec.nodeName = nodeName
    takeAnnotations(target, from)
    copyField('status')(target, from)
  },
  finalize(target, from) {
    const { finalizers } = (from as { spec?: { finalizers?: string[] } }).spec ?? {}
    const namespace = target as { spec?: { finalizers?: string[] } }
    namespace.spec = { ...namespace.spec }
    if (finalizers?.length) namespace.spec.finalizers = finalizers
    else delete namespace.spec.finalizers
  },
  approval(target, from) {
    const { conditions } = (from as CertificateSigningRequest).status ?? {}
    const request = target as CertificateSigningRequest
    target.metadata = { ...from.metadata }
    request.status = { ...request.status, conditions: conditions ?? [] }
  },
  ephemeralcontainers(target, from) {
    const { ephemeralContainers } = (from as Pod).spec
    if (ephemeralContainers) (target as Pod).spec.ephemeralContainers = ephemeralContainers
    else delete (target as Pod).spec.ephemeralContainers
  },
  resize(target, from) {
    takeResources((target as Pod).spec.containers, (from as Pod).spec.containers ?? [])
    takeResources(
      (target as Pod).spec.initContainers ?? [],
      (from as Pod).spec.initContainers ?? [],
    )
  },
}

const takeAnnotations: Take = (target, from) => {
  if (from.metadata.annotations) target.metadata.annotations = from.metadata.annotations
  else delete target.metadata.annotations
}

function copyField(field: 'status'): Take {
  return (target, from) => {
    const value = (from as { status?: unknown })[field]
    if (value === undefined) delete (target as { status?: unknown })[field]
    else (target as { status?: unknown })[field] = value
  }
}

function takeResources(targets: Container[], from: readonly Container[]): void {
  for (const target of targets) {
    const wanted = from.find(({ name }) => name === target.name)
    if (wanted?.resources) target.resources = wanted.resources
    if (wanted?.resizePolicy) target.resizePolicy = wanted.resizePolicy
  }
}

/** Makes `next` the stored object with only the subresource's part, and managedFields, of what `next` was. */
export function keepAllBut(
  subresource: string,
  next: KubernetesObject,
  old: Readonly<KubernetesObject>,
): void {
  const take = subresourceParts[subresource]
  if (!take) return
  const wanted = { ...next }
  const { managedFields } = next.metadata
  const fields = next as unknown as Record<string, unknown>
  for (const key of Object.keys(fields)) delete fields[key]
  Object.assign(next, cloneJson(old))
  take(next, wanted)
  if (managedFields) next.metadata.managedFields = managedFields
}
