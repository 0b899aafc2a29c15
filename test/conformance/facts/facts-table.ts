import * as fieldFacts from './generated/fields.ts'
import * as resourceFacts from './generated/resources.ts'

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
  for (const line of fieldFacts.table.split('\n')) {
    if (line.startsWith('\t')) current?.members.push(readMember(line.slice(1).split('\t')))
    else {
      const [name = '', flag] = line.split(' ')
      current = { name, atomic: flag === 'atomic', members: [] }
      found.set(name, current)
    }
  }
  return found
}

function readMember(cells: string[]): FieldFact {
  const cell = (index: number) => cells[index] ?? ''
  const list = (text: string, separator: string) => (text ? text.split(separator) : [])
  return {
    json: cell(0),
    number: /^\d+$/.test(cell(1)) ? Number(cell(1)) : undefined,
    wire: cell(2),
    type: cell(3),
    protobufType: cell(4),
    struct: cell(5),
    patchStrategy: cell(6),
    patchMergeKey: cell(7),
    listType: cell(8),
    listMapKeys: list(cell(9), ','),
    structType: cell(10),
    required: cell(11) === 'required',
    omitEmpty: cell(12) === 'omitempty',
    pointer: cell(13) === 'pointer',
    default: cell(14),
    enum: list(cell(15), '|'),
  }
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
export const resources: readonly ResourceFact[] = resourceFacts.table.split('\n').map(line => {
  const [group = '', version = '', resource = '', singular = '', kind = '', ...rest] =
    line.split('\t')
  const [namespaced, verbs, shortNames, categories, subresources, storageVersionHash = ''] = rest
  const list = (text: string | undefined, separator = ',') => (text ? text.split(separator) : [])
  return {
    group: group === 'core' ? '' : group,
    version,
    resource,
    singular,
    kind,
    namespaced: namespaced === 'true',
    verbs: list(verbs),
    shortNames: list(shortNames),
    categories: list(categories),
    subresources: list(subresources, ' '),
    storageVersionHash,
  }
})

export const apiVersionOf = ({ group, version }: { group: string; version: string }): string =>
  group ? `${group}/${version}` : version

/** `/api/v1`, `/apis/apps/v1`. */
export const rootOf = ({ group, version }: { group: string; version: string }): string =>
  group ? `/apis/${group}/${version}` : `/api/${version}`
