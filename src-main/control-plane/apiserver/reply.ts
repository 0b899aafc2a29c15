import type { ResourceDefinition } from '#control-plane/resources/define-resource.ts'
import type { ListMeta, Status } from '#kubernetes/api/meta-v1.ts'
import type { CachedObject } from './cache/cached-object.ts'
import type { Watcher } from './cache/watcher.ts'

/** What a handler answers, before content negotiation. */
export type Reply =
  | { kind: 'object'; status: number; definition: ResourceDefinition; item: CachedObject }
  | { kind: 'list'; definition: ResourceDefinition; items: CachedObject[]; metadata: ListMeta }
  | { kind: 'watch'; definition: ResourceDefinition; watcher: Watcher }
  /** A value that is no stored object, such as a Status, a Scale or a review. */
  | { kind: 'value'; status: number; value: object; headers?: Record<string, string> }
  | { kind: 'bytes'; status: number; headers: Record<string, string | string[]>; body: Uint8Array }
  | {
      kind: 'stream'
      /** 200 unless given. */
      status?: number
      headers: Record<string, string | string[]>
      chunks: AsyncIterable<Uint8Array>
    }
  /** The connection was taken over; there is nothing left to answer. */
  | { kind: 'upgraded' }

/** The answer to a create that leaves no object behind, such as a binding or an eviction. */
export function createdReply(): Reply {
  const code = 201
  const value: Status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code }
  return { kind: 'value', status: code, value }
}

/** Plain text, as health checks answer. */
export const textReply = (
  text: string,
  status = 200,
  headers: Record<string, string> = {},
): Reply => ({
  kind: 'bytes',
  status,
  headers: {
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
    ...headers,
  },
  body: new TextEncoder().encode(text),
})
