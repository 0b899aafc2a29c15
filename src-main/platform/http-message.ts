import type { Readable } from 'node:stream'

export interface HttpRequest {
  method: string
  /** Absolute path with its query. */
  path: string
  /** A list is sent as one line for each of its values. */
  headers?: Record<string, string | string[]>
  body?: string | Uint8Array | AsyncIterable<Uint8Array>
  /** Ends the request and, later, the reading of its body. */
  signal?: AbortSignal
}

export interface HttpResponse {
  status: number
  headers: Record<string, string>
  /** Must be read to its end or destroyed, or the connection stays occupied. */
  body: Readable
}

/** One text per header name, lists joined as HTTP allows; HTTP/2's pseudo headers left out. */
export function flatHeaders(headers: Record<string, unknown>): Record<string, string> {
  const flat: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith(':') || value === undefined) continue
    flat[name] = Array.isArray(value) ? value.join(', ') : String(value)
  }
  return flat
}
