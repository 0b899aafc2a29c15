import { BlockList } from 'node:net'
import { formatTime } from '#base/clock.ts'
import type { Condition } from '#kubernetes/api/meta-v1.ts'
import type { ServiceCIDR } from '#kubernetes/api/networking-v1.ts'
import { cloneJson } from '#kubernetes/json.ts'
import type { KubernetesObject } from '#kubernetes/objects.ts'
import type { ServiceAllocators } from '../bootstrap/allocators.ts'
import { ensure, serverUser } from '../bootstrap/bootstrap-objects.ts'
import type { ObjectWriter } from '../handlers/object-writer.ts'
import { Upkeep } from '../maintenance/upkeep.ts'
import type { Services } from '../services.ts'

const group = 'networking.k8s.io'
const finalizer = 'networking.k8s.io/service-cidr-finalizer'
const ownName = 'kubernetes'

const rangesOf = ({ catalog }: Services) => catalog.get(group, 'v1', 'servicecidrs')

const all = (services: Services): Readonly<ServiceCIDR>[] =>
  services.caches
    .of(rangesOf(services))
    .sorted()
    .map(({ object }) => object as unknown as Readonly<ServiceCIDR>)

/** Creates the cluster's own ServiceCIDR; leaves alone what is there. */
export const bootstrapServiceCidr = (
  services: Services,
  writer: ObjectWriter,
  cidr: string,
): Promise<void> =>
  ensure(services, writer, {
    apiVersion: `${group}/v1`,
    kind: 'ServiceCIDR',
    metadata: { name: ownName, finalizers: [finalizer] },
    spec: { cidrs: [cidr] },
  } as KubernetesObject)

/** The ranges that Services get addresses of: the cluster's own first, without those that are being deleted. */
export function readyRanges(services: Services): string[] {
  const ready = all(services).filter(({ metadata }) => !metadata.deletionTimestamp)
  const isOwn = ({ metadata }: Readonly<ServiceCIDR>) => metadata.name === ownName
  return [...ready.filter(isOwn), ...ready.filter(range => !isOwn(range))].flatMap(
    ({ spec }) => spec?.cidrs ?? [],
  )
}

/** Puts every ServiceCIDR to use, and lets go of a deleted one once no address is left that only it holds. */
export function keepServiceCidrs(
  services: Services,
  writer: ObjectWriter,
  allocators: ServiceAllocators,
): Upkeep {
  const { caches, catalog } = services
  const definition = rangesOf(services)
  const addresses = catalog.get(group, 'v1', 'ipaddresses')
  return new Upkeep({
    services,
    name: 'service ranges',
    kinds: [definition, addresses],
    async work() {
      allocators.setRanges(readyRanges(services))
      for (const range of all(services)) {
        const { name = '', deletionTimestamp, finalizers = [] } = range.metadata
        const isHeld = finalizers.includes(finalizer)
        if (!deletionTimestamp) {
          if (!isHeld) await update(name, '', protect)
          await tell(range, readyCondition(name))
          continue
        }
        if (!isHeld) continue
        if (isNeeded(range)) await tell(range, terminating)
        else await update(name, '', release)
      }
    },
  })

  /** Whether addresses are taken that lie in no other range. */
  function isNeeded({ spec }: Readonly<ServiceCIDR>): boolean {
    const own = blocks(spec?.cidrs ?? [])
    const others = blocks(readyRanges(services))
    return [...caches.of(addresses).values()].some(
      ({ metadata: { name = '' } }) => own(name) && !others(name),
    )
  }

  async function tell(range: Readonly<ServiceCIDR>, wanted: Told): Promise<void> {
    const current = range.status?.conditions?.find(({ type }) => type === 'Ready')
    if (current?.status === wanted.status) return
    const condition: Condition = {
      type: 'Ready',
      lastTransitionTime: formatTime(services.clock.now()),
      ...wanted,
    }
    await update(range.metadata.name ?? '', 'status', object => {
      const rest = (object.status?.conditions ?? []).filter(({ type }) => type !== 'Ready')
      object.status = { ...object.status, conditions: [...rest, condition] }
    })
  }

  async function update(
    name: string,
    subresource: string,
    change: (range: ServiceCIDR) => void,
  ): Promise<void> {
    const write = { definition, namespace: '', name, subresource, dryRun: false }
    await writer.update(
      { ...write, user: serverUser, warnings: new Set() },
      {
        change(current) {
          const next = cloneJson(current) as ServiceCIDR
          change(next)
          return next as KubernetesObject
        },
      },
    )
  }
}

type Told = Pick<Condition, 'status' | 'reason' | 'message'>

const readyCondition = (name: string): Told => ({
  status: 'True',
  reason: '',
  message: `Kubernetes ${name === ownName ? 'default ' : ''}Service CIDR is ready`,
})
const terminating: Told = {
  status: 'False',
  reason: 'Terminating',
  message:
    'There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR',
}

function protect({ metadata }: ServiceCIDR): void {
  metadata.finalizers = [...(metadata.finalizers ?? []), finalizer]
}

function release({ metadata }: ServiceCIDR): void {
  metadata.finalizers = (metadata.finalizers ?? []).filter(one => one !== finalizer)
}

/** Tells of an address whether it lies in one of the ranges. */
function blocks(cidrs: readonly string[]): (address: string) => boolean {
  const list = new BlockList()
  for (const cidr of cidrs) {
    const [address = '', length] = cidr.split('/')
    list.addSubnet(address, Number(length), address.includes(':') ? 'ipv6' : 'ipv4')
  }
  return address => list.check(address, address.includes(':') ? 'ipv6' : 'ipv4')
}
