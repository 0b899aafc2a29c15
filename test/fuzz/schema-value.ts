import { oddNumber, oddText } from './odd-values.ts'
import type { Random } from './random.ts'

/** A schema object of OpenAPI v3. */
export interface Schema {
  $ref?: string
  allOf?: Schema[]
  oneOf?: Schema[]
  type?: string
  format?: string
  enum?: unknown[]
  items?: Schema
  properties?: Record<string, Schema>
  additionalProperties?: Schema
  required?: string[]
}

export type Schemas = Readonly<Record<string, Schema>>

const maxDepth = 7

/** A value that a schema allows: required fields, and some of the others. */
export function schemaValue(random: Random, schemas: Schemas, schema: Schema, depth = 0): unknown {
  const reference = schema.$ref ?? schema.allOf?.[0]?.$ref
  if (reference) {
    const name = reference.split('/').at(-1) ?? ''
    return scalars[name]?.(random) ?? schemaValue(random, schemas, schemas[name] ?? {}, depth)
  }
  if (schema.enum) return random.chance(0.95) ? random.pick(schema.enum) : oddText(random)
  switch (schema.type) {
    case 'object':
      return objectOf(random, schemas, schema, depth)
    case 'array':
      return depth > maxDepth
        ? []
        : Array.from({ length: random.below(3) }, () =>
            schemaValue(random, schemas, schema.items ?? {}, depth + 1),
          )
    case 'integer':
      return random.chance(0.9) ? random.below(100) : oddNumber(random)
    case 'number':
      return random.next()
    case 'boolean':
      return random.chance(0.5)
    default:
      return textOf(random, schema.format)
  }
}

function objectOf(random: Random, schemas: Schemas, schema: Schema, depth: number): unknown {
  if (schema.additionalProperties) {
    const { additionalProperties } = schema
    return Object.fromEntries(
      Array.from({ length: random.below(3) }, (_, index) => [
        `key-${index}`,
        schemaValue(random, schemas, additionalProperties, depth + 1),
      ]),
    )
  }
  const required = new Set(schema.required)
  const entries = Object.entries(schema.properties ?? {}).filter(
    ([name]) => required.has(name) || (depth < maxDepth && random.chance(0.35)),
  )
  return Object.fromEntries(
    entries.map(([name, property]) => [
      name,
      depth > maxDepth * 2 ? null : schemaValue(random, schemas, property, depth + 1),
    ]),
  )
}

function textOf(random: Random, format: string | undefined): string {
  if (format === 'date-time') return '2026-01-02T03:04:05Z'
  if (format === 'byte') return 'YWJj'
  return random.chance(0.7)
    ? random.pick(['sample', 'app', 'default', 'a.example.com', '1'])
    : oddText(random)
}

const scalars: Readonly<Record<string, (random: Random) => unknown>> = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': random =>
    random.chance(0.8) ? random.pick(['1', '100m', '1Gi', 2]) : oddText(random),
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': random => random.pick([1, '10%', 'http']),
  'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1': () => ({ 'f:a': {} }),
}
