import type { ResourceDefinition, WriteContext } from '#control-plane/resources/define-resource.ts'
import { dropGatedFields } from '#control-plane/resources/shared/gated-fields.ts'
import { type Revision, RevisionConflictError } from '#control-plane/storage/store.ts'
import { cloneJson } from '#kubernetes/json.ts'
import { generatedName } from '#kubernetes/names.ts'
import type { KubernetesObject } from '#kubernetes/objects.ts'
import { bareError, type FieldError, invalid } from '#kubernetes/status-error.ts'
import { type AdmissionRequest, mutate, validate } from '../admission/admission-step.ts'
import { CachedObject, encodeStored } from '../cache/cached-object.ts'
import { storeKey } from '../catalog.ts'
import { alreadyExists, modified, notFound, noUniqueName } from '../failures.ts'
import type { UserInfo } from '../server-request.ts'
import type { Services } from '../services.ts'
import { pendingFinalizers } from './finalizers.ts'
import { fillNewMetadata, keepMetadata, raiseGeneration } from './object-metadata.ts'
import { isSameContent, requireSize } from './stored-bytes.ts'
import { keepAllBut, subresourceParts } from './subresource-parts.ts'

/** Where and for whom something is written. */
export interface Write {
  /** The kind as stored. */
  definition: ResourceDefinition
  /** The kind whose hooks apply, where it is another one. */
  rules?: ResourceDefinition
  /** What the kind asked for demands beyond those hooks. */
  validate?: NonNullable<ResourceDefinition['storedAs']>['validate']
  namespace: string
  name: string
  /** Empty for the object itself. */
  subresource: string
  user: UserInfo
  dryRun: boolean
  warnings: Set<string>
}

export interface UpdatePlan {
  /** Makes the new state from the current one, which is frozen. Called again after a conflict. */
  change(current: Readonly<KubernetesObject>): KubernetesObject | Promise<KubernetesObject>
  /** Writes managedFields, once the new state is defaulted. */
  track?(next: KubernetesObject, current: Readonly<KubernetesObject>): KubernetesObject
  /** How often a lost race is run again; default 5. 0 when the caller named a resource version. */
  retries?: number
}

const generateNameTries = 8

/** Stores objects by the rules of their kinds. Every result is already visible to every reader. */
export class ObjectWriter {
  readonly #services: Services

  constructor(services: Services) {
    this.#services = services
  }

  /** What is stored now. Throws a 404. */
  current(write: Pick<Write, 'definition' | 'namespace' | 'name'>): CachedObject {
    const { definition, namespace, name } = write
    const item = this.find(definition, namespace, name)
    if (!item) throw notFound(definition, name)
    return item
  }

  find(definition: ResourceDefinition, namespace: string, name: string): CachedObject | undefined {
    return this.#services.caches.of(definition).get(storeKey(definition, namespace, name))
  }

