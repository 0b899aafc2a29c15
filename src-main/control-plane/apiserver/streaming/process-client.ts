import type { ByteSink } from '#base/streams.ts'
import type { Status } from '#kubernetes/api/meta-v1.ts'

/** The client's side of exec and attach, whichever protocol carries it. Absent is what the client doesn't want. */
export interface ProcessClient {
  /** Ends when the client closes its side, throws when it is gone. */
  readonly stdin: AsyncIterable<Uint8Array> | undefined
  /** JSON objects with `Width` and `Height`, one behind the other. */
  readonly resizes: AsyncIterable<Uint8Array> | undefined
  readonly stdout: ByteSink | undefined
  readonly stderr: ByteSink | undefined
  /** Tells how the process ended, and closes the connection once the client has it all. */
  finish(status: Status): Promise<void>
  /** Calls back when the connection is over. */
  onClose(callback: () => void): void
}

/** What a client asked for in its query. */
export interface StreamOptions {
  stdin: boolean
  stdout: boolean
  stderr: boolean
  tty: boolean
}

/** The Status as versions before v4 tell it: nothing for success, otherwise its message. */
export function plainStatus({ status, message = '' }: Status): Uint8Array | undefined {
  return status === 'Success' ? undefined : Buffer.from(message)
}
