import type { Schema } from '../shared/custom-resource/schema.ts'

/** A schema below another, with the rest of its path: `.properties[spec]`, `.items`. */
export interface SubSchema {
  path: string
  schema: Schema
  /** Which keyword it stands under. */
  under: 'properties' | 'items' | 'additionalProperties' | 'allOf' | 'anyOf' | 'oneOf' | 'not'
}

/** The schemas directly below one. */
export function subSchemas(schema: Schema): SubSchema[] {
  const { properties = {}, items, additionalProperties, not } = schema
  const found: SubSchema[] = Object.entries(properties).map(([name, one]) => ({
    path: `.properties[${name}]`,
    schema: one,
    under: 'properties',
  }))
  if (items && !Array.isArray(items)) found.push({ path: '.items', schema: items, under: 'items' })
  if (typeof additionalProperties === 'object')
    found.push({
      path: '.additionalProperties',
      schema: additionalProperties,
      under: 'additionalProperties',
    })
  for (const under of ['allOf', 'anyOf', 'oneOf'] as const)
    for (const [index, one] of (schema[under] ?? []).entries())
      found.push({ path: `.${under}[${index}]`, schema: one, under })
  if (not) found.push({ path: '.not', schema: not, under: 'not' })
  return found
}

const structural: ReadonlySet<SubSchema['under']> = new Set([
  'properties',
  'items',
  'additionalProperties',
])

/** Whether a schema describes parts of the values of the one above it, rather than the same values again. */
export const isStructural = ({ under }: SubSchema): boolean => structural.has(under)

/** The schemas directly below one that describe parts of its values. */
export const structuralSchemas = (schema: Schema): SubSchema[] =>
  subSchemas(schema).filter(isStructural)
