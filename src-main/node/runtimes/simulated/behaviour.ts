import { parseDuration } from '#base/durations.ts'

/**
 * How simulated containers behave, as data. Every field can be set by a pod annotation
 * `simulation.slipway.dev/<key>`, and for one container by `simulation.slipway.dev/<key>.<container>`.
 * Durations are written as in Kubernetes: `500ms`, `2s`, `1m30s`.
 */
export interface Behaviour {
  /** `start-after`: how long a start takes. */
  startAfterMs: number
  /** `ready-after`: how long after its start it isn't ready, whatever its probes. */
  readyAfterMs: number
  /** `exit-after`: ends by itself after so long; undefined runs until stopped. */
  exitAfterMs: number | undefined
  /** `exit-code`: the code of an exit by itself. */
  exitCode: number
  /** `exit-reason`: such as `OOMKilled`. */
  exitReason: string | undefined
  /** `stop-after`: how long it takes to heed TERM; longer than the grace period ends in KILL. */
  stopAfterMs: number
  /** `log`: what it prints when it starts. */
  log: string
  /** `cpu`: cores it uses, as a fraction. */
  cpuCores: number
  /** `memory`: bytes it uses. */
  memoryBytes: number
}

export const simulationPrefix = 'simulation.slipway.dev/'

/** The labels that the Job controller puts on its pods. */
const jobLabels = ['batch.kubernetes.io/job-name', 'job-name']

/** Pods that Helm runs to their end: tests, and what comes before or after an installation. */
const hookAnnotation = 'helm.sh/hook'

/** What pods do that carry all of the labels, unless their own annotations say otherwise. */
export interface BehaviourRule {
  namespace: string | undefined
  labels: Readonly<Record<string, string>>
  /** By the keys of the annotations, without their prefix. */
  behaviour: Readonly<Record<string, string>>
}

/** What behaviour depends on. */
export interface SimulatedPod {
  namespace: string
  labels: Record<string, string>
  annotations: Record<string, string>
}

/** A container within its pod; `runsOnce`: it is to end before the next one starts. */
export interface SimulatedRole {
  name: string
  runsOnce?: boolean
}

/**
 * What a container does, by its pod's annotations, then by the first rule that says something of the matter, then by its
 * role and labels. Throws on what it can't read.
 */
export function behaviourOf(
  { name: container, runsOnce = false }: SimulatedRole,
  pod: SimulatedPod,
  rules: readonly BehaviourRule[] = [],
): Behaviour {
  const ends =
    runsOnce || jobLabels.some(label => label in pod.labels) || hookAnnotation in pod.annotations
  const read: Read = (key, parse, otherwise) => {
    const text = wordFor(key, container, pod, rules)
    if (text === undefined) return otherwise
    const value = parse(text)
    if (value === undefined) {
      throw new Error(`annotation ${simulationPrefix}${key}: ${JSON.stringify(text)} can't be read`)
    }
    return value
  }
  return readBehaviour(read, container, ends)
}

/** What a rule says that can't be understood, or undefined. */
export function ruleProblem({ behaviour }: Pick<BehaviourRule, 'behaviour'>): string | undefined {
  const known = new Set<string>()
  let problem: string | undefined
  const read: Read = (key, parse, otherwise) => {
    known.add(key)
    const text = behaviour[key]
    if (text !== undefined && parse(text) === undefined) {
      problem ??= `${key}: ${JSON.stringify(text)} can't be read`
    }
    return otherwise
  }
  readBehaviour(read, '', false)
  const unknown = Object.keys(behaviour).find(key => !known.has(key))
  if (unknown === undefined) return problem
  return `${unknown} is not known; there are ${[...known].join(', ')}`
}

type Read = <T>(key: string, parse: (text: string) => T | undefined, otherwise: T) => T

function wordFor(
  key: string,
  container: string,
  { namespace, labels, annotations }: SimulatedPod,
  rules: readonly BehaviourRule[],
): string | undefined {
  const name = `${simulationPrefix}${key}`
  const own = annotations[`${name}.${container}`] ?? annotations[name]
  if (own !== undefined) return own
  const rule = rules.find(
    rule =>
      key in rule.behaviour &&
      (rule.namespace === undefined || rule.namespace === namespace) &&
      Object.entries(rule.labels).every(([label, value]) => labels[label] === value),
  )
  return rule?.behaviour[key]
}

function readBehaviour(read: Read, container: string, ends: boolean): Behaviour {
  return {
    startAfterMs: read('start-after', parseDuration, 100),
    readyAfterMs: read('ready-after', parseDuration, 0),
    exitAfterMs: read<number | undefined>('exit-after', parseDuration, ends ? 1000 : undefined),
    exitCode: read('exit-code', parseWholeNumber, 0),
    exitReason: read<string | undefined>('exit-reason', text => text, undefined),
    stopAfterMs: read('stop-after', parseDuration, 0),
    log: read('log', text => text, `simulated container ${container}`),
    cpuCores: read('cpu', text => parseScaled(text, { m: 1e-3, '': 1 }), 0.001),
    memoryBytes: read('memory', text => parseScaled(text, byteUnits), 8 * 2 ** 20),
  }
}

const byteUnits = {
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
}

const parseWholeNumber = (text: string) => (/^\d+$/.test(text) ? Number(text) : undefined)

function parseScaled(text: string, units: Record<string, number>): number | undefined {
  const match = /^(\d+(?:\.\d+)?)([A-Za-z]*)$/.exec(text)
  const unit = units[match?.[2] ?? '']
  return match && unit !== undefined ? Number(match[1]) * unit : undefined
}
