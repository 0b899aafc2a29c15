/** One measured figure beside its budget. */
export interface Figure {
  measure: string
  /** Empty when none was set. */
  budget: string
  figure: string
  /** Against the peer of the same run, where there is one. */
  ratio?: string
  /** Left out without a budget. */
  met?: boolean
  /** What the figure does not say by itself. */
  note?: string
}

/** How much work a run does. */
export interface Scale {
  name: 'tiny' | 'quick' | 'full'
  /** How long each load lasts. */
  loadMs: number
  starts: number
  idleMs: number
  pods: number
  watchers: number
  nodes: number
  scheduledPods: number
  /** Of the large cluster: pods in all, replicas of one rollout, objects of the namespace that goes. */
  largePods: number
  rolloutReplicas: number
  namespaceObjects: number
}

/** `tiny` shows that the bench works, and its figures say nothing. */
export const scales: Record<Scale['name'], Scale> = {
  tiny: {
    name: 'tiny',
    loadMs: 100,
    starts: 1,
    idleMs: 500,
    pods: 50,
    watchers: 5,
    nodes: 5,
    scheduledPods: 10,
    largePods: 20,
    rolloutReplicas: 10,
    namespaceObjects: 20,
  },
  quick: {
    name: 'quick',
    loadMs: 2000,
    starts: 3,
    idleMs: 15_000,
    pods: 10_000,
    watchers: 500,
    nodes: 1000,
    scheduledPods: 1000,
    largePods: 5000,
    rolloutReplicas: 1000,
    namespaceObjects: 5000,
  },
  full: {
    name: 'full',
    loadMs: 5000,
    starts: 7,
    idleMs: 60_000,
    pods: 10_000,
    watchers: 500,
    nodes: 1000,
    scheduledPods: 3000,
    largePods: 30_000,
    rolloutReplicas: 1000,
    namespaceObjects: 5000,
  },
}

/** The value that a share of the values lie below. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

export const median = (values: readonly number[]): number => percentile(values, 0.5)

export const perSecond = (value: number): string => `${Math.round(value).toLocaleString('en')}/s`
export const ms = (value: number): string =>
  `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`
