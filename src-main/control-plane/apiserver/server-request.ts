import type { Duplex, Readable } from 'node:stream'
import type { RequestInfo } from './request-info.ts'

/** Who asks. */
export interface UserInfo {
  name: string
  uid?: string
  groups: readonly string[]
  extra?: Record<string, readonly string[]>
}

/** What came as a request's body: bytes from the wire, or a value from inside the process. */
export type RequestBody =
  | { kind: 'bytes'; bytes: Uint8Array; contentType: string }
  | { kind: 'value'; value: unknown; contentType: string }

/**
 * A request to the API server, before any wire format: over HTTP, or from inside the process. Its methods are called on
 * it, not taken out of it.
 */
export interface ServerRequest {
  method: string
  /** Without query, still percent-encoded. */
  path: string
  query: URLSearchParams
  /** Looks a header up by its lower-case name. */
  header(this: ServerRequest, name: string): string | undefined
  /** All headers whose name starts with this. */
  headersStarting(this: ServerRequest, prefix: string): [name: string, values: string[]][]
  /** Aborts when the client goes away or the server stops. */
  signal: AbortSignal
  /** Reads the whole body; throws a 413 above the limit. */
  body(this: ServerRequest): Promise<RequestBody>
  /** The body as it comes, of any size; instead of `body`. Absent inside the process. */
  bodyStream?(this: ServerRequest): Readable
  /** The identity, where the transport vouches for it: inside the process, or by a client certificate. */
  user: UserInfo | undefined
  /** The certificate that came was not signed by our authority. */
  badCertificate?: boolean
  /** It comes from inside the process, not over the wire. */
  isInside?: boolean
  /** Present for an HTTP/1.1 request that asks to switch protocols. */
  upgrade?: UpgradeRequest
}

/** The raw connection behind an upgrade. */
export interface UpgradeRequest {
  /** Node's IncomingMessage, for a WebSocket library. */
  message: import('node:http').IncomingMessage
  socket: Duplex
  head: Buffer
}

/** A request on its way through the pipeline. */
export interface RequestContext {
  request: ServerRequest
  info: RequestInfo
  user: UserInfo
  /** Texts for `Warning` headers. */
  warnings: Set<string>
}

/** A content type without its parameters, in lower case. */
export const mediaType = (contentType: string): string =>
  contentType.split(';')[0]?.trim().toLowerCase() ?? ''
