import { Backoff } from '#base/backoff.ts'
import { type Clock, sleep } from '#base/clock.ts'
import type { Transport } from '#client/transport.ts'
import type { Status } from '#kubernetes/api/meta-v1.ts'
import { isExpired, isForbidden, isNotFound, StatusError } from '#kubernetes/status-error.ts'
import { object, text, type Untyped } from '../status/conditions.ts'

export interface ObjectsQuery {
  path: string
  fieldSelector?: string
  labelSelector?: string
  /** Only what the objects are called and that they changed, not what they hold. */
  metadataOnly?: boolean
  /** Which of them are meant, where no selector can say it; the others are not kept. */
  keeps?: (found: Untyped) => boolean
}

/**
 * The objects a query finds, by uid, again after every change. Goes on by itself when the connection breaks; ends with the
 * signal; throws when the server says no for good: forbidden, or no such kind.
 */
export async function* watchObjects(
  transport: Transport,
  query: ObjectsQuery,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<ReadonlyMap<string, Untyped>, void, void> {
  const { path, metadataOnly, keeps = () => true, ...selectors } = query
  const as = (kind: string) => (metadataOnly ? { headers: { accept: partial(kind) } } : {})
  const backoff = new Backoff({ clock, initialMs: 500, maxMs: 30_000 })
  let found = new Map<string, Untyped>()
  let version = ''
  while (!signal.aborted) {
    try {
      if (!version) {
        const response = await transport.request({
          method: 'GET',
          path,
          query: selectors,
          ...as('PartialObjectMetadataList'),
          signal,
        })
        const list = await response.json<{
          items: Untyped[]
          metadata: Untyped
          kind?: string
          apiVersion?: string
        }>()
        const items = list.items.map(item => complete(item, list)).filter(keeps)
        found = new Map(items.map(item => [uidOf(item), item]))
        version = text(list.metadata['resourceVersion'])
        yield found
      }
      backoff.reset('')
      const response = await transport.request({
        method: 'GET',
        path,
        query: {
          ...selectors,
          watch: 'true',
          resourceVersion: version,
          allowWatchBookmarks: 'true',
        },
        ...as('PartialObjectMetadata'),
        signal,
      })
      for await (const event of response.events()) {
        if (event.type === 'ERROR') throw new StatusError(event.object as Status)
        const changed = event.object as unknown as Untyped
        version = text(object(changed['metadata'])['resourceVersion']) || version
        if (event.type === 'BOOKMARK') continue
        if (event.type !== 'DELETED' && keeps(changed)) found.set(uidOf(changed), changed)
        else if (!found.delete(uidOf(changed))) continue
        yield found
      }
    } catch (error) {
      if (signal.aborted) return
      if (isForbidden(error) || (!version && isNotFound(error))) throw error
      if (isExpired(error)) version = ''
      else await sleep(clock, backoff.next(''), signal).catch(() => {})
    }
  }
}

const partial = (kind: string) => `application/json;as=${kind};g=meta.k8s.io;v=v1,application/json`

const uidOf = (of: Untyped) => text(object(of['metadata'])['uid'])

/** Items of a list carry no kind of their own. */
function complete(item: Untyped, list: { kind?: string; apiVersion?: string }): Untyped {
  if (item['kind'] || !list.kind) return item
  return { apiVersion: list.apiVersion, kind: list.kind.replace(/List$/, ''), ...item }
}
