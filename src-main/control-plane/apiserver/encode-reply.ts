import type { ResourceDefinition } from '#control-plane/resources/define-resource.ts'
import { apiVersionOf, type KubernetesObject, parseApiVersion } from '#kubernetes/objects.ts'
import type { CachedObject } from './cache/cached-object.ts'
import { joined, type Piece, TextPiece } from './cache/piece.ts'
import { WatchItem } from './cache/watch-item.ts'
import type { WatchMessage } from './cache/watcher.ts'
import { encodeProtobuf, encodeWatchFrame, hasProtobuf } from './codec/protobuf.ts'
import { badRequest } from './failures.ts'
import { contentTypes, type Negotiated, notAcceptable } from './http/negotiate.ts'
import type { Reply } from './reply.ts'
import type { ServerRequest } from './server-request.ts'
import type { Services } from './services.ts'
import {
  listKindOf,
  partialMetadata,
  partialMetadataList,
  type TableOptions,
  tableOf,
} from './views.ts'

export interface EncodedReply {
  status: number
  contentType: string
  body: Buffer
  extra: Record<string, string>
}

type ListReply = Extract<Reply, { kind: 'list' }>
type Encodable = Extract<Reply, { kind: 'object' | 'list' | 'value' }>

/** Turns a reply into bytes of the negotiated form. */
export async function encodeReply(
  reply: Encodable,
  form: Negotiated,
  request: ServerRequest,
  services: Services,
): Promise<EncodedReply> {
  const extra = reply.kind === 'value' ? (reply.headers ?? {}) : {}
  const status = reply.kind === 'list' ? 200 : reply.status
  const view =
    form.as && reply.kind !== 'value' ? viewOf(reply, form, request, services) : undefined
  if (form.format === 'json') {
    const body = view ? Buffer.from(JSON.stringify(view)) : jsonBytes(reply)
    return { status, contentType: contentTypes.json, body, extra }
  }
  const value = (view ?? JSON.parse(jsonBytes(reply).toString())) as ApiValue
  const body = form.format === 'yaml' ? await yamlBytes(value) : protobufBytes(value)
  return { status, contentType: contentTypes[form.format], body, extra }
}

interface ApiValue {
  apiVersion?: string
  kind?: string
}

async function yamlBytes(value: ApiValue): Promise<Buffer> {
  const { stringify } = await import('yaml')
  return Buffer.from(stringify(value, { version: '1.1' }))
}

function protobufBytes(value: ApiValue): Buffer {
  const { apiVersion = '', kind = '' } = value
  if (!hasProtobuf({ ...parseApiVersion(apiVersion), kind })) throw notAcceptable()
  return Buffer.from(encodeProtobuf(value))
}

function jsonBytes(reply: Encodable): Buffer {
  if (reply.kind === 'object') return reply.item.bytes
  if (reply.kind === 'list') return joined([...listPieces(reply)])
  return Buffer.from(JSON.stringify(reply.value))
}

/** A list as JSON, put together from the bytes of its objects. */
export function* listPieces({ definition, items, metadata }: ListReply): Generator<Piece> {
  const head = { kind: listKindOf(definition), apiVersion: apiVersionOf(definition), metadata }
  yield new TextPiece(`${JSON.stringify(head).slice(0, -1)},"items":[`)
  let isFirst = true
  for (const item of items) {
    if (!isFirst) yield comma
    isFirst = false
    yield item
  }
  yield listEnd
}
const comma = new TextPiece(',')
const listEnd = new TextPiece(']}')

/** A stored object or list shown as something else. Throws a 406 for a view that doesn't fit. */
export function viewOf(
  reply: Extract<Reply, { kind: 'object' | 'list' }>,
  form: Negotiated,
  request: ServerRequest,
  services: Services,
): object {
  const items = reply.kind === 'list' ? reply.items : [reply.item]
  const metadata =
    reply.kind === 'list'
      ? reply.metadata
      : { resourceVersion: reply.item.object.metadata.resourceVersion }
  if (form.as === 'Table') {
    return tableOf(reply.definition, items, metadata, tableOptions(form, request, services))
  }
  const isList = form.as === 'PartialObjectMetadataList'
  if (isList !== (reply.kind === 'list')) {
    throw notAcceptable()
  }
  const version = form.asVersion ?? 'v1'
  return reply.kind === 'list'
    ? partialMetadataList(reply.items, metadata, version)
    : partialMetadata(reply.item.whole, version)
}

function tableOptions(form: Negotiated, request: ServerRequest, services: Services): TableOptions {
  const include = request.query.get('includeObject') || 'Metadata'
  if (include !== 'None' && include !== 'Metadata' && include !== 'Object')
    throw badRequest(
      `Unable to convert to Table as requested: includeObject: Invalid value: ${JSON.stringify(include)}: must be 'Metadata', 'Object', 'None', or empty`,
    )
  return { version: form.asVersion ?? 'v1', include, now: services.clock.now() }
}

export const watchContentType = (form: Negotiated): string =>
  form.format === 'protobuf' ? `${contentTypes.protobuf};stream=watch` : contentTypes.json

/** Makes the frames of one watch, where they aren't the shared ones. Throws a 400 when it can't be shown as asked. */
export function watchEncoder(
  definition: ResourceDefinition,
  form: Negotiated,
  request: ServerRequest,
  services: Services,
): (message: WatchMessage) => Buffer {
  if (form.as === 'Table') tableOptions(form, request, services)
  let isFirst = true
  return message => {
    const object = message instanceof WatchItem ? shown(message.item) : markerObject(message.object)
    if (form.format === 'protobuf') return Buffer.from(encodeWatchFrame(message.type, object))
    return Buffer.from(`${JSON.stringify({ type: message.type, object })}\n`)
  }

  function shown(item: CachedObject): object {
    if (form.as === 'Table') return tableRow([item], item.object.metadata.resourceVersion)
    if (form.as) return partialMetadata(item.whole, form.asVersion ?? 'v1')
    return item.whole
  }

  function markerObject(object: object): object {
    if (form.as !== 'Table') return object
    const { kind, metadata } = object as KubernetesObject
    if (kind === 'Status') return object
    return { ...tableRow([], metadata.resourceVersion ?? ''), ...bookmarkMarks(metadata) }
  }

  function tableRow(items: CachedObject[], resourceVersion: string): object {
    const options = tableOptions(form, request, services)
    const table = tableOf(definition, items, { resourceVersion }, options)
    const headed = isFirst ? table : { ...table, columnDefinitions: null }
    if (items.length) isFirst = false
    return headed
  }

  function bookmarkMarks(metadata: KubernetesObject['metadata']): object {
    return metadata.annotations ? { metadata } : {}
  }
}
