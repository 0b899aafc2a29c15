import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { knownApiVersions, typesOf } from '#kubernetes/schema/find-object-type.ts'
import type { FieldSchema, TypeSchema } from '#kubernetes/schema/type-schema.ts'
import type { GoField, GoStructs } from './go-types.ts'

/** Lines that say where a table and another source of the same facts differ. */
export type Differences = string[]

/** What the two releases, 1.35 of the API and 1.36 of client-node's models, don't have in common. */
export const knownModelDifferences: Differences = [
  'io.k8s.api.core.v1.PodSpec.workloadRef is not in client-node',
  'io.k8s.api.core.v1.PodSpec.schedulingGroup is only in client-node',
  'io.k8s.api.core.v1.PodStatus.nodeAllocatableResourceClaimStatuses is only in client-node',
  'io.k8s.api.core.v1.Preconditions.resourceVersion is only in client-node',
  'io.k8s.api.core.v1.ResourceHealth.message is only in client-node',
  'io.k8s.api.core.v1.VolumeMountStatus.volumeStatus is only in client-node',
  'io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta.shardInfo is only in client-node',
  'io.k8s.api.resource.v1.Device.nodeAllocatableResourceMappings is only in client-node',
  'io.k8s.api.resource.v1.DeviceAttribute.bools is only in client-node',
  'io.k8s.api.resource.v1.DeviceAttribute.ints is only in client-node',
  'io.k8s.api.resource.v1.DeviceAttribute.strings is only in client-node',
  'io.k8s.api.resource.v1.DeviceAttribute.versions is only in client-node',
  'io.k8s.api.storage.v1.CSIDriverSpec.preventPodSchedulingIfMissing is only in client-node',
]

/** Which files of a folder are not what would be generated. */
export function compareFolder(folder: string, files: ReadonlyMap<string, string>): Differences {
  const present = new Set(readdirSync(folder))
  const missing = [...files.keys()]
    .filter(file => !present.has(file))
    .map(file => `${file} is missing`)
  const extra = [...present]
    .filter(file => !files.has(file))
    .map(file => `${file} is not generated`)
  const changed = [...files]
    .filter(
      ([file, text]) => present.has(file) && readFileSync(path.join(folder, file), 'utf8') !== text,
    )
    .map(([file]) => `${file} differs`)
  return [...missing, ...extra, ...changed]
}

const packages: Record<string, string> = {
  'meta.k8s.io': 'k8s.io/apimachinery/pkg/apis/meta',
  'apiextensions.k8s.io': 'k8s.io/apiextensions-apiserver/pkg/apis/apiextensions',
  'apiregistration.k8s.io': 'k8s.io/kube-aggregator/pkg/apis/apiregistration',
}
const packageOf = ({ group, version }: TypeSchema) =>
  `${packages[group] ?? `k8s.io/api/${group.split('.')[0] || 'core'}`}/${version}`

/**
 * Compares the tables with the types that kubectl was built from: names, protobuf numbers, what is omitted when
 * empty, pointers, and how patches merge. Types that the program doesn't hold are passed over; `compared` counts.
 */
export function compareWithGo(structs: GoStructs): { differences: Differences; compared: number } {
  const differences: Differences = []
  let compared = 0
  for (const type of allTypes()) {
    const fields = structs.get(`${packageOf(type)}.${type.name}`)
    if (!fields) continue
    const name = type.openApiName
    const theirs = new Map(
      fields.filter(isCarried).map(field => [keyOf(field.json, field.protobuf), field]),
    )
    const ours = new Map(type.members.map(field => [keyOf(field.name, field.protobuf), field]))
    for (const [key, field] of ours) {
      const other = theirs.get(key)
      if (!other) differences.push(`${name}.${key} is not in kubectl`)
      else differences.push(...compareField(`${name}.${key}`, field, other))
      compared++
    }
    for (const key of theirs.keys())
      if (!ours.has(key)) differences.push(`${name}.${key} is only in kubectl`)
  }
  return { differences, compared }
}

/** apiVersion and kind come with the type, not as members. */
const isCarried = ({ json, type }: GoField) =>
  json !== '-' && !(json === '' && type.endsWith('TypeMeta'))
const keyOf = (json: string, protobuf: number | undefined) => json || `(embedded ${protobuf})`

function compareField(name: string, field: FieldSchema, other: GoField): Differences {
  const pairs: [what: string, ours: unknown, theirs: unknown][] = [
    ['protobuf number', field.protobuf, other.protobuf],
    ['patch strategy', field.patchStrategy?.join(',') ?? '', other.patchStrategy],
    ['patch merge key', field.patchMergeKey ?? '', other.patchMergeKey],
    ['pointer', field.pointer, other.type.startsWith('*')],
    ...(field.name
      ? [['omitempty', field.omitEmpty, other.omitEmpty] as [string, unknown, unknown]]
      : []),
  ]
  return pairs
    .filter(([, ours, theirs]) => ours !== theirs)
    .map(([what, ours, theirs]) => `${name}: ${what} is ${ours}, in kubectl ${theirs}`)
}

/** Compares the names of fields with the models of `@kubernetes/client-node`. */
export function compareWithModels(root: string): { differences: Differences; compared: number } {
  const folder = path.join(root, 'node_modules/@kubernetes/client-node/dist/gen/models')
  const models = new Set(readdirSync(folder))
  const differences: Differences = []
  let compared = 0
  for (const type of allTypes()) {
    const file = modelNames(type).find(name => models.has(`${name}.js`))
    if (!file) continue
    const js = readFileSync(path.join(folder, `${file}.js`), 'utf8')
    const names = new Set([...js.matchAll(/"baseName": "([^"]+)"/g)].map(([, name]) => name ?? ''))
    for (const name of type.fields.keys()) {
      compared++
      if (!names.has(name)) differences.push(`${type.openApiName}.${name} is not in client-node`)
    }
    for (const name of names)
      if (!type.fields.has(name))
        differences.push(`${type.openApiName}.${name} is only in client-node`)
  }
  return { differences, compared }
}

/** The class of a type: `V1Pod`, or with its group where two share a name: `CoreV1Event`. */
export function modelNames({ group, version, name }: TypeSchema): string[] {
  const prefix = (group.split('.')[0] || 'core').replace(/^./, first => first.toUpperCase())
  const short = `${version.toUpperCase()}${name}`
  return [`${prefix}${short}`, short]
}

const allTypes = () => knownApiVersions().flatMap(typesOf)
