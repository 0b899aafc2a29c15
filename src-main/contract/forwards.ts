import * as z from 'zod/mini'
import { call, stream } from './define.ts'
import { objectName } from './objects.ts'

/** A port of a pod, a Service or a workload that answers on this machine, for as long as a person wants it. */
export const forward = z.object({
  id: z.string(),
  target: objectName,
  kind: z.string(),
  /** A Service's own port, or a container's. */
  port: z.number(),
  /** On 127.0.0.1. */
  localPort: z.number(),
  /** `off`: switched off. `resting`: its cluster is not open. `waiting`: no pod can take it now. `failed`: see the message. */
  state: z.enum(['off', 'resting', 'waiting', 'ready', 'failed']),
  /** The pod that takes connections now. */
  pod: z.optional(z.string()),
  /** Why it waits or failed, or what went wrong with the last connection. */
  message: z.optional(z.string()),
  /** Connections that are open. */
  connections: z.number(),
})
export type Forward = z.infer<typeof forward>

const byId = z.object({ id: z.string() })

export const forwardEntries = {
  /** Every forward, again whenever something about one changes. */
  'forwards.watch': stream(z.object({}), z.array(forward)),
  /** The ports that an object can be reached at. */
  'forwards.ports': call(
    objectName,
    z.array(z.object({ port: z.number(), name: z.optional(z.string()) })),
  ),
  /** Forwards a port and remembers it. 0 = any local port; a taken one is refused with its holder. */
  'forwards.add': call(
    z.object({ target: objectName, kind: z.string(), port: z.number(), localPort: z.number() }),
    forward,
  ),
  /** Switches a forward on or off; switching it on tries again what failed. */
  'forwards.switch': call(z.object({ id: z.string(), on: z.boolean() }), z.object({})),
  'forwards.remove': call(byId, z.object({})),
}
