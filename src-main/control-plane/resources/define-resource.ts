import type { KubernetesObject } from '#kubernetes/objects.ts'
import type { FieldCheck } from '#kubernetes/schema/check-fields.ts'
import type { TypeSchema } from '#kubernetes/schema/type-schema.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { validateObjectMeta, validateObjectMetaUpdate } from './shared/object-meta.ts'

export type Verb =
  | 'create'
  | 'delete'
  | 'deletecollection'
  | 'get'
  | 'list'
  | 'patch'
  | 'update'
  | 'watch'

/** One cell of the server's Table. */
export type Cell = string | number | boolean | null

/** A column of the server's Table for a kind. */
export interface Column<T> {
  name: string
  type: 'string' | 'integer' | 'number' | 'boolean' | 'date'
  format?: string
  description?: string
  /** 0 always shows, 1 only with `-o wide`. */
  priority?: 0 | 1
  /** `now` is in milliseconds since the epoch, for ages. */
  value(object: T, now: number): Cell
}

/** What the definition of a kind may need from the API server while an object is created or changed. */
export interface WriteContext {
  now(): number
  dryRun: boolean
  user: { name: string; uid?: string; groups: string[]; extra?: Record<string, string[]> }
  /** Tells the client something about what it wrote, beside what the kind's `warnings` say. */
  warn(text: string): void
  /** Allocators of the kinds that need one; a release undoes an allocation when the write fails. */
  allocators: Allocators
}

/**
 * Hands out cluster IPs and node ports. An allocation that can't be made throws an `Error` whose message is
 * upstream's text behind the field, such as `provided port is already allocated`; the kind adds the field.
 */
export interface Allocators {
  serviceIP(wanted: string | undefined, dryRun: boolean): string
  releaseServiceIP(address: string): void
  nodePort(wanted: number | undefined, protocol: string, dryRun: boolean): number
  releaseNodePort(port: number): void
}

/** How a kind's `scale` subresource reads and writes the object. */
export interface ScaleAccess<T> {
  /** Where the replicas are; `spec.replicas` unless given. */
  path?: readonly string[]
  replicas(object: T): number
  setReplicas(object: T, replicas: number): void
  statusReplicas(object: T): number
  /** The pods' label selector as a string. */
  selector(object: T): string
}

/** A subresource that the API server handles by name: what discovery says of it. */
export interface Subresource<T extends KubernetesObject = KubernetesObject> {
  /** Kind of the body, such as `Eviction`; of the core group unless a group is given. */
  kind: string
  group?: string
  version?: string
  verbs: Verb[]
  /** Where the body is the object itself, as with `approval`: fills what the server fills. */
  prepareForUpdate?(object: T, old: T, context: Pick<WriteContext, 'now'>): void
  /** Where the body is the object itself, as with `ephemeralcontainers`: what this endpoint refuses. */
  validateUpdate?(object: T, old: T): FieldError[]
}

/** How a kind that lies in the store as another kind is converted, as both kinds of Event are. */
export interface StoredAs<T> {
  /** Names the definition of the stored kind. All other hooks, columns and selectable fields see this one. */
  group: string
  version: string
  /** Nothing but the version differs, as among those of a custom resource: then the hooks of the version asked for apply. */
  sameShape?: true
  /** Both make a new object and leave the given one alone. */
  toStored(object: T): KubernetesObject
  fromStored(object: KubernetesObject): T
  /** What this kind asks beyond the rules of the stored one; it sees objects as stored, and `old` on an update alone. */
  validate?(stored: KubernetesObject, old?: KubernetesObject): FieldError[]
}

/** What takes the place of the schema tables for a kind that isn't built in. */
export interface CustomSchema<T> {
  /** OpenAPI of the object, without metadata. */
  schema: object
  /** How server-side apply owns its fields. */
  type: TypeSchema
  /** Compares a body with the schema and drops, in place, what the schema doesn't know. */
  checkBody(object: T): FieldCheck
  /** What an object that was stored before is by the schema of now; a new object. */
  fromStore(object: T): T
}

/**
 * Everything the API server has to know of a kind. Routes, verbs, discovery, OpenAPI, defaults, validation,
 * subresources, columns and field selectors follow from it. Hooks change the object in place.
 *
 * Before the hooks of a create the server has filled `metadata` (name, namespace, uid, creationTimestamp).
 * Order on create: defaults → mutating admission → prepareForCreate → validate + validateCreate → validating
 * admission → beginWrite → store.
 * Order on update: defaults → mutating admission → prepareForUpdate → validate + validateUpdate → validating
 * admission → beginWrite → store; on `status`: defaults → status.prepareForUpdate → status.validateUpdate → store.
 */
