import { errorMessage } from '#base/errors.ts'
import type { Informer } from '#client/informer.ts'
import { pods, resourceClaims, resourceClaimTemplates } from '#client/resource-types.ts'
import type { Pod, PodResourceClaim } from '#kubernetes/api/core-v1.ts'
import type { ResourceClaim, ResourceClaimTemplate } from '#kubernetes/api/resource-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { controllerOf, controllerReference } from '#kubernetes/owners.ts'
import {
  canBeReserved,
  claimOf,
  consumerOf,
  isReservedFor,
  ownerProblem,
  podClaimKey,
} from '#kubernetes/resource-claims.ts'
import { isNamespaceTerminating } from '#kubernetes/status-error.ts'
import type { ClaimContext } from './claim-context.ts'

const podKind = { apiVersion: 'v1', kind: 'Pod' }
const ownerIndex = 'owning pod'
const fieldManager = 'ResourceClaimController'
/** Leaves room for a dash and five letters in a name of 63. */
const maxBaseLength = 57

/** Makes what pods ask for by template, and says in their status what was made. */
export class ClaimMaker {
  readonly #context: ClaimContext
  /** By pod and reference, what the informer hasn't shown yet. */
  readonly #unseen = new Map<string, Stored<ResourceClaim>>()
  readonly #retry: (pod: Stored<Pod>) => void
  #templates: Informer<ResourceClaimTemplate> | undefined

  /** `retry` asks for another look at a pod whose template was missing. */
  constructor(context: ClaimContext, retry: (pod: Stored<Pod>) => void) {
    this.#context = context
    this.#retry = retry
    const { informer, on } = context
    informer.addIndex(ownerIndex, claim => {
      const reference = claim.metadata.annotations?.[podClaimKey]
      return reference === undefined ? [] : [unseenKey(controllerOf(claim)?.uid, reference)]
    })
    const seen = ({ metadata }: Stored<ResourceClaim>) => {
      for (const [key, claim] of this.#unseen)
        if (claim.metadata.uid === metadata.uid) this.#unseen.delete(key)
    }
    on(informer, { added: seen, deleted: seen })
  }

  /** Throws what the API answers, after an event about the pod. */
  async serve(pod: Stored<Pod>): Promise<void> {
    const made = new Map<string, string>()
    for (const reference of pod.spec?.resourceClaims ?? []) {
      const name = await this.#made(pod, reference)
      if (name !== undefined) made.set(reference.name, name)
    }
    await this.#tell(pod, made)
    // A pod that came with its node was never seen by the scheduler.
    if (pod.spec?.nodeName) await this.#reserve(pod)
  }

  async #made(pod: Stored<Pod>, reference: PodResourceClaim): Promise<string | undefined> {
    try {
      return await this.#ensure(pod, reference)
    } catch (error) {
      if (isNamespaceTerminating(error)) return undefined
      const message = `PodResourceClaim ${reference.name}: ${errorMessage(error)}`
      const note = { type: 'Warning', reason: 'FailedResourceClaimCreation', message } as const
      this.#context.recorder.record(pod, note, podKind)
      throw error
    }
  }

  /** The name of a claim by template, which is made unless it is there; undefined where there is nothing to make. */
  async #ensure(pod: Stored<Pod>, reference: PodResourceClaim): Promise<string | undefined> {
    const { informer, client } = this.#context
    const { namespace = '', uid } = pod.metadata
    const { resourceClaimTemplateName: template } = reference
    if (template === undefined) return undefined
    const meant = claimOf(pod, reference)
    if (meant && meant.name === undefined) return undefined
    const told = informer.get(`${namespace}/${meant?.name}`)
    if (told && !ownerProblem(pod, told)) return told.metadata.name
    const key = unseenKey(uid, reference.name)
    const there = informer.byIndex(ownerIndex, key)[0] ?? this.#unseen.get(key)
    if (there) return there.metadata.name
    const claim = await client.create(
      resourceClaims,
      claimFrom(await this.#template(namespace, template), pod, reference),
    )
    if (!informer.get(`${namespace}/${claim.metadata.name}`)) this.#unseen.set(key, claim)
    return claim.metadata.name
  }

