import type { KubernetesObject } from '#kubernetes/objects.ts'
import { addQuantities } from '#kubernetes/quantity.ts'
import { type Column, defineResource, type ResourceDefinition } from '../define-resource.ts'
import { nameColumn } from './columns.ts'

interface ResourceUsage {
  cpu: string
  memory: string
}

interface Measured {
  /** RFC 3339; the end of the window. */
  timestamp: string
  /** Such as `10.5s`: what CPU is a rate over. */
  window: string
}

/** `metrics.k8s.io/v1beta1` PodMetrics. */
export interface PodMetrics extends KubernetesObject, Measured {
  containers: { name: string; usage: ResourceUsage }[]
}

/** `metrics.k8s.io/v1beta1` NodeMetrics. */
export interface NodeMetrics extends KubernetesObject, Measured {
  usage: ResourceUsage
}

/** A kind of metrics.k8s.io: measured when it is read, never stored. Columns are those of metrics-server. */
function defineUsage<T extends KubernetesObject & Measured>(
  kind: string,
  place: { plural: string; singular: string; namespaced: boolean },
  usage: (object: T) => ResourceUsage,
): ResourceDefinition {
  const columns: Column<T>[] = [
    nameColumn as Column<KubernetesObject> as Column<T>,
    { name: 'cpu', type: 'string', value: object => usage(object).cpu },
    { name: 'memory', type: 'string', value: object => usage(object).memory },
    { name: 'Window', type: 'string', value: ({ window }) => window },
  ]
  return defineResource<T>({
    group: 'metrics.k8s.io',
    version: 'v1beta1',
    kind,
    ...place,
    verbs: ['get', 'list'],
    virtual: true,
    storagePrefix: `/metrics.k8s.io/${place.plural}`,
    columns,
  })
}

export const podMetrics = defineUsage<PodMetrics>(
  'PodMetrics',
  { plural: 'pods', singular: 'pod', namespaced: true },
  ({ containers }) => ({
    cpu: containers.reduce((sum, { usage }) => addQuantities(sum, usage.cpu), '0'),
    memory: containers.reduce((sum, { usage }) => addQuantities(sum, usage.memory), '0'),
  }),
)

export const nodeMetrics = defineUsage<NodeMetrics>(
  'NodeMetrics',
  { plural: 'nodes', singular: 'node', namespaced: false },
  ({ usage }) => usage,
)
