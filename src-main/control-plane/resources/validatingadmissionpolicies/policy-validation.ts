import type {
  AuditAnnotation,
  ParamKind,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicySpec,
  Validation,
  Variable,
} from '#kubernetes/api/admissionregistration-v1.ts'
import { checkLabel1035, checkQualifiedName, checkSubdomain } from '#kubernetes/names.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { expressionChecks } from '../shared/admission-rules/lazy-expressions.ts'
import {
  validateMatchConditions,
  validateMatchResources,
} from '../shared/admission-rules/match-resources.ts'
import { failurePolicies } from '../shared/admission-rules/validate-webhooks.ts'
import { validateConditions } from '../shared/conditions.ts'
import {
  duplicate,
  each,
  invalid,
  malformed,
  oneOf,
  optionalOneOf,
  required,
  requiredText,
} from '../shared/field-errors.ts'

const maxAuditAnnotations = 20
const maxValueExpressionBytes = 5120
const reasons = ['Forbidden', 'Invalid', 'RequestEntityTooLarge']
const identifier = /^[_a-zA-Z][_a-zA-Z0-9]*$/
const reserved = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
)

/** What is wrong with a ValidatingAdmissionPolicy. */
export function validatePolicy({ metadata, spec }: ValidatingAdmissionPolicy): FieldError[] {
  const { matchConstraints } = spec
  return [
    ...oneOf('spec.failurePolicy', spec.failurePolicy, failurePolicies),
    ...(spec.paramKind ? validateParamKind(spec.paramKind, 'spec.paramKind') : []),
    ...(matchConstraints
      ? [
          ...validateMatchResources(matchConstraints, 'spec.matchConstraints'),
          ...(matchConstraints.resourceRules?.length
            ? []
            : [required('spec.matchConstraints.resourceRules')]),
        ]
      : [required('spec.matchConstraints')]),
    ...validateMatchConditions(spec.matchConditions, 'spec.matchConditions'),
    ...each(spec.variables, 'spec.variables', validateVariable),
    ...validateChecks(spec, metadata.name ?? ''),
    ...expressionChecks.loaded.validatePolicyExpressions(spec),
  ]
}

/** What is wrong with the status of a ValidatingAdmissionPolicy. */
export const validatePolicyStatus = ({ status }: ValidatingAdmissionPolicy): FieldError[] => [
  ...each(
    status?.typeChecking?.expressionWarnings,
    'status.typeChecking.expressionWarnings',
    ({ fieldRef, warning }, path) => [
      ...requiredText(`${path}.fieldRef`, fieldRef),
      ...requiredText(`${path}.warning`, warning),
    ],
  ),
  ...validateConditions(status?.conditions, 'status.conditions'),
]

function validateChecks(spec: ValidatingAdmissionPolicySpec, name: string): FieldError[] {
  const { validations = [], auditAnnotations = [] } = spec
  if (validations.length + auditAnnotations.length === 0) {
    const detail = 'validations or auditAnnotations must contain at least one item'
    return [required('spec.validations', detail), required('spec.auditAnnotations', detail)]
  }
  return [
    ...each(validations, 'spec.validations', validateValidation),
    ...validateAnnotations(auditAnnotations, name, 'spec.auditAnnotations'),
  ]
}

function validateParamKind({ apiVersion, kind }: ParamKind, path: string): FieldError[] {
  const problems = checkLabel1035((kind ?? '').toLowerCase())
  return [
    ...(apiVersion
      ? validateApiVersion(apiVersion, `${path}.apiVersion`)
      : [required(`${path}.apiVersion`)]),
    ...(kind
      ? problems.length > 0
        ? [
            invalid(
              `${path}.kind`,
              kind,
              `may have mixed case, but should otherwise match: ${problems.join(',')}`,
            ),
          ]
        : []
      : [required(`${path}.kind`)]),
  ]
}

function validateApiVersion(apiVersion: string, path: string): FieldError[] {
  const parts = apiVersion.split('/')
  if (parts.length > 2)
    return [invalid(path, apiVersion, `unexpected GroupVersion string: ${apiVersion}`)]
  const [version = '', group = ''] = parts.toReversed()
  const groupProblems = group ? checkSubdomain(group) : []
  const versionProblems = checkLabel1035(version)
  return [
    ...(groupProblems.length > 0 ? [invalid(path, group, groupProblems.join(','))] : []),
    ...(version === ''
      ? [invalid(path, apiVersion, 'version must be specified')]
      : versionProblems.length > 0
        ? [invalid(path, version, versionProblems.join(','))]
        : []),
  ]
}

const validateVariable = ({ name = '', expression = '' }: Variable, path: string): FieldError[] => [
  ...(name.trim()
    ? identifier.test(name) && !reserved.has(name)
      ? []
      : [invalid(`${path}.name`, name, 'must be a valid CEL identifier')]
    : [required(`${path}.name`, 'name is not specified')]),
  ...requiredText(`${path}.expression`, expression.trim(), 'expression is not specified'),
]

function validateValidation(validation: Validation, path: string): FieldError[] {
  const { expression = '', message = '', messageExpression = '', reason } = validation
  const given = (field: string, text: string) =>
    text && !text.trim()
      ? [invalid(`${path}.${field}`, text, 'must be non-empty if specified')]
      : []
  const isLong = (text: string) => /[\r\n]/.test(text.trim())
  return [
    ...requiredText(`${path}.expression`, expression.trim(), 'expression is not specified'),
    ...given('messageExpression', messageExpression),
    ...given('message', message),
    ...(isLong(message)
      ? [invalid(`${path}.message`, message, 'must not contain line breaks')]
      : !message && isLong(expression)
        ? [
            required(
              `${path}.message`,
              'message must be specified if expression contains line breaks',
            ),
          ]
        : []),
    ...optionalOneOf(`${path}.reason`, reason, reasons),
  ]
}

function validateAnnotations(
  annotations: AuditAnnotation[],
  policy: string,
  path: string,
): FieldError[] {
  const keys = annotations.map(({ key }) => key)
  return [
    ...(annotations.length > maxAuditAnnotations
      ? [
          invalid(
            path,
            annotations,
            `must not have more than ${maxAuditAnnotations} auditAnnotations`,
          ),
        ]
      : []),
    ...each(annotations, path, ({ key = '', valueExpression = '' }, path, index) => [
      ...malformed(`${path}.key`, `${policy}/${key}`, checkQualifiedName(`${policy}/${key}`)),
      ...validateValueExpression(valueExpression.trim(), `${path}.valueExpression`),
      ...(keys.indexOf(key) < index ? [duplicate(`${path}.key`, key)] : []),
    ]),
  ]
}

function validateValueExpression(expression: string, path: string): FieldError[] {
  if (!expression) return [required(path, 'valueExpression is not specified')]
  return Buffer.byteLength(expression) > maxValueExpressionBytes
    ? [required(path, `must not exceed ${maxValueExpressionBytes} bytes in length`)]
    : []
}
