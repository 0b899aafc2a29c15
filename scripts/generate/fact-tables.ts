import path from 'node:path'
import { type FieldRow, readJson, readTsv } from './facts.ts'
import { createResolver, isServed } from './served.ts'

type Row = Record<string, string>
type EnumFacts = Record<string, Record<string, { values: string[]; enum: boolean }>>

/**
 * The tables that `test/conformance/facts` holds against a running server, by file name: what the facts say of the
 * stable API, tab-separated, with a line that names the columns. `readTsv` reads them.
 */
export function factTables(factsDirectory: string): Map<string, string> {
  const read = (file: string) => readTsv<Row>(factsDirectory, file)
  return new Map([
    ['fields.tsv', fields(factsDirectory)],
    ['resources.tsv', stable('resources', read('resources.tsv'), resourceColumns)],
    [
      'field-selectors.tsv',
      stable('field selectors', read('field-selectors.tsv'), selectorColumns),
    ],
    ['printer-columns.tsv', columns(factsDirectory)],
    ['defaults.tsv', defaults(factsDirectory)],
    ['bootstrap-policy.tsv', policy(factsDirectory)],
    ['endpoints.tsv', operations(read(path.join('..', 'conformance-endpoints.tsv')))],
  ])
}

const resourceColumns = [
  'group',
  'version',
  'resource',
  'singular',
  'kind',
  'namespaced',
  'verbs',
  'shortNames',
  'categories',
  'subresources',
  'storageVersionHash',
]
const selectorColumns = [
  'group',
  'version',
  'kind',
  'field',
  'mapsTo',
  'value',
  'rule',
  'unsupportedError',
]

const endpointColumns = ['operationId', 'action', 'path', 'group', 'version', 'kind', 'level']

const isStable = (row: { group: string; version: string }) =>
  isServed({ ...row, group: row.group || 'core' })

function stable(what: string, rows: Row[], names: readonly string[]): string {
  const [own, others] = split(rows, row => isStable(row as { group: string; version: string }))
  return table(what, names, own, left(others as { group: string; version: string }[]))
}

/** What is stable, and the keys of service accounts' tokens, which are served although their level is beta. */
function operations(rows: Row[]): string {
  const isStable = ({ level, operationId = '' }: Row) =>
    level === 'stable' || /OpenID/.test(operationId)
  const [own, others] = split(rows, isStable)
  const named = own.map(row => ({ ...row, level: row['level']?.replace('stable', '') ?? '' }))
  return table('operations', endpointColumns, named, { 'alpha and beta': others.length })
}

function split<T>(rows: readonly T[], isOwn: (row: T) => boolean): [own: T[], others: T[]] {
  return [rows.filter(isOwn), rows.filter(row => !isOwn(row))]
}

/** How many rows there are of each group-version that isn't served by default. */
function left(rows: readonly { group: string; version: string }[]): Record<string, number> {
  const others = rows.filter(row => !isStable(row))
  const groups = Map.groupBy(others, ({ group, version }) => `${group}/${version}`)
  return Object.fromEntries([...groups].map(([name, own]) => [name, own.length]).sort())
}

const fieldColumns = [
  'struct',
  'atomic',
  'json',
  'number',
  'wire',
  'type',
  'protobufType',
  'refersTo',
  'patchStrategy',
  'patchMergeKey',
  'listType',
  'listMapKeys',
  'structType',
  'required',
  'omitEmpty',
  'pointer',
  'default',
  'enum',
]

