import type { WatchEvent } from '#kubernetes/objects.ts'

/** A request to an API server, before any wire format. */
export interface ApiRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Absolute path such as `/api/v1/pods`, without query. */
  path: string
  query?: Record<string, string | string[] | undefined>
  headers?: Record<string, string>
  /** A value to be sent as JSON (or as `contentType` says, when it is bytes or text). */
  body?: unknown
  /** Default `application/json`. */
  contentType?: string
  signal?: AbortSignal
}

/** An answer with a 2xx code; every other code throws a `StatusError`. Objects are frozen: never change them. */
export interface ApiResponse {
  status: number
  headers: Record<string, string>
  /** The decoded body. */
  json<T = unknown>(): Promise<T>
  /** The body's bytes as they come, for logs and the like. */
  bytes(): AsyncIterable<Uint8Array>
  /** The body as the events of a watch; ends when the server closes it. */
  events(): AsyncIterable<WatchEvent>
}

/** The way to one API server with one identity: over HTTP, or inside the process. */
export interface Transport {
  /** Throws a `StatusError` for any answer that is not 2xx, and the signal's reason when it aborts. */
  request(request: ApiRequest): Promise<ApiResponse>
}