  /** Templates are watched from the first that is asked for. */
  async #template(namespace: string, name: string): Promise<Stored<ResourceClaimTemplate>> {
    this.#templates ??= this.#watchTemplates()
    await this.#templates.synced
    const template = this.#templates.get(`${namespace}/${name}`)
    if (template) return template
    const quoted = JSON.stringify(name)
    const missing = `resourceclaimtemplate.resource.k8s.io ${quoted} not found`
    throw new Error(`resource claim template ${quoted}: ${missing}`)
  }

  #watchTemplates(): Informer<ResourceClaimTemplate> {
    const { use, on, informers } = this.#context
    const templates = use(resourceClaimTemplates)
    on(templates, {
      added: ({ metadata: { namespace = '', name } }) => {
        for (const pod of informers.pods.list(namespace)) {
          const asks = pod.spec?.resourceClaims?.some(
            ({ resourceClaimTemplateName }) => resourceClaimTemplateName === name,
          )
          if (asks) this.#retry(pod)
        }
      },
    })
    return templates
  }

  /** Writes the names of what was made into the pod's status, unless they are there. */
  async #tell(pod: Stored<Pod>, made: ReadonlyMap<string, string>): Promise<void> {
    const known = pod.status?.resourceClaimStatuses ?? []
    const isTold = [...made].every(([name, resourceClaimName]) =>
      known.some(one => one.name === name && one.resourceClaimName === resourceClaimName),
    )
    if (isTold) return
    const { namespace = '', name, uid } = pod.metadata
    const resourceClaimStatuses = [...made].map(([name, resourceClaimName]) => ({
      name,
      resourceClaimName,
    }))
    const patch = {
      ...podKind,
      metadata: { namespace, name, uid },
      status: { resourceClaimStatuses },
    }
    const { client } = this.#context
    await client.patch(pods, pod.metadata, patch, {
      type: 'apply',
      subresource: 'status',
      fieldManager,
      force: true,
    })
  }

  async #reserve(pod: Stored<Pod>): Promise<void> {
    const { informer, client } = this.#context
    for (const reference of pod.spec?.resourceClaims ?? []) {
      const name = claimOf(pod, reference)?.name
      const claim = informer.get(`${pod.metadata.namespace}/${name}`)
      if (!claim?.status?.allocation) continue
      if (isReservedFor(claim, pod) || !canBeReserved(claim)) continue
      const reservedFor = [...(claim.status.reservedFor ?? []), consumerOf(pod)]
      await client.updateStatus(resourceClaims, {
        ...claim,
        status: { ...claim.status, reservedFor },
      })
    }
  }
}

const unseenKey = (podUid: string | undefined, reference: string) => `${podUid}/${reference}`

function claimFrom(
  { spec: { metadata, spec } }: ResourceClaimTemplate,
  pod: Stored<Pod>,
  reference: PodResourceClaim,
): ResourceClaim {
  return {
    metadata: {
      generateName: baseName(pod.metadata.name, reference.name),
      namespace: pod.metadata.namespace ?? '',
      ...(metadata?.labels ? { labels: metadata.labels } : {}),
      annotations: { ...metadata?.annotations, [podClaimKey]: reference.name },
      ownerReferences: [controllerReference(pod, podKind)],
    },
    spec,
  }
}

/** `POD-CLAIM-`; of long names both are shortened, in proportion. */
function baseName(pod: string, claim: string): string {
  const whole = `${pod}-${claim}-`
  if (whole.length <= maxBaseLength) return whole
  const shortened = (name: string) =>
    name.slice(0, Math.floor((name.length * maxBaseLength) / whole.length))
  return `${shortened(pod)}-${shortened(claim)}`
}
