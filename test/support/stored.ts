import type { KubernetesObject, Stored } from '#kubernetes/objects.ts'

/** What the API fills in. */
export const metadata = (name: string, labels: Record<string, string> = {}) => ({
  name,
  namespace: 'default',
  uid: name,
  resourceVersion: '1',
  creationTimestamp: '2026-01-01T00:00:00Z',
  labels,
})

/** An object as the API would answer it; namespaced in `default` unless its metadata says otherwise. */
export const stored = <T extends KubernetesObject>(object: T): Stored<T> =>
  ({
    ...object,
    metadata: { ...metadata(object.metadata.name ?? ''), ...object.metadata },
  }) as Stored<T>
