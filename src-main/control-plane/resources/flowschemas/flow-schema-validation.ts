import type {
  FlowSchema,
  FlowSchemaSpec,
  PolicyRulesWithSubjects,
  Subject,
} from '#kubernetes/api/flowcontrol-v1.ts'
import { checkLabel, checkSubdomain } from '#kubernetes/names.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import {
  each,
  forbidden,
  invalid,
  isEqual,
  malformed,
  notSupported,
  required,
} from '../shared/field-errors.ts'
import {
  bootstrapFlowSchemas,
  mandatorySpec,
} from '../shared/flow-control/bootstrap-flow-control.ts'
import { validateNonResourceRule, validateResourceRule } from './flow-schema-rules.ts'

const highestPrecedence = 10_000
const distinguishers = ['ByNamespace', 'ByUser']

/** What is wrong with a FlowSchema. */
export function validateFlowSchema({ metadata, spec }: FlowSchema): FieldError[] {
  const fixed = mandatorySpec(bootstrapFlowSchemas, metadata.name)
  return [
    ...validateSpec(spec, metadata.name ?? ''),
    ...(fixed && !isEqual(fixed, spec)
      ? [invalid('spec', spec, `spec of '${metadata.name}' must equal the fixed value`)]
      : []),
  ]
}

function validateSpec(spec: FlowSchemaSpec, name: string): FieldError[] {
  const { distinguisherMethod, priorityLevelConfiguration } = spec
  const method = distinguisherMethod?.type ?? ''
  const level = priorityLevelConfiguration.name
  return [
    ...validatePrecedence(spec.matchingPrecedence ?? 0, name),
    ...(!distinguisherMethod || distinguishers.includes(method)
      ? []
      : [notSupported('spec.distinguisherMethod.type', method, distinguishers)]),
    ...(level
      ? malformed('spec.priorityLevelConfiguration.name', level, checkSubdomain(level))
      : [required('spec.priorityLevelConfiguration.name', 'must reference a priority level')]),
    ...each(spec.rules, 'spec.rules', validateRules),
  ]
}

function validatePrecedence(precedence: number, name: string): FieldError[] {
  const refuse = (detail: string) => [invalid('spec.matchingPrecedence', precedence, detail)]
  return [
    ...(precedence <= 0 ? refuse('must be a positive value') : []),
    ...(precedence > highestPrecedence
      ? refuse(`must not be greater than ${highestPrecedence}`)
      : []),
    ...(precedence === 1 && name !== 'exempt'
      ? refuse("only the schema named 'exempt' may have matchingPrecedence 1")
      : []),
  ]
}

function validateRules(rules: PolicyRulesWithSubjects, path: string): FieldError[] {
  const { subjects = [], resourceRules = [], nonResourceRules = [] } = rules
  return [
    ...(subjects.length === 0
      ? [required(`${path}.subjects`, 'subjects must contain at least one value')]
      : []),
    ...each(subjects, `${path}.subjects`, validateSubject),
    ...(resourceRules.length + nonResourceRules.length === 0
      ? [required(path, 'at least one of resourceRules and nonResourceRules has to be non-empty')]
      : []),
    ...each(resourceRules, `${path}.resourceRules`, validateResourceRule),
    ...each(nonResourceRules, `${path}.nonResourceRules`, validateNonResourceRule),
  ]
}

/** The member of a subject that goes with each kind. */
const members = { ServiceAccount: 'serviceAccount', User: 'user', Group: 'group' } as const
const kinds = ['ServiceAccount', 'User', 'Group'] as const

function validateSubject(subject: Subject, path: string): FieldError[] {
  const kind = kinds.find(known => known === subject.kind)
  if (!kind) return [notSupported(`${path}.kind`, subject.kind ?? '', kinds)]
  const own = members[kind]
  return [
    ...(subject[own]
      ? validateMember(subject, `${path}.${own}`)
      : [required(`${path}.${own}`, `${own} is required when subject kind is '${kind}'`)]),
    ...kinds.flatMap(other => {
      const member = members[other]
      return other !== kind && subject[member]
        ? [
            forbidden(
              `${path}.${member}`,
              `${member} is forbidden when subject kind is not '${other}'`,
            ),
          ]
        : []
    }),
  ]
}

function validateMember(
  { kind, user, group, serviceAccount }: Subject,
  path: string,
): FieldError[] {
  const name = { User: user, Group: group, ServiceAccount: serviceAccount }[kind]?.name
  const errors = name ? [] : [required(`${path}.name`)]
  if (kind !== 'ServiceAccount') return errors
  const namespace = serviceAccount?.namespace
  return [
    ...errors,
    ...(name && name !== '*' ? malformed(`${path}.name`, name, checkSubdomain(name)) : []),
    ...(namespace
      ? malformed(`${path}.namespace`, namespace, checkLabel(namespace))
      : [required(`${path}.namespace`, 'must specify namespace for service account')]),
  ]
}
