import { formatTime } from '#base/clock.ts'
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionCondition,
  CustomResourceDefinitionNames,
  CustomResourceDefinitionStatus,
} from '#kubernetes/api/apiextensions-v1.ts'
import { deepEqual } from '#kubernetes/json.ts'

type Condition = Omit<
  CustomResourceDefinitionCondition,
  'lastTransitionTime' | 'observedGeneration'
>

/** The names in use in a group: those that other definitions were given. */
export function namesInUse(
  crd: CustomResourceDefinition,
  all: Iterable<CustomResourceDefinition>,
): { resources: Set<string>; kinds: Set<string> } {
  const resources = new Set<string>()
  const kinds = new Set<string>()
  for (const other of all) {
    if (other.spec.group !== crd.spec.group || other.metadata.name === crd.metadata.name) continue
    const { plural, singular, shortNames = [], kind, listKind } = other.status?.acceptedNames ?? {}
    for (const name of [plural, singular, ...shortNames]) if (name) resources.add(name)
    for (const name of [kind, listKind]) if (name) kinds.add(name)
  }
  return { resources, kinds }
}

/** The status of a definition once its names were compared with those in use; the same one when nothing changes. */
export function acceptNames(
  crd: CustomResourceDefinition,
  all: Iterable<CustomResourceDefinition>,
  now: number,
): CustomResourceDefinitionStatus {
  const status = crd.status ?? {}
  const { names, condition } = judgeNames(crd, all)
  const accepted = setCondition(status.conditions ?? [], condition, now)
  const conditions = setCondition(accepted, establishedBy(status, condition), now)
  const isSame =
    deepEqual(conditions, status.conditions ?? []) && deepEqual(names, status.acceptedNames)
  return isSame ? status : { ...status, conditions, acceptedNames: names }
}

function judgeNames(
  crd: CustomResourceDefinition,
  all: Iterable<CustomResourceDefinition>,
): { names: CustomResourceDefinitionNames; condition: Condition } {
  const wanted = crd.spec.names
  const had = crd.status?.acceptedNames ?? { plural: '', kind: '' }
  const names: CustomResourceDefinitionNames = { ...had }
  const { resources, kinds } = namesInUse(crd, all)
  const conflicts: { reason: string; message: string }[] = []
  const accept = (key: 'plural' | 'singular' | 'kind' | 'listKind', inUse: Set<string>) => {
    const name = wanted[key] ?? ''
    if (name !== had[key] && inUse.has(name))
      conflicts.push({ reason: `${capital(key)}Conflict`, message: taken(name) })
    else names[key] = name
  }
  accept('plural', resources)
  accept('singular', resources)
  const fresh = (wanted.shortNames ?? []).filter(name => !had.shortNames?.includes(name))
  const clashes = fresh.filter(name => resources.has(name))
  if (clashes.length) {
    const texts = clashes.map(taken)
    const message = texts.length === 1 ? taken(clashes[0] ?? '') : `[${texts.join(', ')}]`
    conflicts.push({ reason: 'ShortNamesConflict', message })
  } else setOrDrop(names, 'shortNames', wanted.shortNames)
  accept('kind', kinds)
  accept('listKind', kinds)
  setOrDrop(names, 'categories', wanted.categories)
  // As upstream, the last conflict found is the one told.
  const conflict = conflicts.at(-1)
  const condition = conflict
    ? { type: 'NamesAccepted', status: 'False', ...conflict }
    : {
        type: 'NamesAccepted',
        status: 'True',
        reason: 'NoConflicts',
        message: 'no conflicts found',
      }
  return { names, condition }
}

/** What was established stays so, whatever becomes of its names. */
function establishedBy(status: CustomResourceDefinitionStatus, names: Condition): Condition {
  const old = status.conditions?.find(({ type }) => type === 'Established')
  if (old?.status === 'True') return old
  if (names.status !== 'True')
    return {
      type: 'Established',
      status: 'False',
      reason: 'NotAccepted',
      message: 'not all names are accepted',
    }
  return {
    type: 'Established',
    status: 'True',
    reason: 'InitialNamesAccepted',
    message: 'the initial names have been accepted',
  }
}

/** The conditions with one set; its time is that of the last change of its status. */
export function setCondition(
  conditions: readonly CustomResourceDefinitionCondition[],
  condition: Condition,
  now: number,
): CustomResourceDefinitionCondition[] {
  const old = conditions.find(({ type }) => type === condition.type)
  const lastTransitionTime =
    old?.status === condition.status ? (old.lastTransitionTime ?? formatTime(now)) : formatTime(now)
  const { type, status, reason, message } = condition
  const next = {
    lastTransitionTime,
    ...(message === undefined ? {} : { message }),
    ...(reason === undefined ? {} : { reason }),
    status,
    type,
  }
  return old ? conditions.map(one => (one === old ? next : one)) : [...conditions, next]
}

export const isCondition = ({ status }: CustomResourceDefinition, type: string): boolean =>
  status?.conditions?.some(one => one.type === type && one.status === 'True') ?? false

const taken = (name: string) => `${JSON.stringify(name)} is already in use`
const capital = (text: string) => text.replace(/^./, first => first.toUpperCase())

function setOrDrop<K extends 'shortNames' | 'categories'>(
  names: CustomResourceDefinitionNames,
  key: K,
  value: string[] | undefined,
): void {
  if (value?.length) names[key] = value
  else delete names[key]
}
