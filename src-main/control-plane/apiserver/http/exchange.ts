import type { ServerRequest } from '../server-request.ts'

/** One HTTP request and the way to answer it, the same for HTTP/1.1 and HTTP/2. */
export interface Exchange {
  readonly request: ServerRequest
  /** Answers in one piece. HEAD requests get the headers only. */
  respond(status: number, headers: Headers, body: Uint8Array): void
  /** Begins an answer of unknown length. */
  stream(status: number, headers: Headers): ResponseStream
}

export type Headers = Record<string, string | string[]>

/** The body of an answer while it is being written. */
export interface ResponseStream {
  /**
   * Answers whether next to nothing waits for the network. `taken` is called once it has the bytes and they may be changed;
   * never when the client is gone.
   */
  write(bytes: Uint8Array, taken?: () => void): boolean
  /** Bytes that were written but not yet taken by the network. */
  readonly buffered: number
  /** Resolves when more should be written; rejects when the client is gone. */
  drained(): Promise<void>
  end(): void
  /** Breaks the answer off, so that the client notices. */
  destroy(): void
  onClose(callback: () => void): void
}

/** Largest body of a request, as upstream's MaxRequestBodyBytes. */
export const maxBodyBytes = 3 * 1024 * 1024
