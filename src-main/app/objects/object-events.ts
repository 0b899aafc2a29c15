import type { Transport } from '#client/transport.ts'
import { collectionPath } from '#clusters/paths.ts'
import type { EventRow } from '#contract/objects.ts'
import { number, object, text, type Untyped } from '../status/conditions.ts'

export const eventsResource = { group: '', version: 'v1', resource: 'events' }

/** The field selector of the events about an object. */
export const involving = (live: Untyped): string => {
  const { uid, name } = object(live['metadata'])
  return `involvedObject.uid=${text(uid)},involvedObject.name=${text(name)}`
}

/** Events about an object; none where they can't be read, since the object still shows without them. */
export async function eventsAbout(
  transport: Transport,
  live: Untyped,
  signal: AbortSignal,
): Promise<Untyped[]> {
  const namespace = text(object(live['metadata'])['namespace'])
  try {
    const response = await transport.request({
      method: 'GET',
      path: collectionPath(eventsResource, namespace),
      query: { fieldSelector: involving(live), limit: '100' },
      signal,
    })
    return (await response.json<{ items: Untyped[] }>()).items
  } catch {
    return []
  }
}

/** A core/v1 Event as the window shows it. */
export function eventRow(event: Untyped): EventRow {
  const metadata = object(event['metadata'])
  const involved = object(event['involvedObject'])
  const series = object(event['series'])
  const created = text(metadata['creationTimestamp'])
  const first = text(event['firstTimestamp']) || text(event['eventTime']) || created
  const namespace = text(involved['namespace'])
  return {
    uid: text(metadata['uid']),
    type: text(event['type']),
    reason: text(event['reason']),
    message: text(event['message']),
    count: number(series['count']) || number(event['count']) || 1,
    first,
    last: text(series['lastObservedTime']) || text(event['lastTimestamp']) || first,
    source: text(object(event['source'])['component']) || text(event['reportingComponent']),
    object: {
      kind: text(involved['kind']),
      name: text(involved['name']),
      ...(namespace ? { namespace } : {}),
    },
  }
}

/** Newest first. */
export const newestFirst = (events: EventRow[]): EventRow[] =>
  events.toSorted((a, b) => (a.last < b.last ? 1 : a.last > b.last ? -1 : 0))
