import type { Condition } from '#kubernetes/api/meta-v1.ts'
import { checkQualifiedName } from '#kubernetes/names.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import {
  duplicate,
  each,
  invalid,
  malformed,
  notSupported,
  required,
  tooLong,
} from './field-errors.ts'
import { byteLength } from './object-meta.ts'

const reasonPattern = '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?'
const states = ['False', 'True', 'Unknown']

/** What is wrong with conditions of the common form. */
export function validateConditions(
  conditions: readonly Condition[] | undefined,
  path: string,
): FieldError[] {
  const types = (conditions ?? []).map(({ type }) => type)
  return each(conditions, path, (condition, path, index) => [
    ...(types.indexOf(condition.type) < index ? [duplicate(`${path}.type`, condition.type)] : []),
    ...validateCondition(condition, path),
  ])
}

/** Every condition has a type, and no two have the same. */
export function validateConditionTypes(
  conditions: readonly { type?: string }[] | undefined,
): FieldError[] {
  const types = (conditions ?? []).map(({ type = '' }) => type)
  return each(types, 'status.conditions', (type, path, index) => [
    ...(types.indexOf(type) < index ? [duplicate(`${path}.type`, type)] : []),
    ...(type ? [] : [required(`${path}.type`)]),
  ])
}

/** The condition of a type, where there is one. */
export const conditionOf = <C extends { type?: string }>(
  conditions: readonly C[] | undefined,
  wanted: string,
): C | undefined => conditions?.find(({ type }) => type === wanted)

function validateCondition(condition: Condition, path: string): FieldError[] {
  const { type = '', status, reason = '', message = '', observedGeneration = 0 } = condition
  return [
    ...malformed(`${path}.type`, type, checkQualifiedName(type)),
    ...(states.includes(status) ? [] : [notSupported(`${path}.status`, status, states)]),
    ...(observedGeneration < 0
      ? [
          invalid(
            `${path}.observedGeneration`,
            observedGeneration,
            'must be greater than or equal to zero',
          ),
        ]
      : []),
    ...(condition.lastTransitionTime ? [] : [required(`${path}.lastTransitionTime`)]),
    ...validateReason(`${path}.reason`, reason),
    ...(byteLength(message) > 32_768 ? [tooLong(`${path}.message`, 32_768)] : []),
  ]
}

function validateReason(path: string, reason: string): FieldError[] {
  if (reason === '') return [required(path)]
  if (byteLength(reason) > 1024) return [tooLong(path, 1024)]
  return new RegExp(`^${reasonPattern}$`).test(reason)
    ? []
    : [
        invalid(
          path,
          reason,
          `a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName',  or 'ReasonA,ReasonB',  or 'ReasonA:ReasonB', regex used for validation is '${reasonPattern}')`,
        ),
      ]
}
