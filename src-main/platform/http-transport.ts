import type { HttpClient, HttpResponse } from './http.ts'

/** A request as `client/transport.ts` has it. */
interface ApiRequest {
  method: string
  path: string
  query?: Record<string, string | string[] | undefined>
  headers?: Record<string, string>
  body?: unknown
  contentType?: string
  signal?: AbortSignal
}

/** An answer as `client/transport.ts` has it; `Event` is its watch event. */
interface ApiResponse<Event> {
  status: number
  headers: Record<string, string>
  json<T = unknown>(): Promise<T>
  bytes(): AsyncIterable<Uint8Array>
  events(): AsyncIterable<Event>
}

/**
 * The way to an API server over HTTP, in the shape of the client's `Transport`.
 * `toError` makes what is thrown for an answer that isn't 2xx, out of its code and its body's text.
 */
export function createHttpTransport<Event>(
  client: HttpClient,
  options: {
    userAgent: string
    toError: (status: number, body: string) => Error
    /** Cuts a watch's bytes into its events: `client/json-frames.ts`. */
    readEvents: (bytes: AsyncIterable<Uint8Array>) => AsyncIterable<Event>
  },
): { request(request: ApiRequest): Promise<ApiResponse<Event>> } {
  return {
    async request(request) {
      const hasBody = request.body !== undefined
      const response = await client.request({
        method: request.method,
        path: request.path + formatQuery(request.query),
        headers: {
          accept: 'application/json',
          'user-agent': options.userAgent,
          ...(hasBody ? { 'content-type': request.contentType ?? 'application/json' } : {}),
          ...request.headers,
        },
        ...(hasBody ? { body: encodeBody(request.body) } : {}),
        ...(request.signal ? { signal: request.signal } : {}),
      })
      if (response.status < 200 || response.status > 299) {
        throw options.toError(response.status, await readText(response, errorLimit))
      }
      return {
        status: response.status,
        headers: response.headers,
        json: async <T>() => JSON.parse(await readText(response)) as T,
        bytes: () => response.body,
        events: () => options.readEvents(response.body),
      }
    },
  }
}

const errorLimit = 1024 * 1024

function encodeBody(body: unknown): string | Uint8Array {
  return typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body)
}

function formatQuery(query: ApiRequest['query']): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value === undefined) continue
    for (const item of Array.isArray(value) ? value : [value]) parameters.append(name, item)
  }
  return parameters.size ? `?${parameters}` : ''
}

async function readText(response: HttpResponse, limit = Number.POSITIVE_INFINITY): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    chunks.push(chunk)
    size += chunk.length
    if (size > limit) break
  }
  return Buffer.concat(chunks).toString('utf8')
}
