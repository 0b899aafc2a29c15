import type { ResourceDefinition } from '#control-plane/resources/define-resource.ts'
import { applyConfiguration } from '#kubernetes/apply/apply-configuration.ts'
import { cloneJson } from '#kubernetes/json.ts'
import type { KubernetesObject } from '#kubernetes/objects.ts'
import { isAlreadyExists } from '#kubernetes/status-error.ts'
import { conflict, notFound } from '../failures.ts'
import type { Reply } from '../reply.ts'
import type { RequestBody } from '../server-request.ts'
import { decodeConfiguration } from './decode-object.ts'
import { asRequested, ownership } from './managed-fields.ts'
import { matchRequest } from './object-metadata.ts'
import { type Target, writeOf } from './target.ts'
import { asStored } from './update.ts'
import { readApplyOptions, type WriteOptions } from './write-options.ts'

/** The media type of a configuration to apply. */
export const applyType = 'application/apply-patch+yaml'

/** Server-side apply: creates or changes the object to what the manager's configuration says. */
export async function apply(target: Target, body: RequestBody): Promise<Reply> {
  const { context, definition, stored, writer } = target
  const options = readApplyOptions(context.request)
  const { fieldValidation } = options
  const decoded = await decodeConfiguration(body, definition, fieldValidation, context.warnings)
  matchRequest(decoded, definition, context.info)
  const write = writeOf(target, options.dryRun)
  for (;;) {
    if (writer.find(stored, write.namespace, write.name)) {
      const item = await writer.update(write, {
        change: live => applyTo(target, live, decoded, options),
      })
      return { kind: 'object', status: 200, definition, item: item.as(definition) }
    }
    if (write.subresource) throw notFound(definition, write.name)
    try {
      if (decoded.metadata.uid) throw nothingOfUid(definition, write.name, decoded.metadata.uid)
      const item = await writer.create(write, applyTo(target, undefined, decoded, options))
      return { kind: 'object', status: 201, definition, item: item.as(definition) }
    } catch (error) {
      if (!isAlreadyExists(error)) throw error
    }
  }
}

/** The stored object with a configuration applied; a copy that may be changed. */
function applyTo(
  target: Target,
  live: Readonly<KubernetesObject> | undefined,
  applied: KubernetesObject,
  { fieldManager: manager, force }: WriteOptions,
): KubernetesObject {
  const shown = live && asRequested(target, live)
  const { object } = applyConfiguration({
    ...ownership(target),
    live: shown,
    applied: applied as unknown as Record<string, unknown>,
    manager,
    force,
  })
  return cloneJson(object === shown && live ? live : asStored(target, object))
}

const nothingOfUid = (definition: ResourceDefinition, name: string, uid: string) =>
  conflict(
    definition,
    name,
    `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`,
  )
