import * as z from 'zod/mini'
import { call } from './define.ts'
import { objectName, writeResult } from './objects.ts'

/** A pod template that a workload has or had. */
export const revision = z.object({
  revision: z.number(),
  /** What its author wrote down as the reason for it. */
  changeCause: z.optional(z.string()),
  /** RFC 3339. */
  created: z.string(),
  /** The workload has it now. */
  current: z.boolean(),
  images: z.array(z.string()),
  /** The pod template as YAML, without what the system adds. */
  template: z.string(),
})
export type Revision = z.infer<typeof revision>

export const rolloutEntries = {
  /** The revisions of a Deployment, StatefulSet or DaemonSet, the newest first. */
  'rollouts.history': call(objectName, z.array(revision)),
  /** Gives a workload the template of an older revision again, as `kubectl rollout undo` does. */
  'rollouts.undo': call(z.object({ object: objectName, revision: z.number() }), writeResult),
}
