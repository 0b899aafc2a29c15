import type { KubernetesObject } from '#kubernetes/objects.ts'
import type { ResourceDefinition, WriteContext } from '../define-resource.ts'
import { dropGatedFields } from './gated-fields.ts'

/** A context for hooks that allocate nothing. */
export const testContext: WriteContext = {
  now: () => Date.parse('2026-01-02T15:04:05Z'),
  dryRun: false,
  user: { name: 'admin', groups: ['system:masters'] },
  warn: () => {},
  allocators: {
    serviceIP: () => '10.96.0.1',
    releaseServiceIP: () => {},
    nodePort: () => 30_000,
    releaseNodePort: () => {},
  },
}

const texts = (errors: { field: string; message: string }[] | undefined) =>
  (errors ?? []).map(({ field, message }) => (field ? `${field}: ${message}` : message))

/** Takes an object through the hooks of a create, without the store; changes a copy. */
export function created<T extends KubernetesObject>(definition: ResourceDefinition, given: T): T {
  const object = structuredClone(given)
  definition.defaults?.(object)
  dropGatedFields(definition, object)
  definition.prepareForCreate?.(object, testContext)
  return object
}

/** What a create would be refused for, as the server prints it. */
export const failuresOf = (definition: ResourceDefinition, object: KubernetesObject): string[] =>
  texts(definition.validate?.(created(definition, object)))

/** What an update of the main endpoint would be refused for; `change` may make the old object up too. */
export function updateFailuresOf<T extends KubernetesObject>(
  definition: ResourceDefinition,
  given: T,
  change: (object: T, old: T) => void,
): string[] {
  const old = created(definition, given)
  const object = structuredClone(old)
  change(object, old)
  definition.defaults?.(object)
  dropGatedFields(definition, object, old)
  definition.prepareForUpdate?.(object, old, testContext)
  return texts([
    ...(definition.validate?.(object, old) ?? []),
    ...(definition.validateUpdate?.(object, old) ?? []),
  ])
}

/** What an update of the `status` endpoint would be refused for. */
export function statusFailuresOf<T extends KubernetesObject>(
  definition: ResourceDefinition,
  given: T,
  change: (object: T) => void,
): string[] {
  const old = created(definition, given)
  const object = structuredClone(old)
  change(object)
  dropGatedFields(definition, object, old)
  definition.status?.prepareForUpdate?.(object, old, testContext)
  return texts(definition.status?.validateUpdate?.(object, old))
}

/** What an update, or without a change a create, would be answered with as warnings. */
export function warningsOf<T extends KubernetesObject>(
  definition: ResourceDefinition,
  given: T,
  change?: (object: T) => void,
): string[] {
  const old = created(definition, given)
  if (!change) return definition.warnings?.(old) ?? []
  const object = structuredClone(old)
  change(object)
  return definition.warnings?.(object, old) ?? []
}

/** What a write of the `status` endpoint would be answered with as warnings. */
export function statusWarningsOf<T extends KubernetesObject>(
  definition: ResourceDefinition,
  given: T,
  change: (object: T) => void,
): string[] {
  const object = created(definition, given)
  change(object)
  return definition.status?.warnings?.(object) ?? []
}
