import type { CachedObject } from '../cache/cached-object.ts'
import type { ResourceCache } from '../cache/resource-cache.ts'
import { WatchItem } from '../cache/watch-item.ts'

/** Waits for an object to appear; undefined when it doesn't within `timeoutMs`. */
export function waitForObject(
  cache: ResourceCache,
  key: string,
  timeoutMs: number,
): Promise<CachedObject | undefined> {
  const { promise, resolve } = Promise.withResolvers<CachedObject | undefined>()
  const watcher = cache.watcher({
    definition: cache.definition,
    matches: item => item.key === key,
    from: 'state',
    markInitialEvents: false,
    bookmarks: false,
    timeoutMs,
  })
  watcher.start({
    send(message) {
      if (!(message instanceof WatchItem)) return
      watcher.stop()
      resolve(message.item)
    },
    end: () => resolve(undefined),
  })
  return promise
}
