import { apiVersionOf, type GroupVersionKind, parseApiVersion } from '../objects.ts'
import { tables } from './generated/index.ts'
import { parseType, splitTable, type TypeText } from './parse-table.ts'
import type { TypeSchema } from './type-schema.ts'

const texts = new Map<string, Map<string, TypeText>>()
const types = new Map<string, TypeSchema>()

/**
 * The schema of a built-in kind that we know, such as `{ group: 'apps', version: 'v1', kind: 'Deployment' }`.
 * Lists (`DeploymentList`) and the options that requests carry (`DeleteOptions`, in any group) are kinds too.
 */
export function findObjectType({ group, version, kind }: GroupVersionKind): TypeSchema | undefined {
  const apiVersion = apiVersionOf({ group, version })
  const type = findType(apiVersion, kind)
  if (type?.isObject) return type
  if (!inEveryGroup.has(kind)) return undefined
  return findType('meta.k8s.io/v1', kind)
}

/** Any struct by where it is declared, such as `('apps/v1', 'DeploymentSpec')`. */
export function findType(apiVersion: string, name: string): TypeSchema | undefined {
  const id = `${apiVersion}.${name}`
  const known = types.get(id)
  if (known) return known
  const text = textsOf(apiVersion)?.get(name)
  if (text === undefined) return undefined
  const type = parseType(text, parseApiVersion(apiVersion), reference => {
    const dot = reference.lastIndexOf('.')
    const from = dot < 0 ? apiVersion : reference.slice(0, dot)
    const found = findType(from, reference.slice(dot + 1))
    if (!found) throw new Error(`schema tables: ${id} refers to ${reference}, which is not there`)
    return found
  })
  types.set(id, type)
  return type
}

/** Every struct of a group-version, such as `apps/v1`; empty when we don't know it. */
export function typesOf(apiVersion: string): TypeSchema[] {
  return [...(textsOf(apiVersion)?.keys() ?? [])].flatMap(name => findType(apiVersion, name) ?? [])
}

/** Every group-version that has a table: `v1`, `apps/v1`, … */
export const knownApiVersions = (): string[] => [...tables.keys()]

function textsOf(apiVersion: string): Map<string, TypeText> | undefined {
  let known = texts.get(apiVersion)
  const table = tables.get(apiVersion)
  if (!known && table !== undefined) {
    known = splitTable(table)
    texts.set(apiVersion, known)
  }
  return known
}

/** Kinds of `meta.k8s.io/v1` that are registered in every group-version, and those that go by plain `v1`. */
const inEveryGroup = new Set([
  'CreateOptions',
  'DeleteOptions',
  'GetOptions',
  'ListOptions',
  'PatchOptions',
  'UpdateOptions',
  'WatchEvent',
  'Status',
  'APIGroup',
  'APIGroupList',
  'APIResourceList',
  'APIVersions',
  'Table',
  'PartialObjectMetadata',
  'PartialObjectMetadataList',
  'List',
])
