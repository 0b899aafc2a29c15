import path from 'node:path'
import { type FieldRow, readJson, readTsv } from './facts.ts'
import { createResolver, isServed } from './served.ts'

type Row = Record<string, string>
type EnumFacts = Record<string, Record<string, { values: string[]; enum: boolean }>>

/**
 * The tables that `test/conformance/facts` holds against a running server, by file name: what the facts say of the
 * stable API, a row a line, and how many rows speak of versions that are off by default.
 */
export function factTables(factsDirectory: string): Map<string, string> {
  const read = (file: string) => readTsv<Row>(factsDirectory, file)
  const fields = readTsv<FieldRow>(factsDirectory, 'fields.tsv')
  const endpoints = read(path.join('..', 'conformance-endpoints.tsv'))
  return new Map([
    ['fields.ts', module('fields of structs', fieldLines(factsDirectory, fields), left(fields))],
    ['resources.ts', stable('resources', read('resources.tsv'), resourceColumns)],
    ['field-selectors.ts', stable('field selectors', read('field-selectors.tsv'), selectorColumns)],
    ['printer-columns.ts', columns(factsDirectory)],
    ['defaults.ts', defaults(factsDirectory)],
    ['bootstrap-policy.ts', policy(factsDirectory)],
    [
      'endpoints.ts',
      module(
        'operations',
        endpoints
          .filter(row => row['level'] === 'stable')
          .map(row => cells(row, ['operationId', 'action', 'path'])),
        { 'alpha and beta': endpoints.filter(row => row['level'] !== 'stable').length },
      ),
    ],
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

const isStable = (row: { group: string; version: string }) =>
  isServed({ ...row, group: row.group || 'core' })
const cells = (row: Row, names: readonly string[]) =>
  names
    .map(name => row[name] ?? '')
    .join('\t')
    .trimEnd()

function stable(what: string, rows: Row[], names: readonly string[]): string {
  const [own, others] = split(rows, row => isStable(row as { group: string; version: string }))
  return module(
    what,
    own.map(row => cells(row, names)),
    left(others as { group: string; version: string }[]),
  )
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

/** A struct's line, `apps/v1.DeploymentSpec atomic`, then a line for each of its members. */
function fieldLines(factsDirectory: string, all: FieldRow[]): string[] {
  const rows = all.filter(isServed)
  const enums = readJson<EnumFacts>(factsDirectory, 'enums.json')
  const resolve = createResolver(rows)
  const structs = Map.groupBy(rows, row => `${row.group}/${row.version}.${row.type}`)
  return [...structs].flatMap(([name, members]) => {
    const atomic = members.some(row => row.typeStructType === 'atomic') ? ' atomic' : ''
    return [`${name}${atomic}`, ...members.map(member)]
  })

  function member(row: FieldRow): string {
    return [
      row.json,
      row.pbNum,
      row.pbWire,
      row.jsonType,
      row.pbType,
      refers.test(row.jsonType) ? structOf(row) : '',
      row.patchStrategy,
      row.patchMergeKey,
      row.listType,
      row.listMapKeys,
      row.mapOrStructType.split('=')[1] ?? '',
      row.required === 'yes' ? 'required' : '',
      row.omit ? 'omitempty' : '',
      row.goType.startsWith('*') ? 'pointer' : '',
      row.default,
      enumOf(row),
    ]
      .map((text, index) => (index ? text : `\t${text}`))
      .join('\t')
      .trimEnd()
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

function columns(factsDirectory: string): string {
  const { kinds } = readJson<ColumnFacts>(factsDirectory, 'printer-columns.json')
  const known = Object.entries(kinds).map(([key, { columns }]) => {
    const [apiVersion = '', kind = ''] = key.split(' ')
    const [group = '', version = ''] = apiVersion.split('/')
    return { group, version, kind, columns }
  })
  const [own, others] = split(known, isStable)
  return module(
    'printer columns',
    own.flatMap(({ group, version, kind, columns }) =>
      columns.map(column => [group, version, kind, ...column.map(String)].join('\t')),
    ),
    left(others.flatMap(({ columns, ...row }) => columns.map(() => row))),
  )
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
    return entries.map(([at, value, condition = '']) => ({
      group,
      version,
      text: [`${apiVersion}.${type}`, at, JSON.stringify(value), condition].join('\t').trimEnd(),
    }))
  })
  const [own, others] = split(rows, isStable)
  return module(
    'defaults',
    own.map(({ text }) => text),
    left(others),
  )
}

interface PolicyEntry {
  name: string
  namespace?: string
  rules?: object[]
  aggregationRule?: object
  extraLabels?: Record<string, string>
  roleRef?: object
  subjects?: object[]
}

function policy(factsDirectory: string): string {
  const facts = readJson<Record<string, PolicyEntry[]>>(factsDirectory, 'rbac-bootstrap.json')
  const lines = (resource: string, ...lists: string[]) =>
    lists.flatMap(list => (facts[list] ?? []).map(entry => `${resource}\t${JSON.stringify(entry)}`))
  return module('bootstrap roles and bindings', [
    ...lines('clusterroles', 'clusterRoles', 'controllerClusterRoles'),
    ...lines('clusterrolebindings', 'clusterRoleBindings', 'controllerClusterRoleBindings'),
    ...lines('roles', 'roles'),
    ...lines('rolebindings', 'roleBindings'),
  ])
}

/** A module of one table; `others` are counts of rows that it leaves out, by group-version. */
function module(what: string, lines: string[], others: Record<string, number> = {}): string {
  const odd = lines.find(line => /`|\$\{/.test(line))
  if (odd) throw new Error(`a template can't hold: ${odd}`)
  return `// Generated by \`npm run generate\` from the Kubernetes 1.35 API. Do not edit.
/** The ${what} of the stable API, a row a line. */
export const table = String.raw\`${lines.join('\n')}\`

/** Rows of versions that are off by default, which the table leaves out. */
export const leftOut: Readonly<Record<string, number>> = ${JSON.stringify(others, undefined, 2)}
`
}
