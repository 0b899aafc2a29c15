import type { Transport } from '#client/transport.ts'
import type { InputOf } from '#contract/contract.ts'
import type { ObjectName, WriteResult } from '#contract/objects.ts'
import { list, object, text } from '../status/conditions.ts'
import { readObject } from './read-object.ts'
import { patchWith, type WriteTarget } from './write-objects.ts'
import { failed } from './write-result.ts'

const apps = (resource: string) => ({ group: 'apps', version: 'v1', resource })

/** Workloads whose template a person writes; a ReplicaSet's is its Deployment's. */
const workloads: Record<string, ReturnType<typeof apps>> = {
  Deployment: apps('deployments'),
  ReplicaSet: apps('replicasets'),
  StatefulSet: apps('statefulsets'),
  DaemonSet: apps('daemonsets'),
}

/**
 * Changes a container where it was written down: in the template of the topmost workload that owns the pod, or in the pod
 * itself when nothing does.
 */
export async function mendContainer(
  target: WriteTarget,
  { pod, what, container, value }: InputOf<'objects.mend'>,
  signal: AbortSignal,
): Promise<WriteResult> {
  const owner = await writtenIn(target.transport, pod, signal)
  if (typeof owner === 'string')
    return failed({ kind: 'Pod', ...pod }, new Error(`${owner} makes this pod: change it there`))
  const changed = what === 'image' ? { image: value } : { resources: { limits: { memory: value } } }
  const spec = { containers: [{ name: container, ...changed }] }
  const patch = owner === pod ? { spec } : { spec: { template: { spec } } }
  return patchWith(target, owner, patch, 'application/strategic-merge-patch+json', signal)
}

/** The object that holds a pod's template; in words when it is of a kind whose template can't be changed. */
async function writtenIn(
  transport: Transport,
  pod: ObjectName,
  signal: AbortSignal,
): Promise<ObjectName | string> {
  let found = pod
  for (;;) {
    const live = await readObject(transport, found, signal)
    const owner = list(object(live['metadata'])['ownerReferences']).find(
      one => one['controller'] === true,
    )
    if (!owner) return found
    const [kind, name] = [text(owner['kind']), text(owner['name'])]
    const resource = workloads[kind]
    if (!resource) return found === pod ? `${kind} ${name}` : found
    found = { ...pod, resource, name }
  }
}
