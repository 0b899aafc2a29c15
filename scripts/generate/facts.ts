import { readFileSync } from 'node:fs'
import path from 'node:path'

/** One row of `fields.tsv`: a field of a Kubernetes struct, as its README describes the columns. */
export type FieldRow = Record<
  | 'group'
  | 'version'
  | 'type'
  | 'json'
  | 'goField'
  | 'goType'
  | 'jsonType'
  | 'omit'
  | 'marker'
  | 'required'
  | 'pbNum'
  | 'pbWire'
  | 'pbType'
  | 'patchStrategy'
  | 'patchMergeKey'
  | 'listType'
  | 'listMapKeys'
  | 'mapOrStructType'
  | 'typeStructType'
  | 'default'
  | 'enumType'
  | 'featureGate'
  | 'nullable',
  string
>

/** Reads a tab-separated facts file whose first line, behind comments, names the columns. */
export function readTsv<Row extends Record<string, string>>(
  factsDirectory: string,
  file: string,
): Row[] {
  const [header = '', ...lines] = readFileSync(path.join(factsDirectory, file), 'utf8')
    .trimEnd()
    .split('\n')
    .filter(line => !line.startsWith('# '))
  const names = header.split('\t')
  return lines.map(line => {
    const cells = line.split('\t')
    return Object.fromEntries(names.map((name, index) => [name, cells[index] ?? ''])) as Row
  })
}

/** Reads a JSON facts file. */
export function readJson<T>(factsDirectory: string, file: string): T {
  return JSON.parse(readFileSync(path.join(factsDirectory, file), 'utf8')) as T
}
