/** Where bytes can be written; resolves when more may be written. */
export interface ByteSink {
  write(bytes: Uint8Array): Promise<void>
  /** No more bytes will come. */
  end(): void
}

/** A connection that carries bytes both ways. */
export interface ByteStream extends ByteSink {
  readonly readable: AsyncIterable<Uint8Array>
  /** Closes both directions at once. */
  close(): void
}

/** A process whose streams are connected to us: exec or attach. With a terminal, all output comes on `stdout`. */
export interface ProcessSession {
  readonly stdin: ByteSink | undefined
  readonly stdout: AsyncIterable<Uint8Array>
  readonly stderr: AsyncIterable<Uint8Array>
  /** The exit code, once the process ended. Rejects when the connection broke first. */
  readonly exit: Promise<number>
  /** Tells the terminal its size in characters. */
  resize(columns: number, rows: number): Promise<void>
  /** Disconnects; kills nothing. */
  close(): void
}
