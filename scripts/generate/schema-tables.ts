import { type FieldRow, readJson, readTsv } from './facts.ts'
import { createResolver, isServed, moduleOf, type TypeReference } from './served.ts'

type TypeRow = Record<'group' | 'version' | 'type' | 'kindOf', string>
type EnumFacts = Record<string, Record<string, { values: string[]; enum: boolean }>>

/** Go structs with a JSON form of their own; they are field types here, not structs. */
const withOwnJsonForm = new Set([
  'Time',
  'MicroTime',
  'Timestamp',
  'Duration',
  'FieldsV1',
  'JSON',
  'Patch',
  'TypeMeta',
  'JSONSchemaPropsOrBool',
  'JSONSchemaPropsOrArray',
  'JSONSchemaPropsOrStringArray',
])
const bases: Record<string, string> = {
  boolean: 'bool',
  number: 'double',
  'string:quantity': 'quantity',
  'string:date-time': 'time',
  'string:date-time-micro': 'microTime',
  'string:byte': 'bytes',
  'int-or-string': 'intOrString',
  'object:raw': 'raw',
  any: 'any',
  'object|boolean': 'schemaOrBool',
  'object|array': 'schemaOrArray',
  'object|array<string>': 'schemaOrStrings',
}

/**
 * The tables of `src-main/kubernetes/schema/generated`, by file name. `schema/parse-table.ts` says how a table
 * reads; keep the two together.
 */
export function schemaTables(factsDirectory: string): Map<string, string> {
  const rows = readTsv<FieldRow>(factsDirectory, 'fields.tsv').filter(isServed)
  const enums = readJson<EnumFacts>(factsDirectory, 'enums.json')
  const resolve = createResolver(rows)
  const withFields = new Set(rows.map(row => `${row.group}/${row.version}.${row.type}`))
  const withoutFields = new Set(
    readTsv<TypeRow>(factsDirectory, 'types.tsv')
      .filter(row => isServed(row) && row.kindOf === 'struct')
      .map(row => `${row.group}/${row.version}.${row.type}`)
      .filter(name => !withFields.has(name) && !withOwnJsonForm.has(name.split('.').at(-1) ?? '')),
  )
  const byGroupVersion = Map.groupBy(rows, row => `${row.group}/${row.version}`)
  const files = new Map<string, string>()
  const entries: { key: string; file: string }[] = []
  for (const own of byGroupVersion.values()) {
    const [first] = own
    if (!first) continue
    const file = moduleOf(first.group, first.version)
    const key = first.group === 'core' ? first.version : `${first.group}/${first.version}`
    entries.push({ key, file })
    const prefix = `${first.group}/${first.version}.`
    const empty = [...withoutFields].filter(name => name.startsWith(prefix))
    const table = [
      ...[...Map.groupBy(own, row => row.type)]
        .filter(([type]) => !withOwnJsonForm.has(type))
        .map(([type, fields]) => typeLines(type, fields)),
      ...empty.map(name => name.slice(prefix.length)),
    ].join('\n')
    files.set(`${file}.ts`, module(key, table))
  }
  files.set('index.ts', index(entries))
  return files

  function typeLines(type: string, fields: FieldRow[]): string {
    const flags = [
      fields.some(isTypeMeta) ? ' object' : '',
      fields.some(field => field.typeStructType) ? ' atomic' : '',
    ]
    const lines = fields.filter(field => !isTypeMeta(field)).map(fieldLine)
    return [`${type}${flags.join('')}`, ...lines].join('\n')
  }

  function fieldLine(row: FieldRow): string {
    const enumeration = enumOf(row)
    const attributes = [
      row.required === 'yes' ? 'required' : '',
      row.omit ? 'omitempty' : '',
      row.listType ? `list=${row.listType}` : '',
      row.listMapKeys ? `keys=${row.listMapKeys}` : '',
      row.mapOrStructType ? `struct=${row.mapOrStructType.split('=')[1]}` : '',
      row.patchStrategy ? `patch=${row.patchStrategy}` : '',
      row.patchMergeKey ? `mergeKey=${row.patchMergeKey}` : '',
      enumeration ? `enum=${enumeration.join(',').replaceAll(' ', '~')}` : '',
      row.default ? `default=${defaultOf(row)}` : '',
    ]
    const name = row.jsonType === 'inline' ? '.' : row.json
    const head = [name, row.pbNum || '-', typeOf(row)]
    return ` ${[...head, ...attributes.filter(Boolean)].join(' ')}`
  }

  function typeOf(row: FieldRow): string {
    const pointer = row.goType.startsWith('*') ? '*' : ''
    return pointer + valueType(row, row.jsonType)
  }

  function valueType(row: FieldRow, json: string): string {
    const list = /^array<(.*)>$/.exec(json)?.[1]
    if (list && row.pbType && !row.pbType.startsWith('repeated')) return `![]string${goName(row)}`
    if (list) return `[]${valueType(row, list)}`
    const map = /^map<(.*)>$/.exec(json)?.[1]
    if (map) return `{}${valueType(row, map)}`
    if (json === 'string') return `string${goName(row)}`
    if (json === 'integer') return row.pbType.includes('int64') ? 'int64' : 'int32'
    const base = bases[json]
    if (base === 'raw' && row.goType.endsWith('FieldsV1')) return 'fieldsV1'
    if (base) return base
    const reference = resolve(row)
    if (reference) return referenceText(row, reference)
    const type = row.goType.replace(/^\*/, '')
    if (!withoutFields.has(`${row.group}/${row.version}.${type}`))
      throw new Error(`fields.tsv: ${row.type}.${row.json}: no type for ${row.goType}`)
    return type
  }

  function enumOf(row: FieldRow): string[] | undefined {
    const name = row.enumType.split('.').at(-1) ?? ''
    if (!name || name.endsWith('*')) return undefined
    for (const key of [`${row.group}/${row.version}`, 'core/v1', 'meta.k8s.io/v1']) {
      const found = enums[key]?.[name]
      if (found?.enum) return found.values
    }
    return undefined
  }

  function defaultOf(row: FieldRow): string {
    const constant = /^ref\((.*)\)$/.exec(row.default)?.[1]
    if (!constant) return row.default
    const value = enumOf(row)?.find(value => constant.includes(value))
    if (value === undefined) throw new Error(`fields.tsv: ${row.type}.${row.json}: ${row.default}`)
    return JSON.stringify(value)
  }
}

