import type { JobSpec, SuccessPolicy } from '#kubernetes/api/batch-v1.ts'
import { parseIndexes } from '#kubernetes/completion-indexes.ts'
import { checkSubdomain } from '#kubernetes/names.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import {
  each,
  invalid,
  malformed,
  nonNegative,
  notSupported,
  required,
  tooLong,
  tooMany,
} from '../shared/field-errors.ts'
import { byteLength } from '../shared/object-meta.ts'
import { validatePodTemplate } from '../shared/pod-spec/validate-pod-spec.ts'
import { validateFailurePolicy } from './failure-policy-validation.ts'

const maxParallelismIndexed = 100_000
const maxFailedIndexes = 100_000
const manyCompletions = 100_000
const maxWithManyCompletions = 10_000
const maxIndexesBytes = 64 * 1024

/** What is wrong with a Job's spec, in Jobs and in templates of CronJobs. */
export function validateJobSpec(spec: JobSpec, path: string): FieldError[] {
  const counts = [
    'parallelism',
    'completions',
    'activeDeadlineSeconds',
    'backoffLimit',
    'ttlSecondsAfterFinished',
    'backoffLimitPerIndex',
    'maxFailedIndexes',
  ] as const
  return [
    ...counts.flatMap(count => nonNegative(`${path}.${count}`, spec[count])),
    ...validateManagedBy(spec.managedBy, `${path}.managedBy`),
    ...validateFailedIndexes(spec, path),
    ...validateCompletionMode(spec, path),
    ...(spec.podFailurePolicy ? validateFailurePolicy(spec, `${path}.podFailurePolicy`) : []),
    ...(spec.successPolicy && spec.completionMode === 'Indexed'
      ? validateSuccessPolicy(spec.successPolicy, spec, `${path}.successPolicy`)
      : []),
    ...validateReplacement(spec, `${path}.podReplacementPolicy`),
    ...validatePodTemplate(spec.template, `${path}.template`),
    ...validateRestartPolicy(spec, `${path}.template.spec.restartPolicy`),
  ]
}

function validateManagedBy(managedBy: string | undefined, path: string): FieldError[] {
  if (managedBy === undefined) return []
  if (managedBy === '') return [required(path)]
  const long = byteLength(managedBy) > 63 ? [tooLong(path, 63)] : []
  const slash = managedBy.indexOf('/')
  if (slash <= 0 || slash === managedBy.length - 1) {
    const detail = 'must be a domain-prefixed path (such as "acme.io/foo")'
    return [invalid(path, managedBy, detail), ...long]
  }
  const pathPattern = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+"
  const rest = managedBy.slice(slash + 1)
  return [
    ...malformed(path, managedBy.slice(0, slash), checkSubdomain(managedBy.slice(0, slash))),
    ...(new RegExp(`^${pathPattern}$`).test(rest)
      ? []
      : [invalid(path, rest, `Invalid path (regex used for validation is '${pathPattern}')`)]),
    ...long,
  ]
}

