import { type DeclaredType, declaredType } from '#kubernetes/cel/schema/declared-type.ts'
import { escapeField } from '#kubernetes/cel/schema/escape.ts'
import { itemsOf, type Schema, valuesOf } from '../schema.ts'
import { type CompiledRule, compileRule } from './compile-rule.ts'
import { hasRules } from './has-rules.ts'

/** The rules of a schema and of those below it; only where there are rules. */
export interface RuleTree {
  schema: Schema
  declared: DeclaredType
  rules: readonly CompiledRule[]
  properties: ReadonlyMap<string, RuleTree>
  /** Of a list's items. */
  items: RuleTree | undefined
  /** Of an open object's values. */
  values: RuleTree | undefined
  /** Of the schemas that hold beside this one. */
  allOf: readonly RuleTree[]
}

/** Compiles the rules of a schema and of those below it; undefined where it has none. */
export function ruleTree(schema: Schema, isResource: boolean): RuleTree | undefined {
  const declared = declaredType(schema, isResource)
  return declared && hasRules(schema) ? treeOf(schema, schema, declared) : undefined
}

/** `node` says how values look, `schema` what rules there are: they differ within `allOf`. */
function treeOf(schema: Schema, node: Schema, declared: DeclaredType): RuleTree | undefined {
  const rules = (schema['x-kubernetes-validations'] ?? []).map(rule => compileRule(rule, declared))
  const properties = propertiesOf(schema, node, declared)
  const items = below(itemsOf(schema), itemsOf(node), declared.element)
  const values = below(valuesOf(schema), valuesOf(node), declared.element)
  const allOf = (schema.allOf ?? []).flatMap(one => treeOf(one, node, declared) ?? [])
  const isEmpty = !rules.length && !properties.size && !items && !values && !allOf.length
  return isEmpty ? undefined : { schema: node, declared, rules, properties, items, values, allOf }
}

function below(
  schema: Schema | undefined,
  node: Schema | undefined,
  declared: DeclaredType | undefined,
): RuleTree | undefined {
  return schema && node && declared && treeOf(schema, node, declared)
}

function propertiesOf(
  schema: Schema,
  node: Schema,
  declared: DeclaredType,
): ReadonlyMap<string, RuleTree> {
  const found = new Map<string, RuleTree>()
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const own = node.properties?.[name]
    const type = own && fieldType(name, own, declared)
    const tree = own && type && treeOf(property, own, type)
    if (tree) found.set(name, tree)
  }
  return found
}

/** A field that no expression can name may still have rules about itself. */
function fieldType(name: string, own: Schema, declared: DeclaredType): DeclaredType | undefined {
  const escaped = escapeField(name)
  return escaped === undefined
    ? declaredType(own, own['x-kubernetes-embedded-resource'] === true)
    : declared.fields?.get(escaped)?.declared
}
