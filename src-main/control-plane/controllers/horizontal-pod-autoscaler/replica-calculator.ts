import type { Pod } from '#kubernetes/api/core-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { quantityMilliValue } from '#kubernetes/quantity.ts'
import { groupPods, type PodMetric } from './group-pods.ts'

/** How far the use may be from the target before anything is done, as shares. */
export interface Tolerances {
  up: number
  down: number
}

/** What one resource of some pods is measured against. */
export interface Measurement {
  currentReplicas: number
  pods: Stored<Pod>[]
  metrics: Map<string, PodMetric>
  resource: string
  /** One container alone; empty for all of them. */
  container: string
  tolerances: Tolerances
  now: number
}

export interface Proposal {
  replicas: number
  /** The average use of a pod, in thousandths. */
  averageMilli: number
  /** The use in percent of the requests. */
  utilization?: number
}

interface Ratio {
  ratio: number
  averageMilli: number
  utilization?: number
}

/** Replicas that make pods use so many percent of their requests. Throws upstream's errors. */
export function replicasForUtilization(measurement: Measurement, targetPercent: number): Proposal {
  const { pods, container, resource } = measurement
  const requests = new Map(
    pods.map(pod => [pod.metadata.name, requestMilli(pod, container, resource)]),
  )
  const request = (name: string) => requests.get(name) ?? 0
  return propose(measurement, {
    ratio: metrics => utilizationRatio(metrics, requests, targetPercent),
    assumedHigh: name => Math.floor((request(name) * Math.max(100, targetPercent)) / 100),
  })
}

/** Replicas that make pods use so many thousandths on average. Throws upstream's errors. */
export const replicasForAverage = (measurement: Measurement, targetMilli: number): Proposal =>
  propose(measurement, {
    ratio: metrics => {
      const averageMilli = Math.trunc(sum(metrics.values()) / metrics.size)
      return { ratio: averageMilli / targetMilli, averageMilli }
    },
    assumedHigh: () => targetMilli,
  })

interface Yardstick {
  ratio(metrics: Map<string, number>): Ratio
  /** What a pod that wasn't measured is taken to use when there would be fewer pods. */
  assumedHigh(pod: string): number
}

function propose(measurement: Measurement, yardstick: Yardstick): Proposal {
  const { pods, metrics, resource, currentReplicas, tolerances, now } = measurement
  if (pods.length === 0) {
    throw new Error('no pods returned by selector while calculating replica count')
  }
  const { ready, unready, missing, ignored } = groupPods(pods, metrics, resource, now)
  const left = new Map([...metrics].map(([name, { milli }]) => [name, milli]))
  for (const name of [...ignored, ...unready]) left.delete(name)
  if (left.size === 0) {
    throw new Error('did not receive metrics for targeted pods (pods might be unready)')
  }
  const { ratio, ...usage } = yardstick.ratio(left)
  const keep = { ...usage, replicas: currentReplicas }
  const growsWithUnready = unready.length > 0 && ratio > 1
  if (!growsWithUnready && missing.length === 0) {
    return isWithin(ratio, tolerances) ? keep : { ...usage, replicas: Math.ceil(ratio * ready) }
  }
  if (ratio !== 1) {
    for (const name of missing) left.set(name, ratio < 1 ? yardstick.assumedHigh(name) : 0)
  }
  if (growsWithUnready) for (const name of unready) left.set(name, 0)
  const again = yardstick.ratio(left).ratio
  const turned = (ratio < 1 && again > 1) || (ratio > 1 && again < 1)
  if (isWithin(again, tolerances) || turned) return keep
  const replicas = Math.ceil(again * left.size)
  const contradicts =
    (again < 1 && replicas > currentReplicas) || (again > 1 && replicas < currentReplicas)
  return contradicts ? keep : { ...usage, replicas }
}

function utilizationRatio(
  metrics: Map<string, number>,
  requests: Map<string, number>,
  targetPercent: number,
): Ratio {
  const known = [...metrics].filter(([name]) => requests.has(name))
  const used = sum(known.map(([, milli]) => milli))
  const requested = sum(known.map(([name]) => requests.get(name) ?? 0))
  if (requested === 0) throw new Error('no metrics returned matched known pods')
  const utilization = Math.trunc((used * 100) / requested)
  const averageMilli = Math.trunc(used / known.length)
  return { ratio: utilization / targetPercent, averageMilli, utilization }
}

/** What the containers of a pod ask for together, in thousandths. */
function requestMilli(pod: Stored<Pod>, container: string, resource: string): number {
  const { containers = [], initContainers = [] } = pod.spec
  const sidecars = initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always')
  return sum(
    [...containers, ...sidecars]
      .filter(({ name }) => container === '' || name === container)
      .map(({ name, resources }) => {
        const request = resources?.requests?.[resource]
        if (request !== undefined) return quantityMilliValue(request)
        throw new Error(
          `missing request for ${resource} in container ${name} of Pod ${pod.metadata.name}`,
        )
      }),
  )
}

const isWithin = (ratio: number, { up, down }: Tolerances): boolean =>
  1 - down <= ratio && ratio <= 1 + up

const sum = (values: Iterable<number>): number => {
  let total = 0
  for (const value of values) total += value
  return total
}
