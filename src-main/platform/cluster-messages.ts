/** A step of a cluster's start. `ms`: how long it took so far or in all. */
export interface StepReport {
  name: string
  state: 'waiting' | 'running' | 'done' | 'failed'
  ms?: number
  detail?: string
}

/** The line a host prints when it is ready, and what its parent gets with `ready`. */
export interface ReadyLine {
  ready: true
  cluster: string
  apiServer: string
  kubeconfig: string
  runtime: 'docker' | 'cri' | 'simulated'
  startupMs: number
  ui?: string
}

/** What a cluster process tells its parent over the IPC channel. Both sides ignore what they don't know. */
export type FromCluster =
  | { type: 'step'; step: StepReport }
  /** `banner`: why there is no engine and how to get one. `engine`: what runs the containers, in words. */
  | { type: 'ready'; line: ReadyLine; banner?: string; engine?: string }
  /** Why the process ends without having become ready, fit to be shown. */
  | { type: 'failed'; message: string }
  /** Something a person should know though the cluster goes on. */
  | { type: 'notice'; level: 'info' | 'error'; message: string }
  | { type: 'alive' }

/** What a parent tells a cluster process. Closing the channel ends the process, leaving its containers alone. */
export type ToCluster = { type: 'stop'; stopPods: boolean } | { type: 'ping' }
