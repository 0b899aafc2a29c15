import type { FieldError } from '#kubernetes/status-error.ts'
import { fillDefaults } from '../shared/custom-resource/fill-defaults.ts'
import { prune } from '../shared/custom-resource/prune.ts'
import { hasRules } from '../shared/custom-resource/rules/has-rules.ts'
import { ruleEngine } from '../shared/custom-resource/rules/lazy-rules.ts'
import type { Schema } from '../shared/custom-resource/schema.ts'
import { validateListTypes, validateValue } from '../shared/custom-resource/validate-value.ts'
import { invalid } from '../shared/field-errors.ts'
import { subSchemas } from './schema-walk.ts'

/** Defaults must fit their own schemas. */
export function validateDefaults(schema: Schema, path: string): FieldError[] {
  return [
    ...(schema.default === undefined ? [] : validateDefault(schema, `${path}.default`)),
    ...subSchemas(schema).flatMap(one => validateDefaults(one.schema, path + one.path)),
  ]
}

function validateDefault(schema: Schema, path: string): FieldError[] {
  // Within another object, so that the value isn't taken for a whole resource.
  const holder = { value: structuredClone(schema.default) }
  const around: Schema = { type: 'object', properties: { value: schema } }
  if (prune(holder, around).length)
    return [invalid(path, schema.default, 'must not have unknown fields')]
  fillDefaults(holder, around)
  const problems = [
    ...validateValue(holder.value, schema, { path }),
    ...validateListTypes(holder.value, schema, path),
  ]
  return problems.length ? problems : rulesAgainst(holder.value, schema, path)
}

/** A default has to be right where it is new, and where it was there before. */
function rulesAgainst(value: unknown, schema: Schema, path: string): FieldError[] {
  if (!hasRules(schema)) return []
  const { checkRules, ruleTree } = ruleEngine.loaded
  const tree = ruleTree(schema, schema['x-kubernetes-embedded-resource'] === true)
  if (!tree) return []
  const kept = checkRules(tree, value, { path, old: value }).errors
  return kept.length ? kept : checkRules(tree, value, { path }).errors
}
