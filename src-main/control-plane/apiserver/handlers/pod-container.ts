import type { Pod } from '#kubernetes/api/core-v1.ts'
import { statusError } from '#kubernetes/status-error.ts'
import { badRequest } from '../failures.ts'
import type { ContainerReference, KubeletConnection } from '../kubelet-connection.ts'
import { type Target, writeOf } from './target.ts'

/** The pod that a request names, on a node or not. */
export const namedPod = (target: Target): Pod =>
  target.writer.current(writeOf(target, false)).object as Pod

/** The pod that a request names, on its node. Throws a 400 while it has none. */
export function podOf(target: Target): {
  pod: Pod
  reference: Omit<ContainerReference, 'container'>
} {
  const pod = namedPod(target)
  const { name = '', namespace = '', uid = '' } = pod.metadata
  const node = pod.spec.nodeName
  if (!node) throw badRequest(`pod ${name} does not have a host assigned`)
  return { pod, reference: { node, namespace, pod: name, uid } }
}

/** The container that is meant: the one named, or the only one. Throws a 400 in upstream's words. */
export function containerOf(pod: Pod, wanted: string): string {
  const { name = '' } = pod.metadata
  const names = (list: { name: string }[] | undefined) => (list ?? []).map(one => one.name)
  const main = names(pod.spec.containers)
  const init = names(pod.spec.initContainers)
  const ephemeral = names(pod.spec.ephemeralContainers)
  if (wanted) {
    if ([...main, ...init, ...ephemeral].includes(wanted)) return wanted
    throw badRequest(`container ${wanted} is not valid for pod ${name}`)
  }
  if (main.length === 1 && main[0] && !init.length && !ephemeral.length) return main[0]
  const more = init.length ? ` or one of the init containers: [${init.join(' ')}]` : ''
  if (main.length === 1 && main[0] && !init.length) return main[0]
  throw badRequest(
    `a container name must be specified for pod ${name}, choose one of: [${main.join(' ')}]${more}`,
  )
}

/** The way to the nodes; a 503 while there is none. */
export function kubeletOf({ services }: Target): KubeletConnection {
  if (services.kubelet) return services.kubelet
  throw statusError('ServiceUnavailable', 'no node is attached to this cluster')
}
