import { ownValue } from '#base/own-value.ts'
import { goQuoted } from '#kubernetes/go-text.ts'
import { cloneJson } from '#kubernetes/json.ts'
import type { KubernetesObject } from '#kubernetes/objects.ts'
import { applyJsonPatch } from '#kubernetes/patch/json-patch.ts'
import { applyMergePatch } from '#kubernetes/patch/merge-patch.ts'
import { applyStrategicMergePatch } from '#kubernetes/patch/strategic-merge-patch.ts'
import { findObjectType } from '#kubernetes/schema/find-object-type.ts'
import { invalid, type StatusError, statusError } from '#kubernetes/status-error.ts'
import { badRequest } from '../failures.ts'
import { goText } from '../go-value.ts'
import type { Reply } from '../reply.ts'
import { mediaType } from '../server-request.ts'
import { apply, applyType } from './apply.ts'
import { checkObject } from './decode-object.ts'
import { decodePatch } from './decode-patch.ts'
import { asRequested, tracker } from './managed-fields.ts'
import { type Target, writeOf } from './target.ts'
import { asStored } from './update.ts'
import { readWriteOptions, type WriteOptions } from './write-options.ts'

type Change = (document: object, patch: unknown, target: Target) => unknown

/** A patch that was read. */
interface Patch {
  value: unknown
  /** What it says twice, as strict decoding tells of it. */
  duplicates: readonly string[]
  change: Change
  type: string
}

const jsonType = 'application/json-patch+json'
const strategicType = 'application/strategic-merge-patch+json'

const kinds: Record<string, Change> = {
  [jsonType]: (document, patch) => applyJsonPatch(document, patch),
  'application/merge-patch+json': (document, patch) => applyMergePatch(document, patch),
  [strategicType]: (document, patch, target) => {
    const type = findObjectType(target.definition)
    if (!type) throw unsupportedPatch(target)
    return applyStrategicMergePatch(document, patch, type)
  },
}

/** Changes an object by a patch; one that changes nothing writes nothing. */
export async function patch(target: Target): Promise<Reply> {
  const { context, definition, writer } = target
  const body = await context.request.body()
  const type = mediaType(body.contentType)
  if (type === applyType) return apply(target, body)
  const options = readWriteOptions(context.request, 'PatchOptions')
  const change = ownValue(kinds, type)
  if (!change) throw unsupportedPatch(target)
  if (options.force) {
    throw statusError(
      'Invalid',
      'PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch',
      {
        group: 'meta.k8s.io',
        kind: 'PatchOptions',
        causes: [
          {
            reason: 'FieldValueForbidden',
            message: 'Forbidden: may not be specified for non-apply patch',
            field: 'force',
          },
        ],
      },
    )
  }
  const { value, duplicates } = await decodePatch(body)
  const told = type === jsonType ? duplicates.map(text => `json patch ${text}`) : duplicates
  const item = await writer.update(writeOf(target, options.dryRun), {
    change: current => patched(target, current, { value, duplicates: told, change, type }, options),
    track: tracker(target, options.fieldManager).updated,
  })
  return { kind: 'object', status: 200, definition, item: item.as(definition) }
}

/** The object with a patch applied, as the kind that it is stored as. */
function patched(
  target: Target,
  current: Readonly<KubernetesObject>,
  patch: Patch,
  options: WriteOptions,
): KubernetesObject {
  const { definition, context } = target
  const shown = asRequested(target, current)
  const result = patch.change(shown, patch.value, target)
  const next = cloneJson(result) as KubernetesObject
  const { apiVersion, kind, metadata } = shown
  if (next?.apiVersion !== apiVersion || next.kind !== kind) {
    throw badRequest(`the patch may not change apiVersion or kind`)
  }
  checkObject(next, definition, {
    validation: options.fieldValidation,
    warnings: context.warnings,
    duplicates: patch.duplicates,
    refuse: problem => invalidPatch(patch, result, problem),
  })
  next.metadata ??= {}
  if (next.metadata.name !== metadata.name || next.metadata.namespace !== metadata.namespace) {
    throw badRequest(
      `the name of the object (${next.metadata.name ?? ''}) does not match the name on the URL (${metadata.name})`,
    )
  }
  return asStored(target, next)
}

/** The 422 for a patch whose result its kind can't take; a strategic one is shown itself, of the others the result. */
function invalidPatch({ type, value }: Patch, result: unknown, problem: string): StatusError {
  const shown = type === strategicType ? goText(value) : JSON.stringify(result)
  const message = `Invalid value: ${goQuoted(shown)}: ${problem}`
  return invalid({ group: '', kind: '' }, '', [
    { type: 'FieldValueInvalid', field: 'patch', message },
  ])
}

/** The 415 for a patch of another form; custom resources have no strategic one. */
export function unsupportedPatch({ definition }: Target) {
  const accepted = [...Object.keys(kinds), applyType].filter(
    type => type !== strategicType || findObjectType(definition),
  )
  return statusError(
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
    {},
  )
}
