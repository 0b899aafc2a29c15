import * as z from 'zod/mini'
import { duplex, stream } from './define.ts'

export const logLine = z.object({
  /** RFC 3339 with nanoseconds, as the server gave it. */
  time: z.string(),
  text: z.string(),
})
export type LogLine = z.infer<typeof logLine>

export const sessionEntries = {
  /** A container's log in batches; follows across reconnections without repeating or skipping a line. */
  'logs.follow': stream(
    z.object({
      cluster: z.string(),
      namespace: z.string(),
      pod: z.string(),
      container: z.string(),
      follow: z.boolean(),
      previous: z.boolean(),
      tailLines: z.optional(z.number()),
      sinceSeconds: z.optional(z.number()),
    }),
    z.discriminatedUnion('type', [
      z.object({ type: z.literal('lines'), lines: z.array(logLine) }),
      /** A mark across the list: a restart, an end, a gap. */
      z.object({ type: z.literal('mark'), text: z.string() }),
    ]),
  ),
  /** A process in a container with a terminal. The last message is `exit`. */
  'exec.open': duplex(
    z.object({
      cluster: z.string(),
      namespace: z.string(),
      pod: z.string(),
      container: z.string(),
      /** Empty: the best shell the container has. */
      command: z.array(z.string()),
      columns: z.number(),
      rows: z.number(),
    }),
    z.union([z.instanceof(Uint8Array), z.object({ columns: z.number(), rows: z.number() })]),
    z.union([
      z.instanceof(Uint8Array),
      z.object({ exit: z.number(), message: z.optional(z.string()) }),
    ]),
  ),
}
