import type { ValidationRule } from '#kubernetes/api/apiextensions-v1.ts'
import type { CelError } from '#kubernetes/cel/evaluate/values.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { duplicate, forbidden, invalid, required } from '../../field-errors.ts'
import { normalFieldPath } from './rule-field-path.ts'

/** Why an evaluation ended early: the object's budget is spent, or the expression alone costs too much. */
export type End = 'budget' | 'limit'

/** How errors call a rule. */
export const ruleName = ({ rule, message }: ValidationRule): string =>
  message ? message.trim() : rule.trim()

export function evaluationText(rule: ValidationRule, { message }: CelError): string {
  return message.startsWith('no such overload')
    ? `'${message}': call arguments did not match a supported operator, function or macro signature for rule: ${ruleName(rule)}`
    : `${message} evaluating rule: ${ruleName(rule)}`
}

export const messageEndText = ({ messageExpression }: ValidationRule, end: End): string =>
  end === 'budget'
    ? 'messageExpression evaluation failed due to running out of cost budget, no further validation rules will be run'
    : `no further validation rules will be run due to call cost exceeds limit for messageExpression: ${JSON.stringify(messageExpression)}`

/** The error of a rule that doesn't hold, with the reason, place and text that the rule wants. */
export function errorFor(
  rule: ValidationRule,
  at: { field: string; type: string },
  made: string | undefined,
): FieldError {
  const field = rule.fieldPath ? joined(at.field, normalFieldPath(rule.fieldPath)) : at.field
  const detail = made ?? (rule.message ? rule.message.trim() : `failed rule: ${ruleName(rule)}`)
  switch (rule.reason) {
    case 'FieldValueForbidden':
      return forbidden(field, detail)
    case 'FieldValueRequired':
      return required(field, detail)
    case 'FieldValueDuplicate':
      return duplicate(field, at.type)
    default:
      return invalid(field, at.type, detail)
  }
}

const joined = (field: string, path: string): string =>
  field === '<nil>' ? path : path.startsWith('[') ? field + path : `${field}.${path}`
