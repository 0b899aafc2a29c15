import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { formatTime } from '#base/clock.ts'
import type { ResourceDefinition } from '#control-plane/resources/define-resource.ts'
import type { KubernetesObject } from '#kubernetes/objects.ts'
import { invalid } from '#kubernetes/status-error.ts'
import { badRequest } from '../failures.ts'

/** Checks what a body says of its own place against the URL, and fills what it leaves out. Throws a 400. */
export function matchRequest(
  object: KubernetesObject,
  definition: ResourceDefinition,
  request: { namespace: string; name?: string },
): void {
  const { metadata } = object
  if (definition.namespaced) {
    metadata.namespace ||= request.namespace
    if (metadata.namespace !== request.namespace) {
      throw badRequest(
        'the namespace of the provided object does not match the namespace sent on the request',
      )
    }
  } else if (metadata.namespace) {
    throw badRequest(
      'the namespace of the provided object does not match the namespace sent on the request',
    )
  }
  if (!request.name) return
  metadata.name ||= request.name
  if (metadata.name !== request.name) {
    throw badRequest(
      `the name of the object (${metadata.name}) does not match the name on the URL (${request.name})`,
    )
  }
}

/** Gives a new object what only the server may say. */
export function fillNewMetadata(
  object: KubernetesObject,
  definition: ResourceDefinition,
  now: number,
): void {
  const { metadata } = object
  metadata.uid = randomUUID()
  metadata.creationTimestamp = formatTime(now)
  delete metadata.deletionTimestamp
  delete metadata.deletionGracePeriodSeconds
  delete metadata.resourceVersion
  delete metadata.selfLink
  if (keepsGeneration(definition)) metadata.generation = 1
  else delete metadata.generation
}

/** Puts back what an update may not change. Throws a 422 when the update means another object of the same name. */
export function keepMetadata(
  next: KubernetesObject,
  current: Readonly<KubernetesObject>,
  definition: ResourceDefinition,
): void {
  const { metadata } = next
  const old = current.metadata
  if (metadata.uid && metadata.uid !== old.uid) {
    const message = `Invalid value: ${JSON.stringify(metadata.uid)}: field is immutable`
    throw invalid(definition, old.name ?? '', [
      { type: 'FieldValueInvalid', field: 'metadata.uid', message },
    ])
  }
  for (const field of keptFields) {
    const value = old[field]
    if (value === undefined) delete metadata[field]
    else Object.assign(metadata, { [field]: value })
  }
  delete metadata.selfLink
}

const keptFields = [
  'uid',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'generation',
  'generateName',
] as const

/** Raises the generation of an object whose desired state changed. */
export function raiseGeneration(
  next: KubernetesObject,
  current: Readonly<KubernetesObject>,
  definition: ResourceDefinition,
): void {
  if (!keepsGeneration(definition)) return
  const changed = definition.changesGeneration?.(next, current) ?? specChanged(next, current)
  if (changed) next.metadata.generation = (current.metadata.generation ?? 0) + 1
}

export const keepsGeneration = (definition: ResourceDefinition): boolean =>
  definition.generation ?? definition.status !== undefined

const specChanged = (next: object, current: object): boolean =>
  !isDeepStrictEqual((next as { spec?: unknown }).spec, (current as { spec?: unknown }).spec)
