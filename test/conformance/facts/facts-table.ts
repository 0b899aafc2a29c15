import { type Row, readTable } from './read-table.ts'

/** A struct of the API as the facts have it. */
export interface StructFact {
  /** `apps/v1.DeploymentSpec`; the core group is `core`. */
  name: string
  atomic: boolean
  members: FieldFact[]
}

/** A member of a struct. */
export interface FieldFact {
  /** JSON name; empty for an embedded struct. */
  json: string
  /** Protobuf number; undefined where protobuf has none. */
  number: number | undefined
  wire: string
  /** `string`, `array<object>`, `map<string:quantity>`, … as the facts' README has it. */
  type: string
  protobufType: string
  /** The struct it refers to, named as structs are. */
  struct: string
  patchStrategy: string
  patchMergeKey: string
  listType: string
  listMapKeys: string[]
  structType: string
  required: boolean
  omitEmpty: boolean
  pointer: boolean
  default: string
  enum: string[]
}

/** Every struct of the stable API by name. */
export const structs: ReadonlyMap<string, StructFact> = readStructs()

function readStructs(): Map<string, StructFact> {
  const found = new Map<string, StructFact>()
  let current: StructFact | undefined
  for (const row of readTable('fields')) {
    const { struct: name, atomic } = row
    if (name) {
      current = { name, atomic: atomic === 'atomic', members: [] }
      found.set(name, current)
    }
    current?.members.push(readMember(row))
  }
  return found
}

function readMember(row: Row): FieldFact {
  const cell = (name: string) => row[name] ?? ''
  return {
    json: cell('json'),
    number: /^\d+$/.test(cell('number')) ? Number(cell('number')) : undefined,
    wire: cell('wire'),
    type: cell('type'),
    protobufType: cell('protobufType'),
    struct: cell('refersTo'),
    patchStrategy: cell('patchStrategy'),
    patchMergeKey: cell('patchMergeKey'),
    listType: cell('listType'),
    listMapKeys: listOf(row['listMapKeys']),
    structType: cell('structType'),
    required: cell('required') !== '',
    omitEmpty: cell('omitEmpty') !== '',
    pointer: cell('pointer') !== '',
    default: cell('default'),
    enum: listOf(row['enum'], '|'),
  }
}

function listOf(text = '', separator = ','): string[] {
  return text ? text.split(separator) : []
}

/** The members of a struct with those of what it embeds, as JSON has them. */
export function flatMembers(struct: StructFact): FieldFact[] {
  return struct.members.flatMap(member => {
    if (member.type !== 'inline') return [member]
    if (isTypeMeta(member)) return []
    const embedded = structs.get(member.struct)
    return embedded ? flatMembers(embedded) : []
  })
}

/** Whether a member stands for `apiVersion` and `kind`. */
export const isTypeMeta = ({ type, struct, protobufType }: FieldFact): boolean =>
  type === 'inline' && (struct.endsWith('.TypeMeta') || (!struct && !protobufType))

/** A resource as discovery has to have it. */
export interface ResourceFact {
  /** Empty for the core group. */
  group: string
  version: string
  resource: string
  singular: string
  kind: string
  namespaced: boolean
  verbs: string[]
  shortNames: string[]
  categories: string[]
  subresources: string[]
  storageVersionHash: string
}

/** Every resource of the stable API. */
export const resources: readonly ResourceFact[] = readTable('resources').map(row => {
  const { group = '', version = '', resource = '', singular = '', kind = '' } = row
  return {
    group: group === 'core' ? '' : group,
    ...{ version, resource, singular, kind },
    namespaced: row['namespaced'] === 'true',
    verbs: listOf(row['verbs']),
    shortNames: listOf(row['shortNames']),
    categories: listOf(row['categories']),
    subresources: listOf(row['subresources'], ' '),
    storageVersionHash: row['storageVersionHash'] ?? '',
  }
})

export const apiVersionOf = ({ group, version }: { group: string; version: string }): string =>
  group ? `${group}/${version}` : version

/** `/api/v1`, `/apis/apps/v1`. */
export const rootOf = ({ group, version }: { group: string; version: string }): string =>
  group ? `/apis/${group}/${version}` : `/api/${version}`
