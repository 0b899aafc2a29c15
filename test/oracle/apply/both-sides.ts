import { applyConfiguration } from '#kubernetes/apply/apply-configuration.ts'
import { fieldSet } from '#kubernetes/apply/changes.ts'
import { identityOf, type Managers, readManagers } from '#kubernetes/apply/managed-fields.ts'
import {
  alwaysPresent,
  itemElement,
  ownershipOf,
  type Place,
  partPlace,
  rootPlace,
} from '#kubernetes/apply/ownership.ts'
import { trackUpdate, withoutManagedFields } from '#kubernetes/apply/track-update.ts'
import { isRecord } from '#kubernetes/json.ts'
import type { KubernetesObject } from '#kubernetes/objects.ts'
import { canonicalize } from '#kubernetes/schema/canonicalize.ts'
import { StatusError } from '#kubernetes/status-error.ts'
import type { Oracle, OracleAnswer, OracleManager } from './oracle.ts'
import type { Subject } from './subject.ts'

/** One write by one manager. */
export interface Write {
  manager: string
  apply: boolean
  force: boolean
  /** A configuration, or for an update the whole object. */
  value: object
}

/** What came of a write, in words that both sides share. */
export interface Outcome {
  object?: unknown
  managers?: string[]
  conflicts?: string[]
  error?: string
}

const now = Date.parse('2026-01-01T00:00:00Z')

/** What came of a write on our side; the object comes with its `managedFields`. */
export type OurOutcome = { object: KubernetesObject } | { conflicts: string[] } | { error: string }

/** What our functions make of a write. */
export function ours(
  { type, apiVersion, resetFields }: Subject,
  live: KubernetesObject | undefined,
  { manager, apply, force, value }: Write,
): OurOutcome {
  const write = { manager, apiVersion, now, type, ...(resetFields ? { resetFields } : {}) }
  try {
    if (apply)
      return applyConfiguration({ ...write, live, applied: structuredClone(value) as never, force })
    const updated = structuredClone(value) as KubernetesObject
    canonicalize(updated, type)
    const managedFields = trackUpdate({ ...write, old: live, updated })
    return { object: { ...updated, metadata: { ...updated.metadata, managedFields } } }
  } catch (error) {
    if (!(error instanceof StatusError)) throw error
    if (error.code !== 409) return { error: error.message.replace(/^.*?\): /s, '') }
    const causes = error.status.details?.causes ?? []
    return { conflicts: causes.map(({ message, field }) => `${message}: ${field}`).sort() }
  }
}

/** Our outcome as it is compared. */
export function shownOurs(subject: Subject, outcome: OurOutcome): Outcome {
  if (!('object' in outcome)) return outcome
  const managers = readManagers(outcome.object.metadata.managedFields)
  return {
    object: shownObject(subject, withoutManagedFields(outcome.object)),
    managers: shownManagers(oracleManagers(managers)),
  }
}

/**
 * What the library makes of it. `nulls`: whether lists that Go never omits are null where the object says nothing of
 * them, as they are in its memory.
 */
export async function theirs(
  oracle: Oracle,
  subject: Subject,
  live: KubernetesObject | undefined,
  { manager, apply, force, value }: Write,
  nulls: boolean,
): Promise<Outcome> {
  const { apiVersion, kind, type, resetFields } = subject
  const filled = (object: KubernetesObject) =>
    fill(unnamed(object), rootPlace(type), nulls) as object
  const whole = structuredClone(value) as KubernetesObject
  if (!apply) canonicalize(whole, type)
  const answer = await oracle.write({
    schema: kind,
    versions: { [apiVersion]: subject.typeName },
    live: filled(live ? withoutManagedFields(live) : { apiVersion, kind, metadata: {} }),
    managers: oracleManagers(readManagers(live?.metadata.managedFields)),
    ...(resetFields ? { ignored: fieldSet(resetFields).toFields() } : {}),
    write: {
      manager: identityOf({
        name: manager,
        operation: apply ? 'Apply' : 'Update',
        apiVersion,
        subresource: '',
      }),
      version: apiVersion,
      value: apply ? unnamed(whole) : filled(whole),
      apply,
      force,
    },
  })
  return shownTheirs(subject, answer)
}

