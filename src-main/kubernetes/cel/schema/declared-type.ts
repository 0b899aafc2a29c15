import type { JSONSchemaProps } from '../../api/apiextensions-v1.ts'
import {
  boolType,
  bytesType,
  type CelType,
  doubleType,
  durationType,
  dynType,
  intType,
  listType,
  mapType,
  stringType,
  timestampType,
} from '../check/types.ts'
import { escapeField } from './escape.ts'

/** What a structural schema declares to expressions: the type, and how large its values can become. */
export interface DeclaredType {
  type: CelType
  schema: JSONSchemaProps
  /** Of an object: by the names that expressions use. */
  fields?: ReadonlyMap<string, DeclaredField>
  /** Of a list its items, of a map its values. */
  element?: DeclaredType
  /** The most elements, entries, letters or bytes; 0 for what has no size. */
  maxElements: number
  /** The fewest bytes that a value takes as JSON. */
  minSize: number
}

export interface DeclaredField {
  /** As the object has it. */
  name: string
  declared: DeclaredType
}

/** What the type is called in errors, and its fields in expressions; undefined for a field that can't be named. */
interface Naming {
  typeName: string
  fieldName: (name: string) => string | undefined
}

const within = ({ typeName, fieldName }: Naming, part: string): Naming => ({
  typeName: `${typeName}.${part}`,
  fieldName,
})

/** No request is larger, in bytes. */
export const maxRequestBytes = 3 * 1024 * 1024

const sizes = { string: 2, boolean: 4, number: 1, duration: 3, date: 12, dateTime: 21, empty: 2 }
const longestTime = 32

const simple = (
  schema: JSONSchemaProps,
  type: CelType,
  minSize: number,
  maxElements = 0,
): DeclaredType => ({ schema, type, minSize, maxElements })

/**
 * What a schema declares; undefined where expressions can't see the value, since nothing is known of it. `isResource`:
 * apiVersion, kind and the names of the metadata are there, whatever the schema says.
 */
export function declaredType(
  schema: JSONSchemaProps,
  isResource: boolean,
  naming: Naming = { typeName: 'selfType', fieldName: escapeField },
): DeclaredType | undefined {
  if (schema['x-kubernetes-int-or-string'])
    return simple(schema, dynType, 1, textLimit(schema, maxRequestBytes - 2))
  switch (schema.type) {
    case 'array':
      return declaredList(schema, naming)
    case 'object':
      return declaredObject(isResource ? withObjectMeta(schema) : schema, naming)
    case 'string':
      return declaredString(schema)
    case 'boolean':
      return simple(schema, boolType, sizes.boolean)
    case 'number':
      return simple(schema, doubleType, sizes.number)
    case 'integer':
      return simple(schema, intType, sizes.number)
    default:
      return undefined
  }
}

function declaredList(schema: JSONSchemaProps, naming: Naming): DeclaredType | undefined {
  const { items, maxItems } = schema
  if (!items || Array.isArray(items)) return undefined
  const element = declaredType(items, isEmbedded(items), within(naming, '@idx'))
  if (!element) return undefined
  const most = Math.floor((maxRequestBytes - 2) / (element.minSize + 1))
  return {
    ...simple(schema, listType(element.type), sizes.empty, Math.max(maxItems ?? most, 0)),
    element,
  }
}

function declaredObject(schema: JSONSchemaProps, naming: Naming): DeclaredType | undefined {
  const { additionalProperties, maxProperties } = schema
  if (typeof additionalProperties !== 'object') return declaredStruct(schema, naming)
  const element = declaredType(
    additionalProperties,
    isEmbedded(additionalProperties),
    within(naming, '@elem'),
  )
  if (!element) return undefined
  const most = Math.floor((maxRequestBytes - 2) / (element.minSize + 6))
  const limit = Math.max(maxProperties ?? most, 0)
  return { ...simple(schema, mapType(stringType, element.type), sizes.empty, limit), element }
}

function declaredStruct(schema: JSONSchemaProps, naming: Naming): DeclaredType {
  const fields = new Map<string, DeclaredField>()
  let minSize = sizes.empty
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const declared = declaredType(property, isEmbedded(property), within(naming, name))
    if (!declared) continue
    const escaped = naming.fieldName(name)
    if (escaped !== undefined) fields.set(escaped, { name, declared })
    const isAlwaysSent = schema.required?.includes(name) && property.default === undefined
    if (isAlwaysSent) minSize += name.length + declared.minSize + 4
  }
  const types = new Map([...fields].map(([name, { declared }]) => [name, declared.type]))
  const type: CelType = { kind: 'struct', name: naming.typeName, parameters: [], fields: types }
  return { ...simple(schema, type, minSize), fields }
}

function declaredString(schema: JSONSchemaProps): DeclaredType {
  const longest = maxRequestBytes - 2
  switch (schema.format) {
    case 'byte':
      return simple(schema, bytesType, sizes.string, Math.max(schema.maxLength ?? longest, 0))
    case 'duration':
      return simple(schema, durationType, sizes.duration, longestTime)
    case 'date':
      return simple(schema, timestampType, sizes.date, sizes.date)
    case 'date-time':
      return simple(schema, timestampType, sizes.dateTime, longestTime)
  }
  const texts = (schema.enum ?? []).filter(one => typeof one === 'string')
  const longestWord = Math.max(0, ...texts.map(text => new TextEncoder().encode(text).length))
  return simple(
    schema,
    stringType,
    sizes.string,
    textLimit(schema, schema.enum?.length ? longestWord : longest),
  )
}

/** A code point takes up to four bytes. */
const textLimit = ({ maxLength }: JSONSchemaProps, otherwise: number): number =>
  maxLength === undefined ? otherwise : Math.max(maxLength, 0) * 4

const isEmbedded = (schema: JSONSchemaProps) => schema['x-kubernetes-embedded-resource'] === true

const text: JSONSchemaProps = { type: 'string' }

/** A schema of a resource with what every resource has. */
function withObjectMeta(schema: JSONSchemaProps): JSONSchemaProps {
  const { kind, apiVersion, metadata } = schema.properties ?? {}
  const { name, generateName } = metadata?.properties ?? {}
  const isComplete = [kind, apiVersion, name, generateName].every(one => one?.type === 'string')
  if (isComplete && metadata?.type === 'object') return schema
  return {
    ...schema,
    properties: {
      ...schema.properties,
      kind: text,
      apiVersion: text,
      metadata: { type: 'object', properties: { name: text, generateName: text } },
    },
  }
}
