import type { Container, ContainerPort, Pod } from '#kubernetes/api/core-v1.ts'
import { keyOf, type Stored } from '#kubernetes/objects.ts'
import { addResources, maxResources, parseResources, type Resources } from './resources.ts'

/** What containers without requests are taken to need when nodes are compared, so that they spread too. */
const defaultMilliCpu = 100
const defaultMemory = 200 * 1024 * 1024

/** A pod with what scheduling asks of it, worked out once. */
export interface PodInfo {
  readonly pod: Stored<Pod>
  readonly key: string
  readonly uid: string
  readonly priority: number
  readonly requests: Resources
  /** CPU and memory with defaults in place of what isn't requested; only for scores. */
  readonly assumedMilliCpu: number
  readonly assumedMemory: number
  readonly hostPorts: readonly Required<Pick<ContainerPort, 'hostPort' | 'protocol' | 'hostIP'>>[]
}

export function podInfo(pod: Stored<Pod>): PodInfo {
  const requests = podRequests(pod)
  return {
    pod,
    key: keyOf(pod),
    uid: pod.metadata.uid,
    priority: pod.spec?.priority ?? 0,
    requests,
    ...assumedRequests(pod, requests),
    hostPorts: hostPorts(pod),
  }
}

/**
 * What a pod needs of its node: the sum of its containers, or what its start takes when that is more (each init
 * container runs beside the sidecars that started before it), or what the pod asks for as a whole; and its overhead.
 */
export function podRequests({ spec }: Pod): Resources {
  let total: Resources = {}
  for (const container of spec?.containers ?? []) total = addResources(total, requestsOf(container))
  let sidecars: Resources = {}
  let starting: Resources = {}
  for (const container of spec?.initContainers ?? []) {
    if (container.restartPolicy === 'Always') {
      sidecars = addResources(sidecars, requestsOf(container))
      starting = maxResources(starting, sidecars)
    } else {
      starting = maxResources(starting, addResources(sidecars, requestsOf(container)))
    }
  }
  const needed = maxResources(addResources(total, sidecars), starting)
  const whole = parseResources(spec?.resources?.requests)
  return addResources({ ...needed, ...whole }, parseResources(spec?.overhead))
}

const requestsOf = ({ resources }: Container): Resources => parseResources(resources?.requests)

function assumedRequests(pod: Pod, requests: Resources) {
  let assumedMilliCpu = requests['cpu'] ?? 0
  let assumedMemory = requests['memory'] ?? 0
  for (const container of pod.spec?.containers ?? []) {
    const own = container.resources?.requests
    if (own?.['cpu'] === undefined) assumedMilliCpu += defaultMilliCpu
    if (own?.['memory'] === undefined) assumedMemory += defaultMemory
  }
  return { assumedMilliCpu, assumedMemory }
}

function hostPorts({ spec }: Pod): PodInfo['hostPorts'] {
  return (spec?.containers ?? []).flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort, protocol = 'TCP', hostIP = '0.0.0.0' }) =>
      hostPort ? [{ hostPort, protocol, hostIP: hostIP || '0.0.0.0' }] : [],
    ),
  )
}
