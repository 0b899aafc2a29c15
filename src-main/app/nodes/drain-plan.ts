import type { Transport } from '#client/transport.ts'
import { collectionPath } from '#clusters/paths.ts'
import type { DrainPod } from '#contract/nodes.ts'
import { podsResource } from '../objects/pods-of.ts'
import { list, object, text, type Untyped } from '../status/conditions.ts'

/** The pods that run on a node, and what draining it would do with each. */
export async function planDrain(
  transport: Transport,
  node: string,
  signal: AbortSignal,
): Promise<DrainPod[]> {
  const response = await transport.request({
    method: 'GET',
    path: collectionPath(podsResource),
    query: { fieldSelector: onNode(node) },
    signal,
  })
  const { items } = await response.json<{ items: Untyped[] }>()
  return items.map(pod => {
    const { uid, namespace, name } = object(pod['metadata'])
    return { uid: text(uid), namespace: text(namespace), name: text(name), fate: fateOf(pod) }
  })
}

export const onNode = (node: string) => `spec.nodeName=${node}`

/** In the order in which `kubectl drain` judges. (https://kubernetes.io/docs/tasks/administer-cluster/safely-drain-node/) */
function fateOf(pod: Untyped): DrainPod['fate'] {
  const metadata = object(pod['metadata'])
  const owner = list(metadata['ownerReferences']).find(one => one['controller'] === true)
  if (text(owner?.['kind']) === 'DaemonSet') return 'daemonset'
  if (object(metadata['annotations'])['kubernetes.io/config.mirror'] !== undefined) return 'mirror'
  if (['Succeeded', 'Failed'].includes(text(object(pod['status'])['phase']))) return 'ended'
  if (!owner) return 'unmanaged'
  const hasLocalData = list(object(pod['spec'])['volumes']).some(
    volume => volume['emptyDir'] !== undefined,
  )
  return hasLocalData ? 'local-data' : 'evict'
}