const isTypeMeta = (row: FieldRow) => row.jsonType === 'inline' && /\bTypeMeta$/.test(row.goType)

const referenceText = (row: FieldRow, { group, version, type }: TypeReference) =>
  group === row.group && version === row.version
    ? type
    : `${group === 'core' ? version : `${group}/${version}`}.${type}`

/** `:v1.PullPolicy` for a named string type, which Go's error messages show. */
function goName(row: FieldRow): string {
  const inner = row.goType.replace(/^(\[\]|\*|map\[\w+\])+/, '')
  const [packageName, type] = inner.includes('.') ? inner.split('.') : [row.version, inner]
  if (type === 'string' || type === 'ResourceList' || !type) return ''
  return `:${/^\w*v\d+$/.test(packageName ?? '') ? packageName?.replace(/^\w*?(?=v\d+$)/, '') : packageName}.${type}`
}

const header = '// Generated by `npm run generate` from the Kubernetes 1.35 API. Do not edit.'

const module = (key: string, table: string) =>
  `${header}\n/** The types of ${key}. */\nexport const table = String.raw\`${table}\`\n`

function index(entries: { key: string; file: string }[]): string {
  const name = (file: string) => file.replaceAll(/-./g, text => (text[1] ?? '').toUpperCase())
  return `${header}
${entries.map(({ file }) => `import { table as ${name(file)} } from './${file}.ts'`).join('\n')}

/** The tables of types by apiVersion. They are parsed at first use. */
export const tables: ReadonlyMap<string, string> = new Map([
${entries.map(({ key, file }) => `  ['${key}', ${name(file)}],`).join('\n')}
])
`
}
