import type { FieldSchema, FieldType, ScalarFieldType, TypeSchema } from './type-schema.ts'

/** Finds a struct: `DeploymentSpec` within the same group-version, or `meta.k8s.io/v1.ObjectMeta`. */
export type FindType = (reference: string) => TypeSchema

/** A type's lines in a table: its name and flags, then one line per field. */
export type TypeText = string

/**
 * Splits a table into its types without reading them. A line that begins with a space is a field of the type
 * above it: `name protobufNumber type [attribute…]`; `.` is the name of an embedded struct. A type is prefixes
 * (`*` pointer, `[]` list, `{}` map of strings, `!` wrapped in a protobuf message) and a scalar or a struct's
 * name; a named string carries Go's name behind a colon. `~` stands for a space in enum values.
 */
export function splitTable(table: string): Map<string, TypeText> {
  const texts = table.split(/\n(?! )/)
  return new Map(texts.map(text => [/^\w+/.exec(text)?.[0] ?? '', text]))
}

/** Reads one type of a table. Its fields are read when first asked for, since types refer to each other. */
export function parseType(
  text: TypeText,
  at: { group: string; version: string },
  find: FindType,
): TypeSchema {
  const [head = '', ...lines] = text.split('\n ')
  const [name = '', ...flags] = head.split(' ')
  let members: FieldSchema[] | undefined
  let fields: Map<string, FieldSchema> | undefined
  const isObject = flags.includes('object')
  return {
    ...at,
    name,
    openApiName: `${openApiPackage(at)}.${name}`,
    isObject,
    atomic: flags.includes('atomic'),
    get members() {
      members ??= lines.map(line => parseField(line, at.version, find))
      return members
    },
    get fields() {
      fields ??= flatten(isObject, this.members)
      return fields
    },
  }
}

function flatten(isObject: boolean, members: readonly FieldSchema[]): Map<string, FieldSchema> {
  const own = members.flatMap(member =>
    member.name === '' && member.type.kind === 'object'
      ? [...member.type.type.fields.values()]
      : [member],
  )
  return new Map([...(isObject ? typeMeta : []), ...own].map(field => [field.name, field]))
}

const typeMeta: FieldSchema[] = ['apiVersion', 'kind'].map(name => ({
  name,
  type: { kind: 'string', goName: 'string' },
  required: false,
  omitEmpty: true,
  pointer: false,
}))

function parseField(line: string, version: string, find: FindType): FieldSchema {
  const [name = '', number = '', type = '', ...attributes] = line.split(' ')
  const values = new Map(
    attributes.map(attribute => {
      const [key = '', value = ''] = splitOnce(attribute, '=')
      return [key, value]
    }),
  )
  const list = (key: string) => values.get(key)?.split(',')
  const optional = {
    listType: values.get('list') as FieldSchema['listType'],
    listMapKeys: list('keys'),
    structType: values.get('struct') as FieldSchema['structType'],
    patchStrategy: list('patch') as FieldSchema['patchStrategy'],
    patchMergeKey: values.get('mergeKey'),
    protobuf: number === '-' ? undefined : Number(number),
    enum: list('enum')?.map(value => value.replaceAll('~', ' ')),
    default: values.has('default') ? JSON.parse(values.get('default') ?? '') : undefined,
  }
  return {
    name: name === '.' ? '' : name,
    type: parseFieldType(type.replace('*', ''), version, find),
    required: values.has('required'),
    omitEmpty: values.has('omitempty'),
    pointer: type.startsWith('*'),
    ...present(optional),
  }
}

function parseFieldType(text: string, version: string, find: FindType): FieldType {
  if (text.startsWith('![]string:'))
    return {
      kind: 'array',
      items: { kind: 'string', goName: 'string' },
      wrapped: true,
      goName: text.slice('![]string:'.length),
    }
  if (text.startsWith('[]'))
    return { kind: 'array', items: parseFieldType(text.slice(2), version, find) }
  if (text.startsWith('{}'))
    return { kind: 'map', values: parseFieldType(text.slice(2), version, find) }
  const scalar = scalars[text]
  if (scalar) return scalar
  if (text.startsWith('string:')) return { kind: 'string', goName: text.slice('string:'.length) }
  const schemaOr = /^schemaOr(\w+)$/.exec(text)?.[1]?.toLowerCase()
  const referred = schemaOr ? 'JSONSchemaProps' : text
  let known: TypeSchema | undefined
  const reference = {
    get type() {
      known ??= find(referred)
      return known
    },
  }
  return Object.assign(
    reference,
    schemaOr
      ? { kind: 'schemaOr' as const, other: schemaOr as 'bool' | 'array' | 'strings' }
      : { kind: 'object' as const },
  )
}

const scalars: Record<string, ScalarFieldType> = {
  string: { kind: 'string', goName: 'string' },
  bool: { kind: 'boolean', goName: 'bool' },
  int32: { kind: 'integer', goName: 'int32' },
  int64: { kind: 'integer', goName: 'int64' },
  double: { kind: 'number', goName: 'float64' },
  quantity: { kind: 'quantity', goName: 'resource.Quantity' },
  time: { kind: 'time', goName: 'v1.Time' },
  microTime: { kind: 'microTime', goName: 'v1.MicroTime' },
  bytes: { kind: 'bytes', goName: '[]uint8' },
  intOrString: { kind: 'intOrString', goName: 'intstr.IntOrString' },
  raw: { kind: 'raw', goName: 'runtime.RawExtension' },
  fieldsV1: { kind: 'fieldsV1', goName: 'v1.FieldsV1' },
  any: { kind: 'any', goName: 'v1.JSON' },
}

const openApiPackages: Record<string, string> = {
  '': 'io.k8s.api.core',
  'meta.k8s.io': 'io.k8s.apimachinery.pkg.apis.meta',
  'apiextensions.k8s.io': 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions',
  'apiregistration.k8s.io': 'io.k8s.kube-aggregator.pkg.apis.apiregistration',
}
const openApiPackage = ({ group, version }: { group: string; version: string }) =>
  `${openApiPackages[group] ?? `io.k8s.api.${group.split('.')[0]}`}.${version}`

function splitOnce(text: string, separator: string): [string, string] {
  const index = text.indexOf(separator)
  return index < 0 ? [text, ''] : [text.slice(0, index), text.slice(index + 1)]
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> }
const present = <T extends object>(record: T): Present<T> =>
  Object.fromEntries(
    Object.entries(record).filter(([, value]) => value !== undefined),
  ) as Present<T>
