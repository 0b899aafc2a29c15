import { storeKey } from '../catalog.ts'
import { badRequest, notFound } from '../failures.ts'
import type { Reply } from '../reply.ts'
import type { Target } from './target.ts'

const futureRevisionWaitMs = 3000
const largestVersion = 2n ** 64n - 1n

/** Answers one object as it is now, or, with a resource version, as it is once that version is visible. */
export function get(target: Target): Reply | Promise<Reply> {
  const asked = parseResourceVersion(target.context.request.query.get('resourceVersion'))
  return asked ? waitForVersion(target, asked).then(() => getNow(target)) : getNow(target)
}

function getNow(target: Target): Reply {
  const { info } = target.context
  const item = target.cache.get(storeKey(target.stored, info.namespace, info.name))
  if (!item) throw notFound(target.stored, info.name)
  const { definition } = target
  return { kind: 'object', status: 200, definition, item: item.as(definition) }
}

/** A resource version as a number; undefined when none is given. Throws a 400 for what isn't one. */
export function parseResourceVersion(text: string | null | undefined): number | undefined {
  if (!text) return undefined
  const problem = !/^\d+$/.test(text)
    ? 'invalid syntax'
    : BigInt(text) > largestVersion && 'value out of range'
  if (problem) {
    const why = `strconv.ParseUint: parsing ${JSON.stringify(text)}: ${problem}`
    throw badRequest(`invalid resource version ${JSON.stringify(text)}: ${why}`)
  }
  return Number(text)
}

/** Waits for a version that a read must not be older than; a 504 after three seconds, as upstream. */
export const waitForVersion = (target: Target, revision: number): Promise<void> =>
  target.services.caches.reached(revision, futureRevisionWaitMs)
