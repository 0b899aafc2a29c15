import type { ListMeta, ObjectMeta, Status } from './api/meta-v1.ts'

/** Any Kubernetes object. */
export interface KubernetesObject {
  apiVersion?: string
  kind?: string
  metadata: ObjectMeta
}

/** A list as the API answers it. */
export interface KubernetesList<T extends KubernetesObject = KubernetesObject> {
  apiVersion?: string
  kind?: string
  metadata: ListMeta
  items: T[]
}

/** An object as the API server returns it: what it fills in is there. */
export type Stored<T extends KubernetesObject> = T & {
  metadata: { name: string; uid: string; resourceVersion: string; creationTimestamp: string }
}

/** One event of a watch. `BOOKMARK` objects carry only a resource version; `ERROR` carries a Status. */
export type WatchEvent<T extends KubernetesObject = KubernetesObject> =
  | { type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: Stored<T> }
  | { type: 'BOOKMARK'; object: KubernetesObject }
  | { type: 'ERROR'; object: Status }

/** Names a kind of resource in API paths. The core group is the empty string. */
export interface GroupVersionResource {
  group: string
  version: string
  resource: string
}

/** Names a kind in manifests. The core group is the empty string. */
export interface GroupVersionKind {
  group: string
  version: string
  kind: string
}

/** `v1` or `apps/v1`. */
export const apiVersionOf = ({ group, version }: { group: string; version: string }): string =>
  group ? `${group}/${version}` : version

/** Splits `apps/v1` or `v1`; throws on anything else. */
export function parseApiVersion(apiVersion: string): { group: string; version: string } {
  const parts = apiVersion.split('/')
  const [first = '', second] = parts
  if (parts.length > 2 || !first || second === '')
    throw new Error(`invalid apiVersion ${JSON.stringify(apiVersion)}`)
  return second === undefined ? { group: '', version: first } : { group: first, version: second }
}

/** `namespace/name`, or `name` for what lives in no namespace: the key of informers, queues and stores. */
export const keyOf = ({ metadata }: { metadata: ObjectMeta }): string =>
  metadata.namespace ? `${metadata.namespace}/${metadata.name ?? ''}` : (metadata.name ?? '')
