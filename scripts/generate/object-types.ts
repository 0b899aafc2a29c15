import { type FieldRow, readJson, readTsv } from './facts.ts'
import { createResolver, isServed, moduleOf } from './served.ts'

type EnumFacts = Record<string, Record<string, { values: string[]; enum: boolean }>>
/** Values of enums that upstream declares by another package's constants. */
const constantsElsewhere: Record<string, string[]> = { AddressType: ['IPv4', 'IPv6'] }
type TypeRow = Record<'group' | 'version' | 'type' | 'kindOf' | 'goUnderlying' | 'topLevel', string>

/** Go structs whose JSON form is a plain string or map; `scalars.ts` declares them. */
const writtenAsScalars = new Set([
  'Time',
  'MicroTime',
  'Timestamp',
  'Duration',
  'FieldsV1',
  'Verbs',
])
const scalars: Record<string, string> = {
  string: 'string',
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
  any: 'unknown',
  object: 'Record<string, unknown>',
  'string:quantity': 'Quantity',
  'string:date-time': 'Time',
  'string:date-time-micro': 'MicroTime',
  'string:byte': 'Base64',
  'int-or-string': 'IntOrString',
  'object:raw': 'Record<string, unknown>',
  'object|boolean': 'JSONSchemaProps | boolean',
  'object|array': 'JSONSchemaProps | JSONSchemaProps[]',
  'object|array<string>': 'JSONSchemaProps | string[]',
}

/** One TypeScript module per served group-version, by file name: an interface per struct, exactly its JSON fields. */
export function objectTypes(factsDirectory: string): Map<string, string> {
  const rows = readTsv<FieldRow>(factsDirectory, 'fields.tsv').filter(isServed)
  const enums = readJson<EnumFacts>(factsDirectory, 'enums.json')
  const topLevel = new Set(
    readTsv<TypeRow>(factsDirectory, 'types.tsv')
      .filter(row => row.topLevel === 'yes' || row.topLevel === 'true')
      .map(row => `${row.group}/${row.version}.${row.type}`),
  )
  const resolve = createResolver(rows)
  const modules = new Map<string, FieldRow[]>()
  for (const row of rows) {
    const name = moduleOf(row.group, row.version)
    modules.set(name, [...(modules.get(name) ?? []), row])
  }
  return new Map([...modules].map(([name, own]) => [`${name}.ts`, module(own)]))

  function module(own: FieldRow[]): string {
    const imports = new Map<string, Set<string>>()
    const [first] = own
    if (!first) return ''
    const self = moduleOf(first.group, first.version)
    const use = (group: string, version: string, type: string) => {
      const from = moduleOf(group, version)
      if (from !== self) imports.set(from, (imports.get(from) ?? new Set()).add(type))
      return type
    }
    const reference = (row: FieldRow): string => {
      const found = resolve(row)
      return found ? use(found.group, found.version, found.type) : 'Record<string, unknown>'
    }
    const typeOf = (row: FieldRow, json = row.jsonType): string => {
      const list = /^array<(.*)>$/.exec(json)
      if (list?.[1]) {
        const item = typeOf(row, list[1])
        return /[ |]/.test(item) ? `(${item})[]` : `${item}[]`
      }
      const map = /^map<(.*)>$/.exec(json)
      if (map?.[1]) return `Record<string, ${typeOf(row, map[1])}>`
      if (json === 'object' || json === 'inline') return reference(row)
      const scalar = scalars[json]
      if (!scalar) throw new Error(`fields.tsv: ${row.type}.${row.json}: unknown jsonType ${json}`)
      if (json === 'string' && row.enumType && !row.enumType.endsWith('*')) {
        const known = enums[`${row.group}/${row.version}`]?.[row.enumType]?.values
        const values = known && [...(constantsElsewhere[row.enumType] ?? []), ...known]
        if (values?.length) return values.map(value => `'${value}'`).join(' | ')
      }
      if (/^[A-Z]/.test(scalar) && /^\w+$/.test(scalar) && scalar !== 'JSONSchemaProps')
        return scalar
      return scalar
    }
    const types = new Map<string, FieldRow[]>()
    for (const row of own) types.set(row.type, [...(types.get(row.type) ?? []), row])
    const bodies: string[] = []
    const special = new Set<string>()
    for (const [type, fields] of types) {
      if (writtenAsScalars.has(type)) continue
      const isObject =
        topLevel.has(`${first.group}/${first.version}.${type}`) ||
        fields.some(field => field.jsonType === 'inline' && field.goType.endsWith('TypeMeta'))
      const bases: string[] = []
      const lines: string[] = []
      for (const field of fields) {
        if (field.jsonType === 'inline') {
          if (!field.goType.endsWith('TypeMeta')) bases.push(reference(field))
          continue
        }
        const text = typeOf(field)
        for (const name of ['Quantity', 'Time', 'MicroTime', 'Base64', 'IntOrString'])
          if (new RegExp(`\\b${name}\\b`).test(text)) special.add(name)
        const isRequired =
          field.required === 'yes' ||
          (isObject && (field.json === 'metadata' || field.json === 'spec'))
        lines.push(
          `  ${/^[A-Za-z_$][\w$]*$/.test(field.json) ? field.json : `'${field.json}'`}${isRequired ? '' : '?'}: ${text}`,
        )
      }
      const kind = isObject ? [`  apiVersion?: string`, `  kind?: string`] : []
      const all = [...kind.filter(line => !lines.some(other => other.startsWith(line))), ...lines]
      bodies.push(
        `export interface ${type}${bases.length ? ` extends ${bases.join(', ')}` : ''} {\n${all.join('\n')}\n}`,
      )
    }
    if (special.size && !imports.has('../scalars')) imports.set('../scalars', special)
    const header = [...imports]
      .sort()
      .map(
        ([from, names]) =>
          `import type { ${[...names].sort().join(', ')} } from '${from === '../scalars' ? '../scalars.ts' : `./${from}.ts`}'`,
      )
    return `// Generated by \`npm run generate\`: ${first.group}/${first.version} of the Kubernetes 1.35 API. Do not edit.\n${header.join('\n')}\n\n${bodies.join('\n\n')}\n`
  }
}
