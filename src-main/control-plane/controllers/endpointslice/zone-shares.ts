import type { Node } from '#kubernetes/api/core-v1.ts'
import { quantityMilliValue } from '#kubernetes/quantity.ts'
import { zoneLabel } from './topology.ts'

/** Of each zone: which part, between 0 and 1, of the cluster's CPU its nodes have. */
export type ZoneShares = ReadonlyMap<string, number>

/** How many of a service's endpoints a zone gets. */
export interface Allotment {
  /** With fewer, each of them would carry more than a fifth too much. */
  readonly least: number
  /** With more, another zone would lack some. */
  readonly most: number
  readonly wanted: number
}

/** How much more than its fair part an endpoint may have to carry. */
const overload = 0.2
const leftOut = ['node-role.kubernetes.io/control-plane', 'node-role.kubernetes.io/master']

/**
 * The shares of the zones by their nodes that are ready, control planes aside. Undefined when one of these nodes tells
 * neither zone nor CPU, and when there are fewer than two zones.
 */
export function zoneShares(nodes: readonly Node[]): ZoneShares | undefined {
  const cpu = new Map<string, number>()
  let total = 0
  for (const { metadata, status } of nodes) {
    const labels = metadata.labels ?? {}
    const ready = status?.conditions?.find(({ type }) => type === 'Ready')
    if (ready?.status !== 'True' || leftOut.some(label => label in labels)) continue
    const zone = labels[zoneLabel]
    const milli = quantityMilliValue(status?.allocatable?.['cpu'] ?? '0')
    if (!zone || milli === 0) return undefined
    cpu.set(zone, (cpu.get(zone) ?? 0) + milli)
    total += milli
  }
  if (cpu.size < 2) return undefined
  return new Map([...cpu].map(([zone, milli]) => [zone, milli / total]))
}

/** What each zone gets of so many endpoints; upstream's words for why they can't be divided. */
export function allotments(
  shares: ZoneShares,
  endpoints: number,
): ReadonlyMap<string, Allotment> | string {
  const counts = `(${endpoints} endpoints, ${shares.size} zones)`
  if (shares.size > endpoints) return `Insufficient number of endpoints ${counts}`
  const zones = [...shares].map(([zone, share]) => {
    const wanted = share * endpoints
    return { zone, wanted, least: Math.ceil(wanted * (1 / (1 + overload))) }
  })
  const spare = zones.reduce((left, { least }) => left - least, endpoints)
  if (spare < 0) {
    return `Unable to allocate minimum required endpoints to each zone without exceeding overload threshold ${counts}`
  }
  return new Map(
    zones.map(({ zone, wanted, least }) => [
      zone,
      { least, most: least + spare, wanted: Math.max(wanted, least) },
    ]),
  )
}
