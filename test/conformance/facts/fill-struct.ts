import { type FieldFact, isTypeMeta, structs } from './facts-table.ts'

type Json = Record<string, unknown>

/** Which of two values a field gets that may be of two types. */
export type Flavour = 'first' | 'second'

/**
 * A struct with every field that protobuf carries filled, as JSON. It need not be valid. A struct within itself is
 * filled twice, then left out.
 */
export function fillStruct(name: string, flavour: Flavour, within: readonly string[] = []): Json {
  const path = [...within, name]
  const filled = (structs.get(name)?.members ?? [])
    .filter(member => member.number !== undefined && !isTypeMeta(member))
    .filter(member => path.filter(one => one === targetOf(member)).length < 2)
  return Object.assign(
    {},
    ...filled.map(member =>
      member.type === 'inline'
        ? fillStruct(member.struct, flavour, path)
        : { [member.json]: fieldValue(member, member.type, flavour, path) },
    ),
  )
}

const schemaProps = 'apiextensions.k8s.io/v1.JSONSchemaProps'
const targetOf = ({ type, struct }: FieldFact) => (type.includes('|') ? schemaProps : struct)

function fieldValue(member: FieldFact, type: string, flavour: Flavour, path: string[]): unknown {
  const [, container, inner = ''] = /^(array|map)<(.*)>$/.exec(type) ?? []
  if (container === 'array')
    return [1, 2].map(index => distinct(fieldValue(member, inner, flavour, path), index))
  if (container === 'map') return { 'a.example/key': fieldValue(member, inner, flavour, path) }
  const isFirst = flavour === 'first'
  const schema = () => fillStruct(schemaProps, flavour, path)
  switch (type) {
    case 'string':
      return member.enum[0] ?? `${member.json}-é`
    case 'integer':
      return member.protobufType.endsWith('int64') ? 9_007_199_254_740_991 : -7
    case 'number':
      return 1.5
    case 'boolean':
      return true
    case 'string:quantity':
      return '1500m'
    case 'string:date-time':
      return '2026-01-02T03:04:05Z'
    case 'string:date-time-micro':
      return '2026-01-02T03:04:05.000678Z'
    case 'string:byte':
      return 'AP/+YWJj'
    case 'int-or-string':
      return isFirst ? 8080 : 'http'
    case 'object:raw':
      return { apiVersion: 'v1', kind: 'Anything', 'f:x': { a: [1, 'b', null] } }
    case 'any':
      return { a: [1, 'b', false] }
    case 'object|boolean':
      return isFirst ? false : schema()
    case 'object|array':
      return isFirst ? schema() : [schema(), schema()]
    case 'object|array<string>':
      return isFirst ? schema() : ['a', 'b']
    default:
      return fillStruct(member.struct, flavour, path)
  }
}

/** The second item of a list of strings differs from the first. */
const distinct = (value: unknown, index: number) =>
  index > 1 && typeof value === 'string' && !/\d/.test(value) ? `${value}-${index}` : value
