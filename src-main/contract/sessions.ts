import * as z from 'zod/mini'
import { duplex, stream } from './define.ts'
import { objectName } from './objects.ts'

export const logLine = z.object({
  /** RFC 3339 with nanoseconds, as the server gave it. */
  time: z.string(),
  text: z.string(),
  /** Which of several sources wrote it. */
  source: z.optional(z.number()),
})
export type LogLine = z.infer<typeof logLine>

/** A container whose log is one of several in a view. */
export const logSource = z.object({
  id: z.number(),
  pod: z.string(),
  container: z.string(),
  /** Its pod was deleted; what it wrote stays. */
  gone: z.boolean(),
})
export type LogSource = z.infer<typeof logSource>

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
  /**
   * The logs of every pod of a workload, a Service or a single pod in one, ordered by time as far as they come at once.
   * Pods that come later join; what gone ones wrote stays.
   */
  'logs.followAll': stream(
    z.object({
      object: objectName,
      follow: z.boolean(),
      previous: z.boolean(),
      /** Of each container. */
      tailLines: z.optional(z.number()),
      sinceSeconds: z.optional(z.number()),
    }),
    z.discriminatedUnion('type', [
      z.object({ type: z.literal('sources'), sources: z.array(logSource) }),
      z.object({ type: z.literal('lines'), lines: z.array(logLine) }),
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
