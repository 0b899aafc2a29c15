import type { MatchCondition, MatchResources } from '#kubernetes/api/admissionregistration-v1.ts'
import { checkQualifiedName } from '#kubernetes/names.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { duplicate, each, oneOf, required, requiredForm, tooMany } from '../field-errors.ts'
import { validateLabelSelector } from '../label-selector.ts'
import { defaultRules, validateNamedRule } from './validate-rules.ts'

const maxConditions = 64
export const matchPolicies = ['Equivalent', 'Exact']

/** What is wrong with the choice of the requests that a policy is about. */
export const validateMatchResources = (match: MatchResources, path: string): FieldError[] => [
  ...oneOf(`${path}.matchPolicy`, match.matchPolicy, matchPolicies),
  ...(match.namespaceSelector
    ? validateLabelSelector(match.namespaceSelector, `${path}.namespaceSelector`)
    : [required(`${path}.namespaceSelector`)]),
  ...(match.objectSelector
    ? validateLabelSelector(match.objectSelector, `${path}.objectSelector`)
    : [required(`${path}.objectSelector`)]),
  ...each(match.resourceRules, `${path}.resourceRules`, validateNamedRule),
  ...each(match.excludeResourceRules, `${path}.excludeResourceRules`, validateNamedRule),
]

/** Fills what a choice of requests may leave out. */
export function defaultMatchResources(match: MatchResources | undefined): void {
  if (!match) return
  match.matchPolicy ??= 'Equivalent'
  match.namespaceSelector ??= {}
  match.objectSelector ??= {}
  defaultRules(match.resourceRules)
  defaultRules(match.excludeResourceRules)
}

/** What is wrong with the form of conditions under which a request is meant. */
export function validateMatchConditions(
  conditions: MatchCondition[] = [],
  path: string,
): FieldError[] {
  const names = conditions.map(({ name }) => name)
  return [
    ...(conditions.length > maxConditions ? [tooMany(path, conditions.length, maxConditions)] : []),
    ...each(conditions, path, ({ name, expression }, path, index) => [
      ...(expression?.trim() ? [] : [required(`${path}.expression`)]),
      ...requiredForm(`${path}.name`, name, checkQualifiedName),
      ...(name && names.indexOf(name) < index ? [duplicate(`${path}.name`, name)] : []),
    ]),
  ]
}
