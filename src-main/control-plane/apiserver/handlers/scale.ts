import { ownValue } from '#base/own-value.ts'
import type { ScaleAccess } from '#control-plane/resources/define-resource.ts'
import type { Scale } from '#kubernetes/api/autoscaling-v1.ts'
import { applyConfiguration } from '#kubernetes/apply/apply-configuration.ts'
import { cloneJson } from '#kubernetes/json.ts'
import { apiVersionOf, type KubernetesObject } from '#kubernetes/objects.ts'
import { applyJsonPatch } from '#kubernetes/patch/json-patch.ts'
import { applyMergePatch } from '#kubernetes/patch/merge-patch.ts'
import { findObjectType } from '#kubernetes/schema/find-object-type.ts'
import type { TypeSchema } from '#kubernetes/schema/type-schema.ts'
import { invalid } from '#kubernetes/status-error.ts'
import type { CachedObject } from '../cache/cached-object.ts'
import { badRequest, methodNotAllowed } from '../failures.ts'
import type { Reply } from '../reply.ts'
import { mediaType, type RequestBody } from '../server-request.ts'
import { applyType } from './apply.ts'
import { decodeConfiguration, decodeObject } from './decode-object.ts'
import { decodePatch } from './decode-patch.ts'
import { tracker } from './managed-fields.ts'
import { matchRequest } from './object-metadata.ts'
import { unsupportedPatch } from './patch.ts'
import { managersAfterScale, scaleManagers } from './scale-managers.ts'
import { type Target, writeOf } from './target.ts'
import { readApplyOptions, readWriteOptions } from './write-options.ts'

const kind = { group: 'autoscaling', version: 'v1', kind: 'Scale' }

export function getScale(target: Target): Reply {
  return scaleReply(target, target.writer.current(writeOf(target, false)))
}

export async function updateScale(target: Target): Promise<Reply> {
  const { context } = target
  const options = readWriteOptions(context.request, 'UpdateOptions')
  const scale = (await decodeObject(context, kind, options.fieldValidation)) as Scale
  return writeScale(target, () => scale)
}

export async function patchScale(target: Target): Promise<Reply> {
  const body = await target.context.request.body()
  const type = mediaType(body.contentType)
  if (type === applyType) return applyScale(target, body)
  const change = ownValue(scalePatches, type)
  if (!change) throw unsupportedPatch(target)
  const { value: patch } = await decodePatch(body)
  return writeScale(target, current => {
    const next = change(current, patch) as Scale | undefined
    if (!next || next.apiVersion !== current.apiVersion || next.kind !== current.kind) {
      throw badRequest('the patch may not change apiVersion or kind')
    }
    return next
  })
}

/** A patch may make anything of a scale, even nothing. */
const scalePatches: Readonly<Record<string, (current: Scale, patch: unknown) => unknown>> = {
  'application/json-patch+json': applyJsonPatch,
  'application/merge-patch+json': applyMergePatch,
  'application/strategic-merge-patch+json': applyMergePatch,
}

async function writeScale(target: Target, wanted: (current: Scale) => Scale): Promise<Reply> {
  const { writer, context } = target
  const access = scaleAccess(target)
  const options = readWriteOptions(context.request, 'UpdateOptions')
  const item = await writer.update(writeOf(target, options.dryRun), {
    change(current) {
      const next = cloneJson(current) as KubernetesObject
      const scale = wanted(scaleOf(target, current))
      const replicas = scale.spec?.replicas ?? 0
      if (replicas < 0) throw negativeReplicas(target, replicas)
      if (scale.metadata?.resourceVersion) {
        next.metadata.resourceVersion = scale.metadata.resourceVersion
      }
      access.setReplicas(next, replicas)
      return next
    },
    track: tracker(target, options.fieldManager).updated,
  })
  return scaleReply(target, item)
}

/** Server-side apply of a scale: the replicas of the object change their owner. */
async function applyScale(target: Target, body: RequestBody): Promise<Reply> {
  const { context, definition, writer } = target
  const access = scaleAccess(target)
  const options = readApplyOptions(context.request)
  const { fieldValidation, fieldManager: manager, force } = options
  const applied = await decodeConfiguration(body, kind, fieldValidation, context.warnings)
  matchRequest(applied, definition, context.info)
  const { path = ['spec', 'replicas'] } = access
  const item = await writer.update(writeOf(target, options.dryRun), {
    change(current) {
      const next = cloneJson(current) as KubernetesObject
      const live = scaleOf(target, current)
      live.metadata.managedFields = scaleManagers(current.metadata.managedFields, path)
      const { object } = applyConfiguration({
        live,
        applied: applied as unknown as Record<string, unknown>,
        manager,
        force,
        apiVersion: apiVersionOf(kind),
        subresource: 'scale',
        now: target.services.clock.now(),
        type: scaleType(),
      })
      const { resourceVersion } = applied.metadata
      if (resourceVersion) next.metadata.resourceVersion = resourceVersion
      access.setReplicas(next, (object as Scale).spec?.replicas ?? 0)
      const where = { path, apiVersion: apiVersionOf(target.stored) }
      next.metadata.managedFields = managersAfterScale(
        current.metadata.managedFields,
        object.metadata.managedFields,
        where,
      )
      return next
    },
  })
  return scaleReply(target, item)
}

function scaleType(): TypeSchema {
  const type = findObjectType(kind)
  if (!type) throw new Error('schema tables: autoscaling/v1.Scale is not there')
  return type
}

const scaleReply = (target: Target, item: CachedObject): Reply => ({
  kind: 'value',
  status: 200,
  value: scaleOf(target, item.object),
})

function scaleAccess({ definition }: Target): ScaleAccess<KubernetesObject> {
  if (!definition.scale) throw methodNotAllowed()
  return definition.scale
}

function scaleOf(target: Target, object: Readonly<KubernetesObject>): Scale {
  const access = scaleAccess(target)
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp } as Scale['metadata'],
    spec: { replicas: access.replicas(object) },
    status: { replicas: access.statusReplicas(object), selector: access.selector(object) },
  }
}

function negativeReplicas({ context }: Target, replicas: number) {
  return invalid(kind, context.info.name, [
    {
      type: 'FieldValueInvalid',
      field: 'spec.replicas',
      message: `Invalid value: ${replicas}: must be greater than or equal to 0`,
    },
  ])
}
