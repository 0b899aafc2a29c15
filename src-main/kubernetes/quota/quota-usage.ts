import type { PersistentVolumeClaim, Pod, Service } from '../api/core-v1.ts'
import type { ResourceClaim } from '../api/resource-v1.ts'
import type { KubernetesObject } from '../objects.ts'
import { occupiedAmounts } from '../pod-resources.ts'
import { isPodTerminal } from '../pod-state.ts'
import type { Amounts } from '../resource-amounts.ts'
import { claimedDevices, devicesSuffix } from './claimed-devices.ts'

/** A kind of resource by its group and plural. */
export interface QuotaResource {
  group: string
  plural: string
}

const plainCounts = [
  'configmaps',
  'persistentvolumeclaims',
  'pods',
  'replicationcontrollers',
  'resourcequotas',
  'secrets',
  'services',
]
const classSuffix = '.storageclass.storage.k8s.io/'
const native = ['cpu', 'memory', 'ephemeral-storage']

/** `count/deployments.apps`: how a quota names the number of objects of a kind. */
export const countName = ({ group, plural }: QuotaResource): string =>
  group ? `count/${plural}.${group}` : `count/${plural}`

const isOfDevices = ({ group, plural }: QuotaResource): boolean =>
  group === 'resource.k8s.io' && plural === 'resourceclaims'

/** Whether objects of a kind can count towards a resource that a quota names. */
export function countsTowards(resource: QuotaResource, name: string): boolean {
  if (name === countName(resource)) return true
  if (isOfDevices(resource)) return name.endsWith(devicesSuffix)
  if (resource.group !== '') return false
  if (plainCounts.includes(resource.plural) && name === resource.plural) return true
  switch (resource.plural) {
    case 'pods':
      return isPodResource(name)
    case 'services':
      return name === 'services.nodeports' || name === 'services.loadbalancers'
    case 'persistentvolumeclaims':
      return name === 'requests.storage' || name.includes(classSuffix)
    default:
      return false
  }
}

/** What one object counts. `now` is in milliseconds since the epoch. */
export function quotaUsage(
  resource: QuotaResource,
  object: Readonly<KubernetesObject>,
  now: number,
): Amounts {
  const count: Amounts = { [countName(resource)]: '1' }
  if (isOfDevices(resource)) return { ...count, ...claimedDevices(object as ResourceClaim) }
  if (resource.group !== '' || !plainCounts.includes(resource.plural)) return count
  if (resource.plural === 'pods') {
    const pod = object as Pod
    return isPast(pod, now) ? count : { ...count, pods: '1', ...computeUsage(pod) }
  }
  const counts = { ...count, [resource.plural]: '1' }
  if (resource.plural === 'services') return { ...counts, ...serviceUsage(object as Service) }
  if (resource.plural === 'persistentvolumeclaims') {
    return { ...counts, ...claimUsage(object as PersistentVolumeClaim) }
  }
  return counts
}

/** What containers with such requests and limits count: `cpu`, `requests.cpu`, `limits.cpu` and so on. */
export function amountsUsage(requests: Amounts = {}, limits: Amounts = {}): Amounts {
  const usage: Amounts = {}
  for (const [name, amount] of Object.entries(requests)) {
    if (isNativeCompute(name)) usage[name] = amount
    usage[`requests.${name}`] = amount
  }
  for (const [name, amount] of Object.entries(limits)) {
    if (native.includes(name)) usage[`limits.${name}`] = amount
  }
  return usage
}

const computeUsage = (pod: Pod): Amounts =>
  amountsUsage(occupiedAmounts(pod, 'requests'), occupiedAmounts(pod, 'limits'))

const isNativeCompute = (name: string) => native.includes(name) || name.startsWith('hugepages-')

function isPodResource(name: string): boolean {
  if (isNativeCompute(name)) return true
  if (name.startsWith('limits.')) return native.includes(name.slice('limits.'.length))
  return name.startsWith('requests.') && name !== 'requests.storage'
}

/** Whether a pod has ended, or should have been gone by now. */
function isPast(pod: Pod, now: number): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds } = pod.metadata
  if (isPodTerminal(pod)) return true
  if (!deletionTimestamp || deletionGracePeriodSeconds === undefined) return false
  return now > Date.parse(deletionTimestamp) + deletionGracePeriodSeconds * 1000
}

function serviceUsage({ spec = {} }: Service): Amounts {
  const { type, ports = [], allocateLoadBalancerNodePorts = true } = spec
  const isBalancer = type === 'LoadBalancer'
  const hasPorts = type === 'NodePort' || (isBalancer && allocateLoadBalancerNodePorts)
  const counted = hasPorts ? ports : isBalancer ? ports.filter(({ nodePort }) => nodePort) : []
  return {
    'services.nodeports': String(counted.length),
    'services.loadbalancers': isBalancer ? '1' : '0',
  }
}

function claimUsage({ spec }: PersistentVolumeClaim): Amounts {
  const storage = spec?.resources?.requests?.['storage']
  const byClass = spec?.storageClassName ? `${spec.storageClassName}${classSuffix}` : ''
  return {
    ...(storage ? { 'requests.storage': storage } : {}),
    ...(byClass ? { [`${byClass}persistentvolumeclaims`]: '1' } : {}),
    ...(byClass && storage ? { [`${byClass}requests.storage`]: storage } : {}),
  }
}
