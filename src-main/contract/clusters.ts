import * as z from 'zod/mini'
import { call, stream } from './define.ts'

/** A step of a local cluster's start, with its real time. */
export const startStep = z.object({
  name: z.string(),
  state: z.enum(['waiting', 'running', 'done', 'failed']),
  /** Milliseconds the step took so far or in all. */
  ms: z.optional(z.number()),
  detail: z.optional(z.string()),
})
export type StartStep = z.infer<typeof startStep>

/** What a local cluster is made of and does. */
export const localCluster = z.object({
  state: z.enum(['stopped', 'starting', 'running', 'stopping', 'failed']),
  runtime: z.optional(z.enum(['docker', 'cri', 'simulated'])),
  /** Why there is no engine and how to get one; shown as a banner on a simulated cluster. */
  banner: z.optional(z.string()),
  engine: z.optional(z.string()),
  apiServer: z.optional(z.string()),
  /** The cluster's own kubeconfig file. */
  kubeconfig: z.optional(z.string()),
  startupMs: z.optional(z.number()),
  steps: z.array(startStep),
})

/** A cluster in the rail: one of our own, or a context of a kubeconfig. */
export const clusterSummary = z.object({
  /** Stable: `local:NAME` or `context:NAME`. */
  id: z.string(),
  name: z.string(),
  kind: z.enum(['local', 'context']),
  /** `not-opened`: nothing was ever sent to it. */
  connection: z.enum(['not-opened', 'connecting', 'connected', 'failed']),
  /** What went wrong, fit to be shown: what was tried, what was answered, what to do. */
  error: z.optional(z.string()),
  /** The server's version, such as `v1.35.0`, once known. */
  version: z.optional(z.string()),
  server: z.optional(z.string()),
  /** How it signs in, in words: `client certificate`, `token`, `aws eks get-token`. */
  signsInWith: z.optional(z.string()),
  /** The kubeconfig file a context comes from. */
  source: z.optional(z.string()),
  /** The namespace the context names. */
  namespace: z.optional(z.string()),
  local: z.optional(localCluster),
})
export type ClusterSummary = z.infer<typeof clusterSummary>

const byCluster = z.object({ cluster: z.string() })

export const clusterEntries = {
  /** Every cluster, again whenever something about one changes. */
  'clusters.watch': stream(z.object({}), z.array(clusterSummary)),
  /** Connects, if that hasn't happened yet. Fails with the reason. */
  'clusters.open': call(byCluster, clusterSummary),
  'clusters.close': call(byCluster, z.object({})),
  'clusters.createLocal': call(
    z.object({
      name: z.string(),
      runtime: z.enum(['auto', 'docker', 'simulated']),
      apiPort: z.optional(z.number()),
      podCidr: z.optional(z.string()),
      serviceCidr: z.optional(z.string()),
      nodes: z.optional(z.number()),
    }),
    clusterSummary,
  ),
  'clusters.startLocal': call(z.object({ name: z.string() }), z.object({})),
  /** Also cancels a start. */
  'clusters.stopLocal': call(z.object({ name: z.string(), stopPods: z.boolean() }), z.object({})),
  /** Removes containers, networks, kubeconfig entry and data; volumes too unless they are kept. */
  'clusters.deleteLocal': call(
    z.object({ name: z.string(), keepVolumes: z.boolean() }),
    z.object({}),
  ),
}
