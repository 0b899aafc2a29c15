import type { ByteStream, ProcessSession } from '#base/streams.ts'
import type { PodLogOptions } from '#kubernetes/api/core-v1.ts'

/** Names a container of a pod on a node. */
export interface ContainerReference {
  node: string
  namespace: string
  pod: string
  uid: string
  container: string
}

export interface ExecOptions {
  command: string[]
  stdin: boolean
  stdout: boolean
  stderr: boolean
  tty: boolean
}

/** What one container uses: CPU as a rate over the window, memory at its end. */
export interface ContainerUsage {
  podUid: string
  name: string
  cpuNanoCores: number
  memoryWorkingSetBytes: number
}

/** What a node's containers use. */
export interface NodeUsage {
  /** The end of the window, in milliseconds since the epoch. */
  at: number
  windowMs: number
  containers: ContainerUsage[]
}

/**
 * The API server's way to a node's kubelet: logs, exec, attach, port-forward, statistics.
 * Every method throws a `StatusError` whose message a client may see.
 */
export interface KubeletConnection {
  /** The container's log as plain text; ends unless `options.follow`. */
  logs(
    container: ContainerReference,
    options: PodLogOptions,
    signal: AbortSignal,
  ): Promise<AsyncIterable<Uint8Array>>
  exec(
    container: ContainerReference,
    options: ExecOptions,
    signal: AbortSignal,
  ): Promise<ProcessSession>
  attach(
    container: ContainerReference,
    options: Omit<ExecOptions, 'command'>,
    signal: AbortSignal,
  ): Promise<ProcessSession>
  /** A connection to a port in the pod's network namespace. */
  portForward(
    pod: Omit<ContainerReference, 'container'>,
    port: number,
    signal: AbortSignal,
  ): Promise<ByteStream>
  /** Measures now, which may take a second. */
  usage(node: string): Promise<NodeUsage>
}
