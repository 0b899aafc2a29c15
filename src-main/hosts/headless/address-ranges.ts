import { formatRange, type Ipv4Range, parseRange, rangeSize } from '#platform/ipv4.ts'
import { findFreeRange, findOverlap, readHostRoutes } from '#platform/routes.ts'
import type { ClusterSettings } from './cluster-settings.ts'
import type { HeadlessOptions } from './options.ts'

const defaults = { podCidr: '10.244.0.0/24', serviceCidr: '10.96.0.0/16' }

/**
 * The address ranges of a new cluster: the given ones if nothing on this machine routes them, else free ones. Other
 * clusters' ranges count as taken unless they are asked for by name: simulated clusters may well share them.
 */
export async function chooseRanges(
  options: Pick<HeadlessOptions, 'podCidr' | 'serviceCidr'>,
  neighbours: ClusterSettings[],
): Promise<{ podCidr: string; serviceCidr: string }> {
  const routes = await readHostRoutes()
  const taken = [
    ...routes.map(route => route.range),
    ...neighbours.flatMap(({ podCidr, serviceCidr, nodes }) => [
      ...nodeRanges(podCidr, nodes),
      parseRange(serviceCidr),
    ]),
  ]
  const choose = (key: 'podCidr' | 'serviceCidr', option: string, avoid: string | undefined) => {
    const given = options[key]
    if (given === undefined) {
      return findFreeRange(defaults[key], [...taken, ...(avoid ? [parseRange(avoid)] : [])])
    }
    const overlap = findOverlap(given, routes)
    if (overlap) {
      throw new Error(
        `--${option} ${given}: ${overlap.interface} routes ${formatRange(overlap.range)} on this machine; choose another range`,
      )
    }
    return given
  }
  const podCidr = choose('podCidr', 'pod-cidr', options.serviceCidr)
  return { podCidr, serviceCidr: choose('serviceCidr', 'service-cidr', podCidr) }
}

/** The ranges of a cluster's nodes, which lie one behind the other. */
function nodeRanges(podCidr: string, nodes: number): Ipv4Range[] {
  const { first, bits } = parseRange(podCidr)
  const size = rangeSize({ first, bits })
  return Array.from({ length: nodes }, (_, n) => ({ first: first + n * size, bits }))
}
