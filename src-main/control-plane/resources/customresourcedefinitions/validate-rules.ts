import type { ValidationRule } from '#kubernetes/api/apiextensions-v1.ts'
import type { DeclaredType } from '#kubernetes/cel/schema/declared-type.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import type { CompiledRule } from '../shared/custom-resource/rules/compile-rule.ts'
import { ruleEngine } from '../shared/custom-resource/rules/lazy-rules.ts'
import { expressionLimit } from '../shared/custom-resource/rules/limits.ts'
import { leadsToField } from '../shared/custom-resource/rules/rule-field-path.ts'
import type { Schema } from '../shared/custom-resource/schema.ts'
import { forbidden, invalid, notSupported, required } from '../shared/field-errors.ts'
import { type CostTotal, excess } from './cost-total.ts'
import { type SubSchema, structuralSchemas } from './schema-walk.ts'

/** Where rules stand: how many values there can be, and whether each can be compared with the one before an update. */
interface Place {
  path: string
  isResource: boolean
  /** Undefined where nothing limits it. */
  most: number | undefined
  /** The list or map whose values can't be told again. */
  uncorrelatable: string | undefined
}

/** What is wrong with the rules of a schema and of those below it; their costs are added to `total`. */
export function validateRules(root: Schema, path: string, total: CostTotal): FieldError[] {
  const place = { path, isResource: true, most: 1, uncorrelatable: undefined }
  return rulesOf(root, root, place, total)
}

/** `node` says how values look, `schema` what rules there are: they differ within `allOf`. */
function rulesOf(schema: Schema, node: Schema, place: Place, total: CostTotal): FieldError[] {
  const own = structuralSchemas(node)
  return [
    ...ownRules(schema, node, place, total),
    ...structuralSchemas(schema).flatMap(one => {
      const below = own.find(({ path }) => path === one.path)
      return below ? rulesOf(one.schema, below.schema, placeBelow(node, below, place), total) : []
    }),
    ...(schema.allOf ?? []).flatMap((one, index) =>
      rulesOf(one, node, { ...place, path: `${place.path}.allOf[${index}]` }, total),
    ),
  ]
}

function placeBelow(schema: Schema, below: SubSchema, place: Place): Place {
  const limit = elementLimit(schema)
  const isLost =
    schema['x-kubernetes-map-type'] === 'atomic' ||
    (below.under === 'items' && schema['x-kubernetes-list-type'] !== 'map')
  return {
    path: place.path + below.path,
    isResource: below.schema['x-kubernetes-embedded-resource'] === true,
    most: place.most === undefined || limit === undefined ? undefined : place.most * limit,
    uncorrelatable: place.uncorrelatable ?? (isLost ? place.path : undefined),
  }
}

/** How many values there can be below a schema for each of its own. */
function elementLimit(schema: Schema): number | undefined {
  if (schema.type === 'array') return schema.maxItems
  if (schema.type === 'object' && schema.additionalProperties) return schema.maxProperties
  return 1
}

function ownRules(schema: Schema, node: Schema, place: Place, total: CostTotal): FieldError[] {
  const rules = schema['x-kubernetes-validations'] ?? []
  if (!rules.length) return []
  const path = `${place.path}.x-kubernetes-validations`
  const declared = ruleEngine.loaded.declaredType(node, place.isResource)
  if (!declared) {
    const text = `internal error: failed to construct type information for x-kubernetes-validations rules: unable to convert structural schema to CEL declarations`
    return [{ type: 'InternalError', field: path, message: `Internal error: ${text}` }]
  }
  return rules.flatMap((rule, index) => {
    const at = `${path}[${index}]`
    const problems = formProblems(rule, node, at)
    return problems.length
      ? problems
      : compiledProblems(rule, declared, { ...place, path: at }, total)
  })
}

const reasons = [
  'FieldValueDuplicate',
  'FieldValueForbidden',
  'FieldValueInvalid',
  'FieldValueRequired',
]

function formProblems(rule: ValidationRule, schema: Schema, at: string): FieldError[] {
  const { rule: source = '', message = '', messageExpression = '', fieldPath = '', reason } = rule
  const form = (field: string, text: string) =>
    !text
      ? []
      : text.trim() === ''
        ? [invalid(`${at}.${field}`, text, 'must be non-empty if specified')]
        : text.includes('\n')
          ? [invalid(`${at}.${field}`, text, 'must not contain line breaks')]
          : []
  return [
    ...(source.trim() ? [] : [required(`${at}.rule`, 'rule is not specified')]),
    ...(reason && !reasons.includes(reason) ? [notSupported(`${at}.reason`, reason, reasons)] : []),
    ...form('message', message),
    ...(source.trim().includes('\n') && !message && source.trim()
      ? [required(`${at}.message`, 'message must be specified if rule contains line breaks')]
      : []),
    ...(messageExpression && !messageExpression.trim()
      ? [required(`${at}.messageExpression`, 'messageExpression must be non-empty if specified')]
      : []),
    ...form('fieldPath', fieldPath),
    ...(fieldPath.trim() && !fieldPath.includes('\n') && !leadsToField(fieldPath, schema)
      ? [invalid(`${at}.fieldPath`, fieldPath, 'must be a valid path')]
      : []),
  ]
}

function compiledProblems(
  rule: ValidationRule,
  declared: DeclaredType,
  place: Place,
  total: CostTotal,
): FieldError[] {
  const { path: at, uncorrelatable } = place
  const compiled = ruleEngine.loaded.compileRule(rule, declared)
  const { error, messageError, usesOldSelf } = compiled
  return [
    ...(error ? [invalid(`${at}.rule`, shown(rule), error)] : []),
    ...(messageError ? [invalid(`${at}.messageExpression`, shown(rule), messageError)] : []),
    ...costProblems(compiled, declared, place, total),
    ...(usesOldSelf && uncorrelatable !== undefined
      ? [
          invalid(
            `${at}.rule`,
            rule.rule,
            `oldSelf cannot be used on the uncorrelatable portion of the schema within ${uncorrelatable}`,
          ),
        ]
      : []),
    ...(!error && !usesOldSelf && rule.optionalOldSelf !== undefined
      ? [
          invalid(
            `${at}.optionalOldSelf`,
            rule.optionalOldSelf,
            'may not be set if oldSelf is not used in rule',
          ),
        ]
      : []),
  ]
}

/** A rule as upstream prints it, under Go's names. */
const shown = (rule: ValidationRule) => ({
  Rule: rule.rule,
  Message: rule.message ?? '',
  MessageExpression: rule.messageExpression ?? '',
  Reason: rule.reason ?? null,
  FieldPath: rule.fieldPath ?? '',
  OptionalOldSelf: rule.optionalOldSelf ?? null,
})

/** Expressions that are estimated to cost more than one may, for all the values there can be. */
function costProblems(
  { program, message }: CompiledRule,
  declared: DeclaredType,
  { path: at, most }: Place,
  total: CostTotal,
): FieldError[] {
  const times = most ?? ruleEngine.loaded.maxOccurrences(declared)
  const expressions = [
    { field: `${at}.rule`, name: 'estimated rule cost', expression: program },
    {
      field: `${at}.messageExpression`,
      name: 'estimated messageExpression cost',
      expression: message,
    },
  ]
  return expressions.flatMap(({ field, name, expression }) => {
    if (!expression) return []
    const cost = ruleEngine.loaded.maxCost(expression, declared) * times
    total.add(field, cost)
    return cost > expressionLimit ? [forbidden(field, excess(name, cost, expressionLimit))] : []
  })
}
