import { createHash } from 'node:crypto'
import type { Backend, ServicePort } from './service-ports.ts'

/** What one service puts into the table; fragments add up to it, and differ by what has to change. */
export interface Fragment {
  /** Elements of the table's shared maps and sets: key, and the verdict where it is a map. */
  elements: Record<SharedSet, Map<string, string>>
  /** Chains by name, with their rules. */
  chains: Map<string, string[]>
  /** Sets of clients that stay with a backend, by name: how long, in seconds. */
  affinitySets: Map<string, number>
}

/** Maps and sets that all services share. */
export type SharedSet = 'service-ips' | 'node-ports' | 'no-endpoints' | 'hairpin'

/** The mark of what has to leave with the node's own address; the bit that kube-proxy uses. */
export const masqueradeMark = '0x4000'

/** The rules of a service's ports. */
export function buildFragment(ports: readonly ServicePort[]): Fragment {
  const fragment: Fragment = {
    elements: {
      'service-ips': new Map(),
      'node-ports': new Map(),
      'no-endpoints': new Map(),
      hairpin: new Map(),
    },
    chains: new Map(),
    affinitySets: new Map(),
  }
  for (const port of ports) addPort(fragment, port)
  return fragment
}

function addPort({ elements, chains, affinitySets }: Fragment, port: ServicePort): void {
  const { protocol, backends, affinitySeconds } = port
  const keys = port.addresses.map(address => `${address} . ${protocol} . ${port.port}`)
  if (!backends.length) {
    for (const key of keys) elements['no-endpoints'].set(key, '')
    return
  }
  const chain = `svc-${hash(`${port.name}/${protocol}`)}`
  for (const key of keys) elements['service-ips'].set(key, `goto ${chain}`)
  for (const { address } of backends) elements.hairpin.set(`${address} . ${address}`, '')
  if (port.nodePort) {
    elements['node-ports'].set(`${protocol} . ${port.nodePort}`, `goto ${chain}-np`)
    chains.set(`${chain}-np`, [`meta mark set meta mark or ${masqueradeMark}`, `goto ${chain}`])
  }
  if (affinitySeconds === undefined) {
    chains.set(chain, [
      `meta l4proto ${protocol} dnat ip to ${pick('map', backends, formatBackend)}`,
    ])
    return
  }
  const names = backends.map(backend => `${chain}-${hash(formatBackend(backend)).slice(0, 8)}`)
  backends.forEach((backend, index) => {
    const name = names[index] ?? ''
    affinitySets.set(`${name}-clients`, affinitySeconds)
    chains.set(name, [
      `update @${name}-clients { ip saddr }`,
      `meta l4proto ${protocol} dnat to ${backend.address}:${backend.port}`,
    ])
  })
  chains.set(chain, [
    ...names.map(name => `ip saddr @${name}-clients goto ${name}`),
    pick('vmap', names, name => `goto ${name}`),
  ])
}

/** An equal choice at random. */
function pick<T>(kind: 'map' | 'vmap', items: T[], format: (item: T) => string): string {
  const cases = items.map((item, index) => `${index} : ${format(item)}`)
  return `numgen random mod ${items.length} ${kind} { ${cases.join(', ')} }`
}

const formatBackend = ({ address, port }: Backend) => `${address} . ${port}`

/** Names of chains are short, those of services aren't. */
const hash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 16)
