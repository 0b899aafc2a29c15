import type { HPAScalingRules } from '#kubernetes/api/autoscaling-v2.ts'

/** What the size of a workload may change to now, and what holds it back. */
export interface Limited {
  replicas: number
  reason: string
  message: string
}

export interface Bounds {
  current: number
  desired: number
  min: number
  max: number
}

/** A change of size that was made. */
export interface ScaleEvent {
  /** How many replicas were added, or taken away. */
  change: number
  at: number
}

const tooMany = {
  reason: 'TooManyReplicas',
  message: 'the desired replica count is more than the maximum replica count',
}
const tooFew = {
  reason: 'TooFewReplicas',
  message: 'the desired replica count is less than the minimum replica count',
}
const tooFast = {
  reason: 'ScaleUpLimit',
  message: 'the desired replica count is increasing faster than the maximum scale rate',
}
const tooFastDown = {
  reason: 'ScaleDownLimit',
  message: 'the desired replica count is decreasing faster than the maximum scale rate',
}
const within = {
  reason: 'DesiredWithinRange',
  message: 'the desired count is within the acceptable range',
}

/** Without a behaviour: at most twice as many at once, or four. */
export function limitPlainly({ current, desired, min, max }: Bounds): Limited {
  const scaleUpLimit = Math.max(2 * current, 4)
  if (desired < min) return { replicas: min, ...tooFew }
  if (desired > Math.min(max, scaleUpLimit)) {
    return max > scaleUpLimit
      ? { replicas: scaleUpLimit, ...tooFast }
      : { replicas: max, ...tooMany }
  }
  return { replicas: desired, ...within }
}

/** By the policies of a behaviour, each of which looks back at what was done in its period. */
export function limitByRules(
  { current, desired, min, max }: Bounds,
  rules: { up: HPAScalingRules; down: HPAScalingRules },
  done: { ups: ScaleEvent[]; downs: ScaleEvent[] },
  now: number,
): Limited {
  if (desired > current) {
    const limit = Math.max(current, scaleLimit(current, rules.up, 1, done, now))
    if (desired > Math.min(max, limit)) {
      return max > limit ? { replicas: limit, ...tooFast } : { replicas: max, ...tooMany }
    }
  } else if (desired < current) {
    const limit = Math.min(current, scaleLimit(current, rules.down, -1, done, now))
    if (desired < Math.max(min, limit)) {
      return min < limit ? { replicas: limit, ...tooFastDown } : { replicas: min, ...tooFew }
    }
  }
  return { replicas: desired, ...within }
}

/** How far the policies let the size go; `sign` is 1 upwards, -1 downwards. */
function scaleLimit(
  current: number,
  { policies = [], selectPolicy = 'Max' }: HPAScalingRules,
  sign: 1 | -1,
  { ups, downs }: { ups: ScaleEvent[]; downs: ScaleEvent[] },
  now: number,
): number {
  if (selectPolicy === 'Disabled') return current
  const proposals = policies.map(({ type, value, periodSeconds }) => {
    const changed = (events: ScaleEvent[]) => changedSince(events, now - periodSeconds * 1000)
    const start = current - changed(ups) + changed(downs)
    if (type === 'Pods') return start + sign * value
    const proposed = start * (1 + (sign * value) / 100)
    return sign > 0 ? Math.ceil(proposed) : Math.trunc(proposed)
  })
  const takesHighest = selectPolicy === 'Max' ? sign > 0 : sign < 0
  return takesHighest ? Math.max(...proposals) : Math.min(...proposals)
}

const changedSince = (events: ScaleEvent[], since: number): number =>
  events.reduce((total, { at, change }) => (at > since ? total + change : total), 0)
