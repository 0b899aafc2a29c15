import type { Transport } from '#client/transport.ts'
import type { ObjectName } from '#contract/objects.ts'
import { selectorText } from '#kubernetes/selectors/selector-text.ts'
import { readObject } from '../objects/read-object.ts'
import { findCondition, list, number, object, text, type Untyped } from '../status/conditions.ts'

const named = (group: string, resource: string) => ({ group, version: 'v1', resource })

/** Workloads whose pods stand for one another; a pod of one of them is replaced by the next. */
const stateless: Record<string, ReturnType<typeof named>> = {
  ReplicaSet: named('apps', 'replicasets'),
  Deployment: named('apps', 'deployments'),
  DaemonSet: named('apps', 'daemonsets'),
}

/** Which pods a forward may use, and where in them its port is. */
export interface ForwardTarget {
  readonly labelSelector?: string
  readonly fieldSelector?: string
  /** Taken while it can be had. */
  readonly preferred?: string
  /** The container's port behind the forward's; a name is looked up in the pod. */
  readonly containerPort: number | string
}

/** Finds out which pods stand behind an object; throws in plain words when none ever can. */
export async function resolveTarget(
  transport: Transport,
  of: ObjectName,
  port: number,
  signal: AbortSignal,
): Promise<ForwardTarget> {
  const live = await readObject(transport, of, signal)
  const spec = object(live['spec'])
  switch (text(live['kind'])) {
    case 'Pod':
      return { ...(await successorsOf(transport, of, live, signal)), containerPort: port }
    case 'Service': {
      const served = list(spec['ports']).find(one => number(one['port']) === port)
      if (!served) throw new Error(`Service ${of.name} has no port ${port}`)
      const labelSelector = selectorText(spec['selector'])
      if (!labelSelector) throw new Error(`Service ${of.name} selects no pods`)
      const target = served['targetPort']
      const isSet = typeof target === 'string' || (typeof target === 'number' && target > 0)
      return { labelSelector, containerPort: isSet ? target : port }
    }
    default: {
      const labelSelector = selectorText(spec['selector'])
      if (!labelSelector) throw new Error(`${text(live['kind'])} ${of.name} selects no pods`)
      return { labelSelector, containerPort: port }
    }
  }
}

/** The ports that an object names. */
export async function portsOf(
  transport: Transport,
  of: ObjectName,
  signal: AbortSignal,
): Promise<{ port: number; name?: string }[]> {
  const live = await readObject(transport, of, signal)
  const spec = object(live['spec'])
  const isService = text(live['kind']) === 'Service'
  const podSpec = text(live['kind']) === 'Pod' ? spec : object(object(spec['template'])['spec'])
  const ports = isService
    ? list(spec['ports'])
    : list(podSpec['containers']).flatMap(container => list(container['ports']))
  return ports
    .filter(({ protocol }) => !protocol || protocol === 'TCP')
    .map(one => ({
      port: number(isService ? one['port'] : one['containerPort']),
      ...(one['name'] ? { name: text(one['name']) } : {}),
    }))
}

/** A pod that a forward can use now: the one it used, else the preferred one, else any that is ready. */
export function choosePod(
  pods: Iterable<Untyped>,
  { preferred }: ForwardTarget,
  current: string | undefined,
): Untyped | undefined {
  const ready = [...pods].filter(
    pod =>
      findCondition(pod, 'Ready')?.status === 'True' &&
      !object(pod['metadata'])['deletionTimestamp'],
  )
  const byName = (name: string | undefined) =>
    ready.find(pod => text(object(pod['metadata'])['name']) === name)
  return byName(preferred) ?? byName(current) ?? ready[0]
}

/** The number of a container's port in a pod; throws when the pod has none of that name. */
export function portNumber(pod: Untyped, port: number | string): number {
  if (typeof port === 'number') return port
  const found = list(object(pod['spec'])['containers'])
    .flatMap(container => list(container['ports']))
    .find(one => one['name'] === port)
  if (!found)
    throw new Error(`pod ${text(object(pod['metadata'])['name'])} has no port named ${port}`)
  return number(found['containerPort'])
}

/** A pod by itself, or together with those that replace it. */
async function successorsOf(
  transport: Transport,
  { name, namespace, cluster }: ObjectName,
  pod: Untyped,
  signal: AbortSignal,
): Promise<Omit<ForwardTarget, 'containerPort'>> {
  let owner = controllerOf(pod)
  let selector = ''
  while (owner) {
    const resource = stateless[text(owner['kind'])]
    if (!resource) break
    const of = { cluster, resource, name: text(owner['name']), ...(namespace && { namespace }) }
    const workload = await readObject(transport, of, signal).catch(() => undefined)
    if (!workload) break
    selector = selectorText(object(workload['spec'])['selector'])
    owner = controllerOf(workload)
  }
  return selector
    ? { labelSelector: selector, preferred: name }
    : { fieldSelector: `metadata.name=${name}` }
}

const controllerOf = (of: Untyped) =>
  list(object(of['metadata'])['ownerReferences']).find(one => one['controller'] === true)
