import type { Transport } from '#client/transport.ts'
import type { ObjectName } from '#contract/objects.ts'
import { list, object, text } from '../status/conditions.ts'
import { readObject } from './read-object.ts'

const apps = (resource: string) => ({ group: 'apps', version: 'v1', resource })

/** Workloads whose template a person writes; a ReplicaSet's is its Deployment's. */
const workloads: Record<string, ReturnType<typeof apps>> = {
  Deployment: apps('deployments'),
  ReplicaSet: apps('replicasets'),
  StatefulSet: apps('statefulsets'),
  DaemonSet: apps('daemonsets'),
}

/** A pod's template is its owner's or that one's; whoever has owners in a circle is not followed for ever. */
const mostOwners = 4

/**
 * The object that holds a pod's template, the pod itself when nothing owns it; in words when it is of a kind whose template
 * can't be changed.
 */
export async function writtenIn(
  transport: Transport,
  pod: ObjectName,
  signal: AbortSignal,
): Promise<ObjectName | string> {
  let found = pod
  for (let owners = 0; owners < mostOwners; owners++) {
    const live = await readObject(transport, found, signal)
    const owner = list(object(live['metadata'])['ownerReferences']).find(
      one => one['controller'] === true,
    )
    if (!owner) return found
    const [kind, name] = [text(owner['kind']), text(owner['name'])]
    const resource = workloads[kind]
    if (!resource) return found === pod ? `${kind} ${name} makes this pod: change it there` : found
    found = { ...pod, resource, name }
  }
  return found
}