function validateFailedIndexes(spec: JobSpec, path: string): FieldError[] {
  const { maxFailedIndexes: limit, completions, backoffLimitPerIndex } = spec
  if (limit === undefined) return []
  return [
    ...(completions !== undefined && limit > completions
      ? [invalid(`${path}.maxFailedIndexes`, limit, 'must be less than or equal to completions')]
      : []),
    ...(limit > maxFailedIndexes
      ? [invalid(`${path}.maxFailedIndexes`, limit, 'must be less than or equal to 100_000')]
      : []),
    ...(backoffLimitPerIndex === undefined
      ? [required(`${path}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified')]
      : []),
  ]
}

function validateCompletionMode(spec: JobSpec, path: string): FieldError[] {
  const mode = spec.completionMode
  if (mode === 'Indexed') return validateIndexed(spec, path)
  const needIndexes = ['backoffLimitPerIndex', 'maxFailedIndexes', 'successPolicy'] as const
  return [
    ...(mode === undefined || mode === 'NonIndexed'
      ? []
      : [notSupported(`${path}.completionMode`, mode, ['Indexed', 'NonIndexed'])]),
    ...needIndexes.flatMap(field =>
      spec[field] === undefined
        ? []
        : [invalid(`${path}.${field}`, spec[field], 'requires indexed completion mode')],
    ),
  ]
}

function validateIndexed(spec: JobSpec, path: string): FieldError[] {
  const { completions, parallelism = 0, backoffLimitPerIndex, maxFailedIndexes: limit } = spec
  const errors: FieldError[] = []
  if (completions === undefined)
    errors.push(required(`${path}.completions`, 'when completion mode is Indexed'))
  if (parallelism > maxParallelismIndexed)
    errors.push(
      invalid(
        `${path}.parallelism`,
        parallelism,
        `must be less than or equal to ${maxParallelismIndexed} when completion mode is Indexed`,
      ),
    )
  if (backoffLimitPerIndex === undefined || (completions ?? 0) <= manyCompletions) return errors
  const detail =
    'must be less than or equal to 10_000 when completions are above 100_000 and used with backoff limit per index'
  if (limit === undefined)
    errors.push(
      required(`${path}.maxFailedIndexes`, 'must be specified when completions is above 100_000'),
    )
  else if (limit > maxWithManyCompletions)
    errors.push(invalid(`${path}.maxFailedIndexes`, limit, detail))
  if (parallelism > maxWithManyCompletions)
    errors.push(invalid(`${path}.parallelism`, parallelism, detail))
  return errors
}

function validateSuccessPolicy(policy: SuccessPolicy, spec: JobSpec, path: string): FieldError[] {
  const { rules = [] } = policy
  const completions = spec.completions ?? 0
  if (rules.length === 0)
    return [
      required(
        `${path}.rules`,
        'at least one rules must be specified when the successPolicy is specified',
      ),
    ]
  return [
    ...(rules.length > 20 ? [tooMany(`${path}.rules`, rules.length, 20)] : []),
    ...each(rules, `${path}.rules`, ({ succeededCount, succeededIndexes }, path) => {
      if (succeededCount === undefined && succeededIndexes === undefined)
        return [
          required(path, 'at least one of succeededCount or succeededIndexes must be specified'),
        ]
      return [
        ...validateIndexes(succeededIndexes, completions, `${path}.succeededIndexes`),
        ...validateCount(succeededCount, succeededIndexes, completions, `${path}.succeededCount`),
      ]
    }),
  ]
}

function validateIndexes(
  text: string | undefined,
  completions: number,
  path: string,
): FieldError[] {
  if (text === undefined) return []
  const long = byteLength(text) > maxIndexesBytes ? [tooLong(path, maxIndexesBytes)] : []
  try {
    parseIndexes(text, completions)
    return long
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    return [...long, invalid(path, text, `error parsing succeededIndexes: ${problem}`)]
  }
}

function validateCount(
  count: number | undefined,
  indexes: string | undefined,
  completions: number,
  path: string,
): FieldError[] {
  if (count === undefined) return []
  const total = indexes === undefined ? undefined : countIndexes(indexes, completions)
  const refuse = (most: number, of: string) =>
    invalid(path, count, `must be less than or equal to ${most} (the number of ${of})`)
  return [
    ...nonNegative(path, count),
    ...(count > completions ? [refuse(completions, 'specified completions')] : []),
    ...(total !== undefined && count > total
      ? [refuse(total, 'indexes in the specified succeededIndexes field')]
      : []),
  ]
}

function countIndexes(text: string, completions: number): number | undefined {
  try {
    return parseIndexes(text, completions).reduce((sum, [first, last]) => sum + last - first + 1, 0)
  } catch {
    return undefined
  }
}

function validateReplacement(spec: JobSpec, path: string): FieldError[] {
  const { podReplacementPolicy: policy, podFailurePolicy } = spec
  if (policy === undefined) return []
  const supported = podFailurePolicy ? ['Failed'] : ['Failed', 'TerminatingOrFailed']
  return supported.includes(policy) ? [] : [notSupported(path, policy, supported)]
}

function validateRestartPolicy(
  { template, podFailurePolicy }: JobSpec,
  path: string,
): FieldError[] {
  const policy = template.spec?.restartPolicy ?? ''
  if (policy === '' || (policy as string) === 'Always')
    return [required(path, 'valid values: "OnFailure", "Never"')]
  if (policy !== 'OnFailure' && policy !== 'Never')
    return [notSupported(path, policy, ['OnFailure', 'Never'])]
  return podFailurePolicy && policy !== 'Never'
    ? [invalid(path, policy, 'only "Never" is supported when podFailurePolicy is specified')]
    : []
}
