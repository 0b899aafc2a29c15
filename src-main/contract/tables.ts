import * as z from 'zod/mini'
import { stream } from './define.ts'

/** A kind that a cluster serves, from its discovery. */
export const resourceInfo = z.object({
  /** Empty for the core group. */
  group: z.string(),
  version: z.string(),
  /** The plural in paths: `pods`. */
  resource: z.string(),
  kind: z.string(),
  singular: z.string(),
  namespaced: z.boolean(),
  verbs: z.array(z.string()),
  shortNames: z.array(z.string()),
  categories: z.array(z.string()),
  subresources: z.array(z.string()),
  /** Defined by a CustomResourceDefinition. */
  custom: z.boolean(),
})
export type ResourceInfo = z.infer<typeof resourceInfo>

/** Names a kind of a cluster. */
export const resourceName = z.object({
  group: z.string(),
  version: z.string(),
  resource: z.string(),
})
export type ResourceName = z.infer<typeof resourceName>

export const tableColumn = z.object({
  name: z.string(),
  /** `string`, `integer`, `number`, `boolean`, `date`. */
  type: z.string(),
  description: z.string(),
  /** 0 always shows, 1 only when asked for. */
  priority: z.number(),
})
export type TableColumn = z.infer<typeof tableColumn>

export const tone = z.enum(['ok', 'warn', 'bad', 'idle', 'info', 'busy'])
export type Tone = z.infer<typeof tone>

/** A container of a pod as its square shows it. */
export const containerSquare = z.object({
  name: z.string(),
  init: z.boolean(),
  state: z.enum(['ready', 'not-ready', 'waiting', 'not-placed', 'failed', 'ended']),
  /** The server's own words: `CrashLoopBackOff`, `Completed`. */
  reason: z.optional(z.string()),
  restarts: z.number(),
  since: z.optional(z.string()),
})
export type ContainerSquare = z.infer<typeof containerSquare>

/** What pods ask for and may use at most, or what a node has to give: CPU in thousandths of a core, memory in bytes. */
export const resourceAmounts = z.object({
  cpuRequest: z.optional(z.number()),
  cpuLimit: z.optional(z.number()),
  memoryRequest: z.optional(z.number()),
  memoryLimit: z.optional(z.number()),
})
export type ResourceAmounts = z.infer<typeof resourceAmounts>

/** An object's state: a word in the server's own terms, and how serious it is. */
export const rowStatus = z.object({ word: z.string(), tone, message: z.optional(z.string()) })

/** One row: the server's cells, and what the window needs beside them. */
export const tableRow = z.object({
  uid: z.string(),
  name: z.string(),
  namespace: z.optional(z.string()),
  /** RFC 3339. */
  created: z.string(),
  cells: z.array(z.union([z.string(), z.number(), z.boolean(), z.null()])),
  /** Absent where a kind has none. */
  status: z.optional(rowStatus),
  labels: z.optional(z.record(z.string(), z.string())),
  owner: z.optional(z.object({ kind: z.string(), name: z.string() })),
  deleting: z.optional(z.boolean()),
  /** Pods only. */
  containers: z.optional(z.array(containerSquare)),
  /** Of pods the sums over their containers; of nodes the limits are what they have to give. */
  amounts: z.optional(resourceAmounts),
  /** Switched off by a person: a cordoned node, a paused rollout, a suspended CronJob or Job. */
  held: z.optional(z.boolean()),
})
export type TableRow = z.infer<typeof tableRow>

/** What a live table tells: first a `reset` with everything, then changes, batched. */
export const tableUpdate = z.discriminatedUnion('type', [
  z.object({ type: z.literal('reset'), columns: z.array(tableColumn), rows: z.array(tableRow) }),
  z.object({ type: z.literal('change'), upserts: z.array(tableRow), deletes: z.array(z.string()) }),
  /** All rows of a `reset` have been sent (big lists follow it as changes). */
  z.object({ type: z.literal('synced') }),
  /** The connection broke: rows stay, with their age (milliseconds since the epoch); the core retries by itself. */
  z.object({ type: z.literal('stale'), message: z.string(), since: z.number() }),
  z.object({ type: z.literal('live') }),
])
export type TableUpdate = z.infer<typeof tableUpdate>

export const tableEntries = {
  /** The kinds that a cluster serves, again whenever a CustomResourceDefinition adds or takes one. */
  'resources.watch': stream(z.object({ cluster: z.string() }), z.array(resourceInfo)),
  /** Rows of one kind, as they are and as they change. No namespaces = all of them. */
  'tables.watch': stream(
    z.object({
      cluster: z.string(),
      resource: resourceName,
      namespaces: z.array(z.string()),
      labelSelector: z.optional(z.string()),
      fieldSelector: z.optional(z.string()),
    }),
    tableUpdate,
  ),
  /** How many objects there are and how many are in trouble, again whenever that changes. */
  'tables.counts': stream(
    z.object({
      cluster: z.string(),
      resources: z.array(resourceName),
      namespaces: z.array(z.string()),
    }),
    z.array(
      z.object({ resource: resourceName, total: z.number(), bad: z.number(), warn: z.number() }),
    ),
  ),
}
