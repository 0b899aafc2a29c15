import { findType } from '#kubernetes/schema/find-object-type.ts'
import type { FieldSchema, FieldType, TypeSchema } from '#kubernetes/schema/type-schema.ts'

/**
 * A struct as upstream prints it in an error, once it went through JSON: its own structs have no JSON names, so the
 * names are Go's, and nothing is left out. What `meta.k8s.io` declares keeps its JSON form.
 * Not for pods and their templates, which upstream's own structs arrange otherwise.
 */
export function asPrinted(apiVersion: string, name: string, value: object | undefined): unknown {
  const type = findType(apiVersion, name)
  return type && value ? printedStruct(type, value) : value
}

function printedStruct(type: TypeSchema, value: object): unknown {
  const given = new Map<string, unknown>(Object.entries(value))
  const hasJsonNames = type.group === 'meta.k8s.io'
  const fields = [...type.fields.values()].filter(
    ({ name, omitEmpty }) => !hasJsonNames || !omitEmpty || given.has(name),
  )
  return Object.fromEntries(
    fields.map(field => [
      hasJsonNames ? field.name : goName(field.name),
      printedField(field, given.get(field.name)),
    ]),
  )
}

function printedField({ type, pointer }: FieldSchema, value: unknown): unknown {
  if (value !== undefined && value !== null) return printedValue(type, value)
  return pointer ? null : zeroOf(type)
}

function printedValue(type: FieldType, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (type.kind === 'object') return printedStruct(type.type, value)
  if (type.kind === 'array' && Array.isArray(value))
    return value.map(item => printedValue(type.items, item))
  if (type.kind !== 'map') return value
  return sortedByName(value, item => printedValue(type.values, item))
}

/** A map as Go writes it: by name. */
export const sortedByName = <T>(
  map: Readonly<Record<string, T>> | object,
  print: (item: T) => unknown = item => item,
): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries<T>(map as Record<string, T>)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, item]) => [name, print(item)]),
  )

function zeroOf(type: FieldType): unknown {
  switch (type.kind) {
    case 'object':
      return printedStruct(type.type, {})
    case 'string':
      return ''
    case 'integer':
    case 'number':
    case 'intOrString':
      return 0
    case 'boolean':
      return false
    case 'quantity':
      return '0'
    default:
      return null
  }
}

const initials = /^(api|ca|csi|fs|id|ip|se(?=Linux)|uid|url)(?=[A-Z]|$)/

const goName = (name: string): string =>
  initials.test(name)
    ? name.replace(initials, text => text.toUpperCase())
    : `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`
