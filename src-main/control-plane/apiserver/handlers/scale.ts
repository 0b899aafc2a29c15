import type { Scale } from '#kubernetes/api/autoscaling-v1.ts'
import type { KubernetesObject } from '#kubernetes/objects.ts'
import { applyJsonPatch } from '#kubernetes/patch/json-patch.ts'
import { applyMergePatch } from '#kubernetes/patch/merge-patch.ts'
import { invalid, statusError } from '#kubernetes/status-error.ts'
import type { CachedObject } from '../cache/cached-object.ts'
import { methodNotAllowed } from '../failures.ts'
import type { Reply } from '../reply.ts'
import { mediaType } from '../server-request.ts'
import { decodeObject } from './decode-object.ts'
import { decodePatch } from './decode-patch.ts'
import { tracker } from './managed-fields.ts'
import { type Target, writeOf } from './target.ts'
import { readWriteOptions } from './write-options.ts'

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
  const patch = await decodePatch(body)
  const type = mediaType(body.contentType)
  return writeScale(target, current => {
    if (type === 'application/json-patch+json') return applyJsonPatch(current, patch) as Scale
    if (/^application\/(strategic-)?merge-patch\+json$/.test(type)) {
      return applyMergePatch(current, patch) as Scale
    }
    throw statusError('UnsupportedMediaType', `the patch type ${type} is not served for scale`, {})
  })
}

async function writeScale(target: Target, wanted: (current: Scale) => Scale): Promise<Reply> {
  const { definition, writer, context } = target
  const access = definition.scale
  if (!access) throw methodNotAllowed()
  const options = readWriteOptions(context.request, 'UpdateOptions')
  const item = await writer.update(writeOf(target, options.dryRun), {
    change(current) {
      const next = structuredClone(current) as KubernetesObject
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

const scaleReply = (target: Target, item: CachedObject): Reply => ({
  kind: 'value',
  status: 200,
  value: scaleOf(target, item.object),
})

function scaleOf({ definition }: Target, object: Readonly<KubernetesObject>): Scale {
  const access = definition.scale
  if (!access) throw methodNotAllowed()
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
