import type {
  JobSpec,
  PodFailurePolicyOnExitCodesRequirement,
  PodFailurePolicyOnPodConditionsPattern,
  PodFailurePolicyRule,
} from '#kubernetes/api/batch-v1.ts'
import { checkQualifiedName } from '#kubernetes/names.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import {
  duplicate,
  each,
  invalid,
  malformed,
  notSupported,
  required,
  tooMany,
} from '../shared/field-errors.ts'

const actions = ['Count', 'FailIndex', 'FailJob', 'Ignore']
const operators = ['In', 'NotIn']
const statuses = ['False', 'True', 'Unknown']

/** What is wrong with how a Job takes the failures of its pods. */
export function validateFailurePolicy(spec: JobSpec, path: string): FieldError[] {
  const rules = spec.podFailurePolicy?.rules ?? []
  const { containers = [], initContainers = [] } = spec.template.spec ?? {}
  const names = new Set([...containers, ...initContainers].map(({ name }) => name))
  return [
    ...(rules.length > 20 ? [tooMany(`${path}.rules`, rules.length, 20)] : []),
    ...each(rules, `${path}.rules`, (rule, path) => validateRule(rule, spec, names, path)),
  ]
}

function validateRule(
  rule: PodFailurePolicyRule,
  spec: JobSpec,
  names: Set<string>,
  path: string,
): FieldError[] {
  const { action, onExitCodes, onPodConditions = [] } = rule
  const both = onExitCodes && onPodConditions.length > 0
  return [
    ...oneOfWords(`${path}.action`, action, actions),
    ...(action === 'FailIndex' && spec.backoffLimitPerIndex === undefined
      ? [invalid(`${path}.action`, action, 'requires the backoffLimitPerIndex to be set')]
      : []),
    ...(onExitCodes ? validateExitCodes(onExitCodes, names, `${path}.onExitCodes`) : []),
    ...(onPodConditions.length > 20
      ? [tooMany(`${path}.onPodConditions`, onPodConditions.length, 20)]
      : []),
    ...each(onPodConditions, `${path}.onPodConditions`, validatePattern),
    ...(both
      ? [invalid(path, rule, 'specifying both OnExitCodes and OnPodConditions is not supported')]
      : []),
    ...(onExitCodes || onPodConditions.length > 0
      ? []
      : [invalid(path, rule, 'specifying one of OnExitCodes and OnPodConditions is required')]),
  ]
}

function validateExitCodes(
  { containerName, operator, values = [] }: PodFailurePolicyOnExitCodesRequirement,
  names: Set<string>,
  path: string,
): FieldError[] {
  const valuesPath = `${path}.values`
  const ordered = values.every((value, index) => index === 0 || (values[index - 1] ?? 0) <= value)
  return [
    ...oneOfWords(`${path}.operator`, operator, operators),
    ...(containerName !== undefined && !names.has(containerName)
      ? [
          invalid(
            `${path}.containerName`,
            containerName,
            'must be one of the container or initContainer names in the pod template',
          ),
        ]
      : []),
    ...(values.length === 0 ? [invalid(valuesPath, values, 'at least one value is required')] : []),
    ...(values.length > 255 ? [tooMany(valuesPath, values.length, 255)] : []),
    ...each(values, valuesPath, (value, path, index) => [
      ...(values.indexOf(value) < index ? [duplicate(path, value)] : []),
      ...(operator === 'In' && value === 0
        ? [invalid(path, value, 'must not be 0 for the In operator')]
        : []),
    ]),
    ...(ordered ? [] : [invalid(valuesPath, values, 'must be ordered')]),
  ]
}

const validatePattern = (
  { type, status }: PodFailurePolicyOnPodConditionsPattern,
  path: string,
): FieldError[] => [
  ...malformed(`${path}.type`, type, checkQualifiedName(type)),
  ...oneOfWords(`${path}.status`, status, statuses),
]

function oneOfWords(path: string, word: string | undefined, words: string[]): FieldError[] {
  const quoted = words.map(text => JSON.stringify(text)).join(', ')
  if (!word) return [required(path, `valid values: ${quoted}`)]
  return words.includes(word) ? [] : [notSupported(path, word, words)]
}
