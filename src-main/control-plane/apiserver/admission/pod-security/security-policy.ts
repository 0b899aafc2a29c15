import { invalid } from '#control-plane/resources/shared/field-errors.ts'
import type { FieldError } from '#kubernetes/status-error.ts'

const levels = ['privileged', 'baseline', 'restricted'] as const
export type Level = (typeof levels)[number]

/** A level of the Pod Security Standards as of a minor version of Kubernetes; `Infinity` is the latest. */
export interface LevelVersion {
  level: Level
  minor: number
}

/** What the labels of a namespace ask of its pods. */
export interface SecurityPolicy {
  enforce: LevelVersion
  warn: LevelVersion
}

const prefix = 'pod-security.kubernetes.io/'

/** Whether a level forbids more than another. */
export const isStricter = (level: Level, than: Level): boolean =>
  levels.indexOf(level) > levels.indexOf(than)

/** `restricted:latest`, `baseline:v1.30`. */
export const policyText = ({ level, minor }: LevelVersion): string =>
  `${level}:${minor === Infinity ? 'latest' : `v1.${minor}`}`

/**
 * Reads the labels of a namespace as upstream's PolicyToEvaluate: everything is allowed unless they say otherwise, what
 * can't be read enforces the strictest level, and warnings are of the enforced level unless labels say of which.
 */
export function readPolicy(labels: Readonly<Record<string, string>> = {}): {
  policy: SecurityPolicy
  errors: FieldError[]
} {
  const errors: FieldError[] = []
  const read = (mode: string, fallback: Level): LevelVersion => {
    const [level, version] = [labels[`${prefix}${mode}`], labels[`${prefix}${mode}-version`]]
    const fail = (key: string, value: string, detail: string) =>
      errors.push(invalid(`metadata.labels[${prefix}${key}]`, value, detail))
    const isKnown = level === undefined || isLevel(level)
    if (!isKnown) fail(mode, level, `must be one of ${levels.join(', ')}`)
    const minor = version === undefined ? Infinity : minorOf(version)
    if (minor === undefined) fail(`${mode}-version`, version ?? '', 'must be "latest" or "v1.x"')
    return { level: isKnown ? (level ?? 'privileged') : fallback, minor: minor ?? Infinity }
  }
  const enforce = read('enforce', 'restricted')
  read('audit', 'privileged')
  const warn = read('warn', 'privileged')
  const isSaid = labels[`${prefix}warn`] !== undefined
  const isEnforced = isLevel(labels[`${prefix}enforce`] ?? '')
  if (!isSaid && isEnforced && isStricter(enforce.level, warn.level)) {
    warn.level = enforce.level
    if (labels[`${prefix}warn-version`] === undefined) warn.minor = enforce.minor
  }
  return { policy: { enforce, warn }, errors }
}

const isLevel = (text: string): text is Level => (levels as readonly string[]).includes(text)

function minorOf(version: string): number | undefined {
  if (version === 'latest') return Infinity
  const minor = /^v1\.(0|[1-9]\d*)$/.exec(version)?.[1]
  return minor === undefined ? undefined : Number(minor)
}
