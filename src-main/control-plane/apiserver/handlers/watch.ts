import type { Reply } from '../reply.ts'
import { isTrue } from '../request-info.ts'
import { parseResourceVersion, waitForVersion } from './get.ts'
import { checkListOptions } from './list-options.ts'
import { readSelection } from './selection.ts'
import type { Target } from './target.ts'
import { readInteger } from './write-options.ts'

const leastTimeoutSeconds = 1800

/** Begins a watch: from the state of now, from the state as initial events, or from a resource version. */
export async function watch(target: Target): Promise<Reply> {
  const { definition, cache, context } = target
  const { query } = context.request
  checkListOptions(query, true)
  const selection = readSelection(definition, context.info, query)
  const version = parseResourceVersion(query.get('resourceVersion')) ?? 0
  const initial = readInitialEvents(query)
  if (initial && version) await waitForVersion(target, version)
  const from = initial ? 'state' : version ? version : initial === false ? 'now' : 'state'
  const bookmarks = isTrue(query.get('allowWatchBookmarks'))
  const watcher = cache.watcher({
    definition,
    matches: selection.matches,
    selection: selection.id,
    from,
    markInitialEvents: initial === true && bookmarks,
    bookmarks,
    timeoutMs: timeoutSeconds(query) * 1000,
  })
  return { kind: 'watch', definition, watcher }
}

/** Seconds until the server ends the watch: what was asked, or between half an hour and an hour. */
function timeoutSeconds(query: URLSearchParams): number {
  const asked = readInteger(query, 'timeoutSeconds')
  return asked || Math.round(leastTimeoutSeconds * (1 + Math.random()))
}

/** `sendInitialEvents`; undefined when it isn't said. */
function readInitialEvents(query: URLSearchParams): boolean | undefined {
  const value = query.get('sendInitialEvents')
  return value === null ? undefined : isTrue(value)
}