export interface ResourceDefinition<T extends KubernetesObject = KubernetesObject> {
  /** Empty for the core group. */
  group: string
  version: string
  kind: string
  plural: string
  singular: string
  /** The kind of its lists, where it isn't the kind and `List`. */
  listKind?: string
  shortNames?: string[]
  categories?: string[]
  namespaced: boolean
  /** All eight unless given. */
  verbs?: Verb[]
  /** Where objects lie in the store: `/registry/pods`; namespace and name follow. */
  storagePrefix: string
  columns: Column<T>[]
  /** Fields that `fieldSelector` knows beside `metadata.name` and `metadata.namespace`. */
  selectableFields?: Record<string, (object: T) => string>
  /** Loads what the hooks of a create or an update need; awaited before the first of them. */
  load?(): Promise<void>
  /** Fills absent fields as upstream's defaulting does. Must change nothing the second time. */
  defaults?(object: T): void
  /** Drops what a client may not set (status, …) and sets what the server sets on create. */
  prepareForCreate?(object: T, context: WriteContext): void
  /** Keeps what this endpoint may not change (status, …). The server bumps `generation` when `spec` changed. */
  prepareForUpdate?(object: T, old: T, context: WriteContext): void
  /** What only a create is refused for; goes with `validate`. */
  validateCreate?(object: T): FieldError[]
  /**
   * What is wrong with the object, on create and on update of the main endpoint; metadata is added to it. On update
   * `old` is given to kinds that don't judge again what didn't change; what is wrong there may be told by `warn`.
   */
  validate?(object: T, old?: Readonly<T>, warn?: (text: string) => void): FieldError[]
  /** What the update may not do; goes with `validate` of the new object. */
  validateUpdate?(object: T, old: T): FieldError[]
  /** Present: the kind has a `status` subresource. By default everything but status (and managedFields) is kept. */
  status?: {
    prepareForUpdate?(object: T, old: T, context: Pick<WriteContext, 'now'>): void
    /** What a write of the status keeps as it is, beside the spec, so that nobody comes to own it: `[['metadata']]`. */
    resetFields?: readonly (readonly string[])[]
    validateUpdate?(object: T, old: T, warn?: (text: string) => void): FieldError[]
    /** What a write of the status is answered with as warnings. */
    warnings?(object: T): string[]
  }
  scale?: ScaleAccess<T>
  /** Further subresources that the API server handles by name, such as `log`, `exec`, `binding`, `token`. */
  subresources?: Record<string, Subresource<T>>
  /** Nothing is stored: the API server answers by itself, as it does for access reviews (`create`) and metrics. */
  virtual?: true
  /** Present: objects are stored as another kind. */
  storedAs?: StoredAs<T>
  /** What is wrong with a name; DNS subdomains unless given. `prefix`: it is a `generateName`. */
  validateName?(name: string, prefix: boolean): string[]
  /** Finalizers need no domain, as upstream asks only of the kinds that came with it. */
  plainFinalizers?: true
  /** Whether `metadata.generation` is kept. Default: whether there is a `status`. */
  generation?: boolean
  /** Whether an update raises the generation. Default: `spec` changed. */
  changesGeneration?(object: T, old: T): boolean
  /** PUT without a resourceVersion overwrites. */
  unconditionalUpdate?: boolean
  /** PUT creates what is absent. */
  createOnUpdate?: boolean
  /**
   * Allocates what the object needs before it is stored. The result is called once when the write is over:
   * `stored` says whether it succeeded; it gives back what is no longer needed either way.
   * `old` is undefined on create, `object` is undefined on delete.
   */
  beginWrite?(
    object: T | undefined,
    old: T | undefined,
    context: WriteContext,
  ): ((stored: boolean) => void) | undefined
  /** Seconds a delete waits with `deletionTimestamp` set; 0 or undefined = at once. */
  gracePeriodSeconds?(object: T, asked: number | undefined): number
  /** How dependents are treated when a delete doesn't say; default `Background`. */
  defaultPropagation?: 'Background' | 'Orphan'
  /** A warning to answer a delete with that doesn't say how dependents are treated. */
  propagationWarning?: string
  /** A delete that removes the object is answered with it, not with a Status. */
  answersDeleted?: true
  /** What a write of the object is answered with as warnings; `old` is undefined on create. */
  warnings?(object: T, old?: Readonly<T>): string[]
  /** Marks an object, in place, when its deletion is asked for: gives it finalizers, tells of it in its status. */
  prepareForDelete?(object: T, context: Pick<WriteContext, 'now'>): void
  /** The kind is going away: nothing is created any more, and discovery shows only how to read and delete. */
  terminating?: true
  /** The warning that every request is answered with, as this version of the kind is deprecated. */
  deprecation?: string
  /** Present for kinds that aren't built in. */
  custom?: CustomSchema<T>
  /** A warning to answer every create with, for a kind whose controller is not there yet. */
  createWarning?: string
}

/**
 * Declares a kind. What every kind shares is added to its hooks: the result's `validate`, `validateUpdate` and
 * `status.validateUpdate` look at the metadata too, before what the kind itself looks at.
 */
export function defineResource<T extends KubernetesObject>(
  definition: ResourceDefinition<T>,
): ResourceDefinition {
  if (definition.virtual) return definition as unknown as ResourceDefinition
  const { status, validate, validateUpdate } = definition
  const validateMeta = ({ metadata }: T) => validateObjectMeta(metadata, definition)
  const complete: ResourceDefinition<T> = {
    ...definition,
    validate: (object, old, warn) => [
      ...validateMeta(object),
      ...(validate?.(object, old, warn) ?? []),
    ],
    validateUpdate: (object, old) => [
      ...validateObjectMetaUpdate(object.metadata, old.metadata),
      ...(validateUpdate?.(object, old) ?? []),
    ],
  }
  if (status)
    complete.status = {
      ...status,
      validateUpdate: (object, old, warn) => [
        ...validateMeta(object),
        ...validateObjectMetaUpdate(object.metadata, old.metadata),
        ...(status.validateUpdate?.(object, old, warn) ?? []),
      ],
    }
  return complete as unknown as ResourceDefinition
}
