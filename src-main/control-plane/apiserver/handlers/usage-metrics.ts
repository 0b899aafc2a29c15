import { formatTime } from '#base/clock.ts'
import type { ResourceDefinition } from '#control-plane/resources/define-resource.ts'
import type { NodeMetrics, PodMetrics } from '#control-plane/resources/shared/usage-metrics.ts'
import type { Pod } from '#kubernetes/api/core-v1.ts'
import type { KubernetesObject } from '#kubernetes/objects.ts'
import { unstored } from '../cache/unstored.ts'
import { storeKey } from '../catalog.ts'
import { notFound } from '../failures.ts'
import type { ContainerUsage, NodeUsage } from '../kubelet-connection.ts'
import type { Reply } from '../reply.ts'
import type { RequestContext } from '../server-request.ts'
import type { Services } from '../services.ts'
import { readSelection } from './selection.ts'

/** Answers reads of metrics.k8s.io by measuring what containers use now. */
export async function readUsage(
  context: RequestContext,
  services: Services,
  definition: ResourceDefinition,
): Promise<Reply> {
  const { info, request } = context
  const selection = readSelection(definition, info, request.query)
  const measured = selectedNodes(context, services, definition)
  const usages = new Map(
    await Promise.all(
      measured.map(
        async name => [name, await services.kubelet?.usage(name).catch(() => undefined)] as const,
      ),
    ),
  )
  const items = (
    definition.namespaced ? metricsOfPods(services, usages) : metricsOfNodes(services, usages)
  )
    .map(object => unstored(definition, object))
    .filter(item => selection.matches(item))
  if (info.verb === 'list') return { kind: 'list', definition, items, metadata: {} }
  const item = items.find(({ metadata }) => metadata.name === info.name)
  if (!item) throw notFound(definition, info.name)
  return { kind: 'object', status: 200, definition, item }
}

type Usages = ReadonlyMap<string, NodeUsage | undefined>

/** The nodes that have to be measured: one, where one object is asked for. */
function selectedNodes(
  { info }: RequestContext,
  services: Services,
  definition: ResourceDefinition,
): string[] {
  const nodes = services.caches.of(services.catalog.get('', 'v1', 'nodes'))
  const names = [...nodes.values()].map(({ object }) => object.metadata.name)
  if (info.verb !== 'get') return names
  const core = services.catalog.get('', 'v1', definition.plural)
  const item = services.caches.of(core).get(storeKey(core, info.namespace, info.name))
  if (!item) throw notFound(definition, info.name)
  const name = definition.namespaced ? (item.object as Pod).spec.nodeName : info.name
  return names.filter(one => one === name)
}

/** Pods of which every running container was measured. */
function metricsOfPods(services: Services, usages: Usages): PodMetrics[] {
  const pods = services.caches.of(services.catalog.get('', 'v1', 'pods'))
  const byPod = new Map<string, { usage: NodeUsage; containers: ContainerUsage[] }>()
  for (const usage of usages.values())
    for (const [uid, containers] of Map.groupBy(usage?.containers ?? [], ({ podUid }) => podUid))
      if (usage) byPod.set(uid, { usage, containers })
  return pods.sorted().flatMap(({ object }) => {
    const found = byPod.get(object.metadata.uid)
    if (!found || (object as Pod).status?.phase !== 'Running') return []
    const containers = found.containers
      .map(one => ({
        name: one.name,
        usage: quantities(one.cpuNanoCores, one.memoryWorkingSetBytes),
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
    const { name, namespace = '', labels } = object.metadata
    const metadata = { name, namespace, ...(labels ? { labels } : {}) }
    return [{ ...measuredAt(metadata, found.usage), containers }]
  })
}

/** What the containers on a node use together. */
function metricsOfNodes(services: Services, usages: Usages): NodeMetrics[] {
  const nodes = services.caches.of(services.catalog.get('', 'v1', 'nodes'))
  return nodes.sorted().flatMap(({ object }) => {
    const { name, labels } = object.metadata
    const usage = usages.get(name)
    if (!usage) return []
    const total = (of: (one: ContainerUsage) => number) =>
      usage.containers.reduce((sum, one) => sum + of(one), 0)
    return [
      {
        ...measuredAt({ name, ...(labels ? { labels } : {}) }, usage),
        usage: quantities(
          total(one => one.cpuNanoCores),
          total(one => one.memoryWorkingSetBytes),
        ),
      },
    ]
  })
}

function measuredAt(metadata: KubernetesObject['metadata'], { at, windowMs }: NodeUsage) {
  const timestamp = formatTime(at)
  return {
    metadata: { ...metadata, creationTimestamp: timestamp },
    timestamp,
    window: `${windowMs / 1000}s`,
  }
}

const quantities = (nanoCores: number, bytes: number) => ({
  cpu: `${Math.round(nanoCores)}n`,
  memory: `${Math.ceil(bytes / 1024)}Ki`,
})