/** The library's outcome as it is compared: the API server reads the object as its kind. */
function shownTheirs(subject: Subject, answer: OracleAnswer): Outcome {
  const { object, managers, conflicts, error } = answer
  if (error) return { error: error.replace(/^value: /, '') }
  if (conflicts) return { conflicts: conflicts.map(conflictText).sort() }
  const read = { ...object } as KubernetesObject
  read.metadata ??= {}
  canonicalize(read, subject.type)
  subject.complete?.(read)
  return { object: shownObject(subject, read), managers: shownManagers(managers) }
}

/** An object as it is compared: without the fields that the API server takes back from the one that is stored. */
function shownObject({ type, resetFields = [] }: Subject, object: KubernetesObject): unknown {
  const taken = new Set(resetFields.map(([name]) => name))
  const rest = Object.entries(unnamed(object)).filter(([name]) => !taken.has(name))
  return inOrder(Object.fromEntries(rest), rootPlace(type))
}

/** What each manager owns, in order. */
const shownManagers = (managers: Readonly<Record<string, OracleManager>> = {}) =>
  Object.entries(managers)
    .map(
      ([id, { version, applied, fields }]) =>
        `${id} ${version} ${applied} ${JSON.stringify(fields)}`,
    )
    .sort()

const unowned = new Set(['name', 'uid', 'resourceVersion', 'generation', 'creationTimestamp'])

/** An object without what nobody owns, as the API server strips it from the managers' fields. */
function unnamed(object: Readonly<KubernetesObject>): object {
  const { apiVersion: _, kind: __, metadata, ...content } = object
  const rest = Object.fromEntries(Object.entries(metadata).filter(([name]) => !unowned.has(name)))
  return Object.keys(rest).length ? { metadata: rest, ...content } : content
}

function conflictText({ manager, path }: { manager: string; path: string }): string {
  const [name, operation, apiVersion] = JSON.parse(manager) as string[]
  const using = operation === 'Update' ? ` using ${apiVersion}` : ''
  return `conflict with ${JSON.stringify(name)}${using}: ${path}`
}

const oracleManagers = (managers: Managers): Record<string, OracleManager> =>
  Object.fromEntries(
    [...managers].map(([id, { apiVersion, operation, set }]) => [
      id,
      { version: apiVersion, applied: operation === 'Apply', fields: set.toFields() },
    ]),
  )

/** A value as the server has it in memory: Go's structs have fields that JSON leaves out. */
function fill(value: unknown, place: Place, nulls: boolean): unknown {
  const { type } = place
  if (type.kind === 'array' && Array.isArray(value))
    return value.map(item => fill(item, partPlace(type), nulls))
  if (!isRecord(value)) return value
  if (type.kind === 'map') return mapValues(value, item => fill(item, partPlace(type), nulls))
  if (type.kind !== 'object') return value
  const { fields } = type.type
  const always = [...alwaysPresent(type.type)].filter(([, item]) => nulls || item !== null)
  const whole = { ...Object.fromEntries(always), ...value }
  return mapValues(whole, (item, name) => fill(item, fields.get(name) ?? anything, nulls))
}

const anything: Place = { type: { kind: 'any', goName: '' } }

const mapValues = (
  value: Record<string, unknown>,
  change: (item: unknown, name: string) => unknown,
) => Object.fromEntries(Object.entries(value).map(([name, item]) => [name, change(item, name)]))

/**
 * A value with sets and keyed lists sorted: the library of Debian appends what it adds, newer ones keep the order of
 * the configuration.
 */
function inOrder(value: unknown, place: Place): unknown {
  const ownership = ownershipOf(place, value)
  const { type } = place
  if (Array.isArray(value)) {
    if (ownership.kind !== 'set' && ownership.kind !== 'list') return value
    const items = ownership.kind === 'list' ? ownership.items : anything
    return value
      .map(item => ({ id: itemElement(ownership, item), item: inOrder(item, items) }))
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .map(({ item }) => item)
  }
  if (!isRecord(value)) return value
  const sorted = Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
  if (type.kind === 'map') return mapValues(sorted, item => inOrder(item, partPlace(type)))
  if (type.kind !== 'object') return sorted
  return mapValues(sorted, (item, name) => inOrder(item, type.type.fields.get(name) ?? anything))
}
