import type { LocalClusterState, NewLocalCluster } from '#app/clusters/local-clusters.ts'

/** What the core needs to know before it can serve. */
export interface CoreSettings {
  version: string
  dataDir: string
  /** As on the command line. */
  kubeconfig: string | undefined
  /** The port to listen on at 127.0.0.1; 0 = any free one. */
  port: number
  /** What a window must show to be let in. */
  token: string
  /** The only origin that a window may come from. */
  origin: string
}

/** What the core asks of the supervisor in the main process. */
export type ClusterRequest =
  | { do: 'create'; cluster: NewLocalCluster }
  | { do: 'start'; name: string }
  | { do: 'stop'; name: string; stopPods: boolean }
  | { do: 'remove'; name: string; keepVolumes: boolean }

export type ToCore =
  | { type: 'start'; settings: CoreSettings; clusters: LocalClusterState[] }
  | { type: 'clusters'; clusters: LocalClusterState[] }
  /** The end of a request; `error` is fit to be shown. */
  | { type: 'answer'; id: number; error?: string }
  | { type: 'notice'; level: 'info' | 'error'; message: string }
  | { type: 'ping' }
  | { type: 'stop' }

export type FromCore =
  | { type: 'listening'; port: number }
  /** Why the core ends without having served, fit to be shown. */
  | { type: 'failed'; message: string }
  | { type: 'request'; id: number; request: ClusterRequest }
  | { type: 'alive' }
