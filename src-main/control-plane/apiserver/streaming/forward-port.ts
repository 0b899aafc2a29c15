import type { ByteSink, ByteStream } from '#base/streams.ts'

/** Connects a client's data stream to a port of the pod; the reason why that failed goes to its error stream. */
export type ForwardPort = (port: number, data: ByteStream, error: ByteSink) => Promise<void>
