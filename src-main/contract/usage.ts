import * as z from 'zod/mini'
import { stream } from './define.ts'

/** What pods or nodes use at one moment, as metrics.k8s.io says. */
export const usageSample = z.object({
  /** When it was read, in milliseconds since the epoch. */
  at: z.number(),
  /** CPU in thousandths of a core and memory in bytes, by `namespace/name` for pods and by name for nodes. */
  amounts: z.record(z.string(), z.tuple([z.number(), z.number()])),
  /** Why nothing could be read this time; the amounts are empty then. */
  problem: z.optional(z.string()),
})
export type UsageSample = z.infer<typeof usageSample>

export const usageEntries = {
  /** What is used now and again as often as a metrics server measures; asked for only while somebody listens. */
  'usage.watch': stream(
    z.object({
      cluster: z.string(),
      of: z.enum(['pods', 'nodes']),
      /** None = all of them; nodes have none. */
      namespaces: z.array(z.string()),
    }),
    usageSample,
  ),
}
