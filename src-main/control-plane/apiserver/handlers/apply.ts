import { applyConfiguration } from '#kubernetes/apply/apply-configuration.ts'
import type { KubernetesObject } from '#kubernetes/objects.ts'
import { isAlreadyExists, statusError } from '#kubernetes/status-error.ts'
import { notFound } from '../failures.ts'
import type { Reply } from '../reply.ts'
import type { RequestBody } from '../server-request.ts'
import { decodeConfiguration } from './decode-object.ts'
import { ownership } from './managed-fields.ts'
import { matchRequest } from './object-metadata.ts'
import { type Target, writeOf } from './target.ts'
import { asStored } from './update.ts'
import type { WriteOptions } from './write-options.ts'

/** Server-side apply: creates or changes the object to what the manager's configuration says. */
export async function apply(
  target: Target,
  body: RequestBody,
  options: WriteOptions,
): Promise<Reply> {
  const { context, definition, stored, writer } = target
  if (!context.request.query.get('fieldManager')) throw managerRequired()
  const { fieldValidation } = options
  const decoded = await decodeConfiguration(body, definition, fieldValidation, context.warnings)
  matchRequest(decoded, definition, context.info)
  const applied = asStored(target, decoded)
  const write = writeOf(target, options.dryRun)
  for (;;) {
    if (writer.find(stored, write.namespace, write.name)) {
      const item = await writer.update(write, {
        change: live => applyTo(target, live, applied, options),
      })
      return { kind: 'object', status: 200, definition, item: item.as(definition) }
    }
    if (write.subresource) throw notFound(definition, write.name)
    try {
      const item = await writer.create(write, applyTo(target, undefined, applied, options))
      return { kind: 'object', status: 201, definition, item: item.as(definition) }
    } catch (error) {
      if (!isAlreadyExists(error)) throw error
    }
  }
}

/** The live object with a configuration applied; a copy that may be changed. */
function applyTo(
  target: Target,
  live: Readonly<KubernetesObject> | undefined,
  applied: KubernetesObject,
  { fieldManager: manager, force }: WriteOptions,
): KubernetesObject {
  const { object } = applyConfiguration({
    ...ownership(target),
    live,
    applied: applied as unknown as Record<string, unknown>,
    manager,
    force,
  })
  return structuredClone(object)
}

function managerRequired() {
  const field = 'fieldManager'
  const message = 'Required value: is required for apply patch'
  return statusError('Invalid', `PatchOptions.meta.k8s.io "" is invalid: ${field}: ${message}`, {
    group: 'meta.k8s.io',
    kind: 'PatchOptions',
    causes: [{ reason: 'FieldValueRequired', message, field }],
  })
}
