import type { ByteStream } from '#base/streams.ts'

/** Opens connections into the cluster's network: to a pod's address, or to a Service by name. */
export interface ClusterDialer {
  /** Throws an error that names the target when it can't be reached. */
  dial(target: DialTarget, signal: AbortSignal): Promise<ByteStream>
}

export type DialTarget =
  | { address: string; port: number }
  | { service: string; namespace: string; port: number | string }
