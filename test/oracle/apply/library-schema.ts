/** A schema object of OpenAPI 3.0, as we publish it. */
type Schema = Readonly<Record<string, unknown>>

/** A type of the merge library: by name, or described. */
interface LibraryType {
  namedType?: string
  scalar?: string
  list?: object
  map?: object
}

const untyped = '__untyped_atomic_'
const deduced = '__untyped_deduced_'
const anyOf = (name: string, relationship: string) => ({
  scalar: 'untyped',
  list: { elementType: { namedType: untyped }, elementRelationship: 'atomic' },
  map: { elementType: { namedType: name }, elementRelationship: relationship },
})
const quantity = 'io.k8s.apimachinery.pkg.api.resource.Quantity'
const rawExtension = 'io.k8s.apimachinery.pkg.runtime.RawExtension'

/**
 * The types that Kubernetes makes of a published schema for its merge library: `x-kubernetes-list-type`,
 * `-list-map-keys` and `-map-type` say how lists, maps and structs are owned, and what has no type is deduced from the
 * values.
 */
export function libraryTypes(schemas: Readonly<Record<string, Schema>>): object[] {
  const open = Object.entries(schemas).flatMap(([name, schema]) => [
    { name, ...typeOf(name, schema) },
    // The library refers to types by name alone; what a reference changes of a type is a type of its own.
    ...['atomic', 'granular'].map(mapType => ({
      name: variant(name, mapType),
      ...typeOf(name, { ...schema, 'x-kubernetes-map-type': mapType }),
    })),
  ])
  return [
    ...open,
    { name: untyped, ...anyOf(untyped, 'atomic') },
    { name: deduced, ...anyOf(deduced, 'separable') },
  ]
}

const variant = (name: string, mapType: unknown): string =>
  mapType === undefined ? name : `${name} (${String(mapType)})`

function typeOf(name: string, schema: Schema): LibraryType {
  if (name === quantity) return { scalar: 'untyped' }
  if (name === rawExtension) return anyOf(untyped, 'atomic')
  return described(schema, false)
}

/** `keepsUnknown`: whether a schema around it keeps fields that it doesn't name. */
function described(schema: Schema, keepsUnknown: boolean): LibraryType {
  const keeps = keepsUnknown || schema['x-kubernetes-preserve-unknown-fields'] === true
  switch (schema['type']) {
    case undefined:
      return { scalar: 'untyped', list: listOf(schema, keeps), map: mapOf(schema, keeps) }
    case 'object':
      return { map: mapOf(schema, keeps) }
    case 'array':
      return { list: listOf(schema, keeps) }
    case 'integer':
    case 'number':
      return { scalar: 'numeric' }
    case 'boolean':
      return { scalar: 'boolean' }
    default:
      return { scalar: ['byte', undefined].includes(format(schema)) ? 'string' : 'untyped' }
  }
}

const format = (schema: Schema) => schema['format'] as string | undefined

function reference(schema: Schema, keepsUnknown: boolean): LibraryType {
  const all = schema['allOf'] as Schema[] | undefined
  const target = schema['$ref'] ?? (all?.length === 1 ? all[0]?.['$ref'] : undefined)
  if (typeof target !== 'string') return described(schema, keepsUnknown)
  return { namedType: variant(target.split('/').at(-1) ?? '', schema['x-kubernetes-map-type']) }
}

function mapOf(schema: Schema, keeps: boolean): object {
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, Schema>)
  const additional = schema['additionalProperties'] as Schema | boolean | undefined
  const isOpen = additional === true || (additional === undefined && (keeps || !properties.length))
  return {
    fields: properties.map(([name, member]) => ({
      name,
      type: reference(member, keeps),
      default: member['default'],
    })),
    ...(typeof additional === 'object' ? { elementType: reference(additional, keeps) } : {}),
    ...(isOpen ? { elementType: { namedType: deduced } } : {}),
    ...(schema['x-kubernetes-map-type'] === 'atomic' ? { elementRelationship: 'atomic' } : {}),
  }
}

function listOf(schema: Schema, keeps: boolean): object {
  const items = schema['items'] as Schema | undefined
  const elementType = items ? reference(items, keeps) : { namedType: deduced }
  const keys = listKeys(schema)
  return keys
    ? { elementType, elementRelationship: 'associative', ...(keys.length ? { keys } : {}) }
    : { elementType, elementRelationship: 'atomic' }
}

/** The keys of a list whose items are owned one by one, none of a set; undefined of a list that is owned whole. */
function listKeys(schema: Schema): readonly string[] | undefined {
  const listType = schema['x-kubernetes-list-type']
  if (listType === 'set') return []
  if (listType === 'map') return schema['x-kubernetes-list-map-keys'] as string[]
  const strategy = schema['x-kubernetes-patch-strategy']
  if (listType !== undefined || !['merge', 'merge,retainKeys'].includes(String(strategy)))
    return undefined
  const key = schema['x-kubernetes-patch-merge-key']
  return typeof key === 'string' ? [key] : []
}