/** The members of structs; a struct is named by its first one. */
function fields(factsDirectory: string): string {
  const all = readTsv<FieldRow>(factsDirectory, 'fields.tsv')
  const rows = all.filter(isServed)
  const enums = readJson<EnumFacts>(factsDirectory, 'enums.json')
  const resolve = createResolver(rows)
  const structs = Map.groupBy(rows, row => `${row.group}/${row.version}.${row.type}`)
  const members = [...structs].flatMap(([struct, [first, ...rest]]) => {
    if (!first) return []
    const isAtomic = [first, ...rest].some(row => row.typeStructType === 'atomic')
    const named = { struct, atomic: isAtomic ? 'atomic' : '', ...member(first) }
    return [named, ...rest.map(member)]
  })
  return table('fields of structs', fieldColumns, members, left(all))

  function member(row: FieldRow): Row {
    return {
      json: row.json,
      number: row.pbNum,
      wire: row.pbWire,
      type: row.jsonType,
      protobufType: row.pbType,
      refersTo: refers.test(row.jsonType) ? structOf(row) : '',
      patchStrategy: row.patchStrategy,
      patchMergeKey: row.patchMergeKey,
      listType: row.listType,
      listMapKeys: row.listMapKeys,
      structType: row.mapOrStructType.split('=')[1] ?? '',
      required: row.required === 'yes' ? 'required' : '',
      omitEmpty: row.omit ? 'omitempty' : '',
      pointer: row.goType.startsWith('*') ? 'pointer' : '',
      default: row.default,
      enum: enumOf(row),
    }
  }

  /** A struct without fields has no rows; it lies beside what refers to it. */
  function structOf(row: FieldRow): string {
    const { group, version, type } = resolve(row) ?? { ...row, type: row.goType.replace('*', '') }
    return `${group}/${version}.${type}`
  }

  function enumOf(row: FieldRow): string {
    const name = row.enumType.split('.').at(-1) ?? ''
    const places = [`${row.group}/${row.version}`, 'core/v1', 'meta.k8s.io/v1']
    const found = places.map(place => enums[place]?.[name]).find(one => one?.enum)
    return found ? found.values.toSorted().join('|') : ''
  }
}

const refers = /object(?!:raw)|inline|^array<any>$/

interface ColumnFacts {
  kinds: Record<string, { columns: unknown[][] }>
}

const printerColumns = ['name', 'type', 'format', 'priority', 'source']

function columns(factsDirectory: string): string {
  const { kinds } = readJson<ColumnFacts>(factsDirectory, 'printer-columns.json')
  const rows = Object.entries(kinds).flatMap(([key, { columns }]) => {
    const [apiVersion = '', kind = ''] = key.split(' ')
    const [group = '', version = ''] = apiVersion.split('/')
    return columns.map(column => ({
      ...{ group, version, kind },
      ...Object.fromEntries(printerColumns.map((name, index) => [name, String(column[index])])),
    }))
  })
  return stable('printer columns', rows, ['group', 'version', 'kind', ...printerColumns])
}

type DefaultEntry = [path: string, value: unknown, condition?: string]

function defaults(factsDirectory: string): string {
  const facts = readJson<Record<'types' | 'kinds', Record<string, DefaultEntry[]>>>(
    factsDirectory,
    'defaults.json',
  )
  const rows = Object.entries({ ...facts.types, ...facts.kinds }).flatMap(([key, entries]) => {
    const [apiVersion = '', type = ''] = key.split(' ')
    const [group = '', version = ''] = apiVersion.split('/')
    const struct = `${apiVersion}.${type}`
    return entries.map(([path, value, condition = '']) => ({
      ...{ group, version, struct, path, condition },
      value: JSON.stringify(value),
    }))
  })
  return stable('defaults', rows, ['struct', 'path', 'value', 'condition'])
}

function policy(factsDirectory: string): string {
  const facts = readJson<Record<string, object[]>>(factsDirectory, 'rbac-bootstrap.json')
  const rows = (resource: string, ...lists: string[]) =>
    lists.flatMap(list =>
      (facts[list] ?? []).map(entry => ({ resource, entry: JSON.stringify(entry) })),
    )
  return table(
    'bootstrap roles and bindings',
    ['resource', 'entry'],
    [
      ...rows('clusterroles', 'clusterRoles', 'controllerClusterRoles'),
      ...rows('clusterrolebindings', 'clusterRoleBindings', 'controllerClusterRoleBindings'),
      ...rows('roles', 'roles'),
      ...rows('rolebindings', 'roleBindings'),
    ],
  )
}

/** A table of these columns; `others` are counts of rows that it leaves out, by group-version. */
function table(
  what: string,
  names: readonly string[],
  rows: readonly Row[],
  others: Record<string, number> = {},
): string {
  const left = Object.entries(others).map(([name, count]) => `${count} of ${name}`)
  return [
    `# The ${what} of the stable API. Generated by \`npm run generate\` from the Kubernetes 1.35 API; do not edit.`,
    ...(left.length ? [`# Left out: ${left.join(', ')}`] : []),
    names.join('\t'),
    ...rows.map(row =>
      names
        .map(name => row[name] ?? '')
        .join('\t')
        .trimEnd(),
    ),
    '',
  ].join('\n')
}
