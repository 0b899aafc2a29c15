import { createHash } from 'node:crypto'
import type {
  ResourceDefinition,
  Subresource,
  Verb,
} from '#control-plane/resources/define-resource.ts'

const allVerbs: readonly Verb[] = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
]

/** The verbs that discovery shows for a kind. */
export const verbsOf = (definition: ResourceDefinition): readonly string[] => {
  if (definition.terminating) return ['delete', 'deletecollection', 'get', 'list', 'watch']
  return definition.verbs ?? allVerbs
}

/** A kind's subresources by name, the generic ones among them, sorted as discovery shows them. */
export function subresourcesOf(definition: ResourceDefinition): [name: string, Subresource][] {
  const { group, version, kind } = definition
  const found = new Map(Object.entries(definition.subresources ?? {}))
  if (definition.status) {
    found.set('status', { group, version, kind, verbs: ['get', 'patch', 'update'] })
  }
  if (definition.scale) {
    const scale = { group: 'autoscaling', version: 'v1', kind: 'Scale' }
    found.set('scale', { ...scale, verbs: ['get', 'patch', 'update'] })
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1))
}

/** Tells clients whether two names mean the same stored objects, as upstream computes it from what it stores. */
export function storageVersionHash(definition: ResourceDefinition): string {
  const { kind, storedAs = definition } = definition
  const version = storedInBeta.has(definition.storagePrefix) ? 'v1beta1' : storedAs.version
  const digest = createHash('sha256').update(`${storedAs.group}/${version}/${kind}`).digest()
  return digest.subarray(0, 8).toString('base64')
}

/** Kinds that Kubernetes 1.35 still writes to etcd in an earlier version than the one it serves. */
const storedInBeta: ReadonlySet<string> = new Set([
  '/registry/apiextensions.k8s.io/customresourcedefinitions',
  '/registry/volumeattributesclasses',
])