  /** Creates an object, whose metadata has a name or generateName. `track` writes managedFields. */
  async create(
    write: Write,
    object: KubernetesObject,
    track: (object: KubernetesObject) => KubernetesObject = object => object,
  ): Promise<CachedObject> {
    const { definition } = write
    const { metadata } = object
    if (metadata.resourceVersion) {
      throw bareError('resourceVersion should not be set on objects to be created')
    }
    const generated = !metadata.name && metadata.generateName
    fillNewMetadata(object, definition, this.#services.clock.now())
    for (let attempt = 1; ; attempt++) {
      const candidate = generated ? cloneJson(object) : object
      if (generated) candidate.metadata.name = generatedName(generated)
      try {
        return await this.#createNamed(write, candidate, track)
      } catch (error) {
        if (!(error instanceof RevisionConflictError)) throw error
        const { name = '' } = candidate.metadata
        if (!generated) throw alreadyExists(definition, name)
        if (attempt === generateNameTries) throw noUniqueName(definition, name)
      }
    }
  }

  async #createNamed(
    write: Write,
    object: KubernetesObject,
    track: (object: KubernetesObject) => KubernetesObject,
  ): Promise<CachedObject> {
    const { definition, rules = definition } = write
    const context = this.#context(write)
    const named = { ...write, name: object.metadata.name ?? '' }
    const admission = this.#admission(named, 'CREATE', object, undefined)
    if (rules.load) await rules.load()
    rules.defaults?.(object)
    // Before admission, as upstream: what admission fills in belongs to nobody.
    takeManagers(object, track(object))
    await mutate(admission, this.#services)
    if (!rules.custom) dropGatedFields(rules, object)
    rules.prepareForCreate?.(object, context)
    refuse(definition, object, [
      ...(rules.validate?.(object) ?? []),
      ...(rules.validateCreate?.(object) ?? []),
      ...(write.validate?.(object) ?? []),
    ])
    await validate(admission, this.#services)
    warn(write, object)
    const key = storeKey(definition, object.metadata.namespace ?? '', named.name)
    const taken = this.#services.caches.of(definition).get(key)
    if (taken) throw new RevisionConflictError(key, undefined)
    return this.#store(write, key, 0, object, undefined)
  }

  /** Changes an object; answers what is there when nothing changed. Deletes it when the last finalizer of a deleted one goes. */
  async update(write: Write, plan: UpdatePlan): Promise<CachedObject> {
    const { definition, name } = write
    for (let attempt = 0; ; attempt++) {
      const current = this.current(write)
      try {
        return await this.#updateOnce(write, plan, current)
      } catch (error) {
        if (!(error instanceof RevisionConflictError)) throw error
        if (attempt >= (plan.retries ?? 5)) throw modified(definition, name)
        await this.catchUp(error, current)
      }
    }
  }

  /** Stores a new state as it is: the server's own bookkeeping. Throws a `RevisionConflictError` when somebody was faster. */
  replace(write: Write, current: CachedObject, next: KubernetesObject): Promise<CachedObject> {
    return this.#store(write, current.key, current.revision, next, current)
  }

  /** Removes an object for good. Throws a `RevisionConflictError` when somebody was faster. */
  async remove(write: Write, current: CachedObject): Promise<void> {
    const { definition } = write
    if (write.dryRun) return
    const { store, caches } = this.#services
    const finish = definition.beginWrite?.(undefined, current.object, this.#context(write))
    let revision: number | undefined
    try {
      revision = await store.delete(current.key, current.revision as Revision)
    } finally {
      finish?.(revision !== undefined)
    }
    await caches.reached(revision)
  }

  async #updateOnce(write: Write, plan: UpdatePlan, current: CachedObject): Promise<CachedObject> {
    const { definition, subresource } = write
    const old = current.whole
    const next = await plan.change(old)
    const expected = next.metadata.resourceVersion
    if (expected && expected !== old.metadata.resourceVersion) {
      throw modified(definition, write.name)
    }
    keepMetadata(next, old, definition)
    await this.#prepareUpdate(write, plan, next, old)
    const keepsGeneration = subresource === 'status' || subresource === 'binding'
    if (!keepsGeneration) raiseGeneration(next, old, write.rules ?? definition)
    if (old.metadata.deletionTimestamp && isReadyToGo(next)) {
      await this.remove(write, current)
      return CachedObject.unstored(definition, next, current.revision)
    }
    return this.#store(write, current.key, current.revision, next, current)
  }

  async #prepareUpdate(
    write: Write,
    plan: UpdatePlan,
    next: KubernetesObject,
    old: Readonly<KubernetesObject>,
  ): Promise<void> {
    const { definition, rules = definition, subresource } = write
    const admission = this.#admission(write, 'UPDATE', next, old)
    if (rules.load) await rules.load()
    rules.defaults?.(next)
    if (plan.track) takeManagers(next, plan.track(next, old))
    await mutate(admission, this.#services)
    keepAllBut(subresource, next, old)
    const tell = (text: string) => void write.warnings.add(text)
    const own = subresource === '' ? rules : rules.subresources?.[subresource]
    const hooks =
      subresource === 'status' ? rules.status : subresourceParts[subresource] ? own : rules
    if (!rules.custom) dropGatedFields(rules, next, old)
    hooks?.prepareForUpdate?.(next, old, this.#context(write))
    const errors =
      subresource === 'status'
        ? (rules.status?.validateUpdate?.(next, old, tell) ?? [])
        : [
            ...(rules.validate?.(next, old, tell) ?? []),
            ...(own?.validateUpdate?.(next, old) ?? []),
            ...(write.validate?.(next, old) ?? []),
          ]
    refuse(definition, next, errors)
    await validate(admission, this.#services)
    warn(write, next, old)
  }

  async #store(
    write: Write,
    key: string,
    expected: number,
    object: KubernetesObject,
    current: CachedObject | undefined,
  ): Promise<CachedObject> {
    const { definition, dryRun } = write
    const { store, caches } = this.#services
    const wanted = current && encodeStored(definition, object)
    if (current && wanted && isSameContent(wanted, current.stored)) return current
    const finish = definition.beginWrite?.(object, current?.object, this.#context(write))
    const bytes = definition.beginWrite || !wanted ? encodeStored(definition, object) : wanted
    if (dryRun) {
      finish?.(false)
      return new CachedObject(definition, key, expected, bytes)
    }
    let revision: number | undefined
    try {
      requireSize(key, bytes)
      revision = await store.put(key, bytes, expected as Revision)
    } finally {
      finish?.(revision !== undefined)
    }
    await caches.reached(revision)
    const stored = caches.of(definition).get(key)
    return stored?.revision === revision
      ? stored
      : new CachedObject(definition, key, revision, bytes)
  }

  /** Waits until the state that won a race is visible; it may still be on its way to disk, and then to the cache. */
  async catchUp(error: RevisionConflictError, seen: CachedObject): Promise<void> {
    const { caches, store } = this.#services
    const winner = error.current?.revision ?? 0
    if (winner > seen.revision) await caches.reached(winner, catchUpMs).catch(() => {})
    else await caches.reached(await store.revision())
  }

  #context(write: Write): WriteContext {
    const { clock, allocators } = this.#services
    const { name, uid, groups, extra } = write.user
    const user = { name, groups: [...groups], ...(uid ? { uid } : {}) }
    return {
      now: () => clock.now(),
      dryRun: write.dryRun,
      warn: text => void write.warnings.add(text),
      user: extra ? { ...user, extra: structuredClone(extra) as Record<string, string[]> } : user,
      allocators,
    }
  }

  #admission(
    write: Write,
    operation: 'CREATE' | 'UPDATE',
    object: KubernetesObject,
    old: Readonly<KubernetesObject> | undefined,
  ): AdmissionRequest {
    return { ...write, operation, object, old }
  }
}

const catchUpMs = 5000

function refuse(
  definition: ResourceDefinition,
  object: KubernetesObject,
  errors: FieldError[],
): void {
  if (!errors.length) return
  throw invalid(definition, object.metadata.name ?? object.metadata.generateName ?? '', errors)
}

function warn(
  { definition, rules = definition, subresource, warnings }: Write,
  object: KubernetesObject,
  old?: Readonly<KubernetesObject>,
): void {
  const { status } = rules
  const texts =
    subresource === 'status' ? status?.warnings?.(object) : rules.warnings?.(object, old)
  for (const text of texts ?? []) warnings.add(text)
}

/** Whether a deleted object waits for nothing any more. */
function isReadyToGo(object: KubernetesObject): boolean {
  return !pendingFinalizers(object).length && !(object.metadata.deletionGracePeriodSeconds ?? 0)
}

function takeManagers(object: KubernetesObject, tracked: Readonly<KubernetesObject>): void {
  const { managedFields } = tracked.metadata
  if (managedFields?.length) object.metadata.managedFields = managedFields
  else delete object.metadata.managedFields
}
