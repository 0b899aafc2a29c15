import { CompactedError, FutureRevisionError, type Revision } from '#control-plane/storage/store.ts'
import type { ListMeta } from '#kubernetes/api/meta-v1.ts'
import { StatusError } from '#kubernetes/status-error.ts'
import { CachedObject } from '../cache/cached-object.ts'
import { badRequest, expired, tooLargeResourceVersion } from '../failures.ts'
import type { Reply } from '../reply.ts'
import { decodeContinue, encodeContinue, type Position } from './continue-token.ts'
import { parseResourceVersion, waitForVersion } from './get.ts'
import { checkListOptions } from './list-options.ts'
import { readSelection, type Selection } from './selection.ts'
import type { Target } from './target.ts'
import { readInteger } from './write-options.ts'

const chunk = 500

/** Lists objects of a kind: all, or in chunks that together are one consistent snapshot. */
export async function list(target: Target): Promise<Reply> {
  const { definition, context } = target
  const selection = readSelection(definition, context.info, context.request.query)
  const { items, metadata } = await readList(target, selection)
  return { kind: 'list', definition, items: items.map(item => item.as(definition)), metadata }
}

/** What a list of the target's kind holds, by the request's query. */
export async function readList(
  target: Target,
  selection: Selection,
): Promise<{ items: CachedObject[]; metadata: ListMeta }> {
  const { query } = target.context.request
  checkListOptions(query, false)
  const limit = limitOf(query)
  const position = await startOf(target, query, limit)
  if (!limit && position.at === undefined) return listNow(target, selection)
  return listFromStore(target, selection, position, limit)
}

/** How many are asked for, 0 for all. As from upstream's cache, a list of any version, `0`, is whole. */
function limitOf(query: URLSearchParams): number {
  const asked = Math.max(readInteger(query, 'limit') ?? 0, 0)
  return query.get('resourceVersion') === '0' && !query.get('continue') ? 0 : asked
}

/** The usual list: everything, from the cache, as of now. */
function listNow(
  { cache }: Target,
  selection: Selection,
): { items: CachedObject[]; metadata: ListMeta } {
  const items = cache.sorted().filter(item => selection.matches(item))
  return { items, metadata: { resourceVersion: String(cache.revision) } }
}

/** Where and at which revision to read. Throws for combinations upstream refuses. */
async function startOf(
  target: Target,
  query: URLSearchParams,
  limit: number,
): Promise<Partial<Position>> {
  const version = parseResourceVersion(query.get('resourceVersion'))
  const match = query.get('resourceVersionMatch')
  const token = query.get('continue')
  if (token) {
    if (version) {
      throw badRequest('specifying resource version is not allowed when using continue')
    }
    return decodeContinue(token, prefixOf(target))
  }
  if (!version) return {}
  if (match === 'Exact' || (limit && match !== 'NotOlderThan')) return { at: version }
  await waitForVersion(target, version)
  return {}
}

const prefixOf = ({ stored, context }: Target): string =>
  stored.namespaced && context.info.namespace
    ? `${stored.storagePrefix}/${context.info.namespace}/`
    : `${stored.storagePrefix}/`

async function listFromStore(
  target: Target,
  selection: Selection,
  { at, after }: Partial<Position>,
  limit: number,
): Promise<{ items: CachedObject[]; metadata: ListMeta }> {
  const items: CachedObject[] = []
  const prefix = prefixOf(target)
  let revision = at
  let last = after
  let remaining = 0
  do {
    const found = await readRange(target, {
      prefix,
      ...(last === undefined ? {} : { after: last }),
      ...(limit ? { limit: selection.hasSelector ? chunk : limit } : {}),
      ...(revision === undefined ? {} : { at: revision as Revision }),
    })
    revision = found.revision
    remaining = found.remaining
    for (const [index, { key, revision: written, value }] of found.items.entries()) {
      last = key
      const cached = target.cache.get(key)
      const item =
        cached?.revision === written ? cached : new CachedObject(target.stored, key, written, value)
      if (selection.matches(item)) items.push(item)
      if (limit && items.length === limit) {
        remaining += found.items.length - index - 1
        break
      }
    }
  } while (remaining && (!limit || items.length < limit))
  const metadata: ListMeta = { resourceVersion: String(revision) }
  if (remaining && last !== undefined) {
    metadata.continue = encodeContinue({ at: revision ?? 0, after: last })
    if (!selection.hasSelector) metadata.remainingItemCount = remaining
  }
  return { items, metadata }
}

async function readRange(
  target: Target,
  request: Parameters<Target['services']['store']['range']>[0],
) {
  try {
    return await target.services.store.range(request)
  } catch (error) {
    if (error instanceof FutureRevisionError) {
      throw tooLargeResourceVersion(request.at ?? 0, error.current)
    }
    if (!(error instanceof CompactedError)) throw error
    throw request.after === undefined
      ? expired(`The resourceVersion for the provided list is too old.`)
      : expiredContinue(request.after, target.services.caches.revision)
  }
}

/** The 410 of a chunked list that took too long; its token goes on from there, on a newer snapshot. */
function expiredContinue(after: string, now: number): StatusError {
  const { status } = expired(
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.',
  )
  return new StatusError({
    ...status,
    metadata: { continue: encodeContinue({ at: now, after }) },
  })
}
