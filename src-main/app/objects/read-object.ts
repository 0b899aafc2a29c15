import type { Transport } from '#client/transport.ts'
import { objectPath } from '#clusters/paths.ts'
import type { ObjectName } from '#contract/objects.ts'
import type { Untyped } from '../status/conditions.ts'

/** Reads one object as it is now; throws what the server answers. */
export const readObject = (
  transport: Transport,
  of: ObjectName,
  signal: AbortSignal,
): Promise<Untyped> => readPath(transport, objectPath(of.resource, of.namespace, of.name), signal)

/** What a path answers. */
export const readPath = async (
  transport: Transport,
  path: string,
  signal: AbortSignal,
): Promise<Untyped> => (await transport.request({ method: 'GET', path, signal })).json<Untyped>()
