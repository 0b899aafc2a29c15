import { errorMessage } from '#base/errors.ts'
import type { ResourceDefinition } from '#control-plane/resources/define-resource.ts'
import { customResources } from '#control-plane/resources/shared/custom-resource/custom-resource.ts'
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionStatus,
} from '#kubernetes/api/apiextensions-v1.ts'
import { cloneJson } from '#kubernetes/json.ts'
import type { KubernetesObject } from '#kubernetes/objects.ts'
import { isNotFound } from '#kubernetes/status-error.ts'
import { serverUser } from '../bootstrap/bootstrap-objects.ts'
import type { ObjectWriter, Write } from '../handlers/object-writer.ts'
import { Upkeep } from '../maintenance/upkeep.ts'
import type { Services } from '../services.ts'
import { acceptNames, isCondition, setCondition } from './crd-conditions.ts'
import { deleteInstances } from './delete-instances.ts'

const cleanup = 'customresourcecleanup.apiextensions.k8s.io'

/** The kinds that one CustomResourceDefinition made, as they are served. */
interface ServedKinds {
  /** What they were made of; they are made anew when it changes. */
  source: string
  stored: ResourceDefinition
  served: ResourceDefinition[]
}

/**
 * Serves what CustomResourceDefinitions define, from the moment their names are accepted until the last object is gone,
 * and writes their conditions. Woken by changes of definitions, and of objects whose definition is being deleted.
 */
export class CustomKinds implements AsyncDisposable {
  readonly #services: Services
  readonly #writer: ObjectWriter
  readonly #definition: ResourceDefinition
  readonly #byName = new Map<string, ServedKinds>()
  readonly #upkeep: Upkeep

  private constructor(services: Services, writer: ObjectWriter) {
    this.#services = services
    this.#writer = writer
    this.#definition = services.catalog.get(
      'apiextensions.k8s.io',
      'v1',
      'customresourcedefinitions',
    )
    this.#upkeep = new Upkeep({
      services,
      name: 'the kinds of custom resource definitions',
      kinds: () => [this.#definition, ...this.#going()],
      work: () => this.#reconcileAll(),
    })
  }

  /** Resolves when everything that the store defines is served. */
  static async start(services: Services, writer: ObjectWriter): Promise<CustomKinds> {
    const kinds = new CustomKinds(services, writer)
    await kinds.#upkeep.settled()
    return kinds
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#upkeep[Symbol.asyncDispose]()
  }

  /** The kinds whose objects have to go before their definition can. */
  #going(): ResourceDefinition[] {
    return [...this.#byName.values()]
      .map(({ stored }) => stored)
      .filter(stored => stored.terminating && this.#services.caches.has(stored))
  }

  /** Throws, once the others are done, when some definition has to be looked at again. */
  async #reconcileAll(): Promise<void> {
    const { caches } = this.#services
    const all = caches
      .of(this.#definition)
      .sorted()
      .map(({ object }) => object as Readonly<CustomResourceDefinition>)
    const problems: string[] = []
    for (const [index, crd] of all.entries()) {
      try {
        all[index] = await this.#reconcile(crd, all)
      } catch (error) {
        if (!isNotFound(error)) problems.push(`${crd.metadata.name}: ${errorMessage(error)}`)
      }
    }
    const names = new Set(all.map(({ metadata }) => metadata.name ?? ''))
    for (const name of this.#byName.keys()) if (!names.has(name)) this.#stopServing(name)
    if (problems.length) throw new Error(problems.join('; '))
  }

  /** Answers the definition with the names that it was given, for those that come after it to be compared with. */
  async #reconcile(
    crd: Readonly<CustomResourceDefinition>,
    all: readonly CustomResourceDefinition[],
  ): Promise<CustomResourceDefinition> {
    const now = this.#services.clock.now()
    const status = acceptNames(crd, all, now)
    const accepted = { ...crd, status }
    if (isCondition(accepted, 'Established')) await this.#serve(accepted)
    if (status !== crd.status) await this.#writeStatus(crd, status)
    if (crd.metadata.deletionTimestamp && crd.metadata.finalizers?.includes(cleanup))
      await this.#finalize(accepted)
    return accepted
  }

  /** From here on requests for the kinds are answered. */
  async #serve(crd: CustomResourceDefinition): Promise<void> {
    const { caches, catalog } = this.#services
    const name = crd.metadata.name ?? ''
    const source = sourceOf(crd)
    const old = this.#byName.get(name)
    if (old?.source === source) return
    const { stored, served } = customResources(crd)
    if (!old && served.some(one => catalog.find({ ...one, resource: one.plural }))) return
    if (caches.has(stored)) caches.redefine(stored)
    else await caches.open(stored)
    for (const one of old?.served ?? []) catalog.remove(one)
    for (const one of served) catalog.add(one)
    this.#byName.set(name, { source, stored, served })
  }

  #stopServing(name: string): void {
    const kinds = this.#byName.get(name)
    if (!kinds) return
    for (const one of kinds.served) this.#services.catalog.remove(one)
    this.#services.caches.close(kinds.stored)
    this.#byName.delete(name)
  }

  /** Deletes what is left of the kinds; the definition goes with the last object. */
  async #finalize(crd: CustomResourceDefinition): Promise<void> {
    const kinds = this.#byName.get(crd.metadata.name ?? '')
    const left = kinds ? await deleteInstances(kinds.stored, this.#services, this.#writer) : 0
    if (left > 0) {
      await this.#writeStatus(crd, withTerminating(crd, this.#services.clock.now()))
      return
    }
    await this.#writer.update(this.#write(crd, ''), {
      change(current) {
        const next = cloneJson(current) as KubernetesObject
        const { finalizers = [] } = next.metadata
        next.metadata.finalizers = finalizers.filter(one => one !== cleanup)
        return next
      },
    })
  }

  async #writeStatus(
    crd: CustomResourceDefinition,
    status: CustomResourceDefinitionStatus,
  ): Promise<void> {
    await this.#writer.update(this.#write(crd, 'status'), {
      change(current) {
        const { resourceVersion } = crd.metadata
        const next = cloneJson(current) as CustomResourceDefinition
        if (resourceVersion) next.metadata.resourceVersion = resourceVersion
        return { ...next, status }
      },
      retries: 0,
    })
  }

  #write({ metadata }: CustomResourceDefinition, subresource: string): Write {
    return {
      definition: this.#definition,
      namespace: '',
      name: metadata.name ?? '',
      subresource,
      user: serverUser,
      dryRun: false,
      warnings: new Set(),
    }
  }
}

/** What the served kinds follow from. */
const sourceOf = ({ metadata, spec, status }: CustomResourceDefinition): string =>
  JSON.stringify([
    metadata.uid,
    metadata.deletionTimestamp !== undefined,
    spec,
    status?.acceptedNames,
  ])

function withTerminating(
  { status = {} }: CustomResourceDefinition,
  now: number,
): CustomResourceDefinitionStatus {
  const condition = {
    type: 'Terminating',
    status: 'True',
    reason: 'InstanceDeletionInProgress',
    message: 'CustomResource deletion is in progress',
  }
  return { ...status, conditions: setCondition(status.conditions ?? [], condition, now) }
}
