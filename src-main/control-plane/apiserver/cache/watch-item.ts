import type { KubernetesObject, WatchEvent } from '#kubernetes/objects.ts'
import type { CachedObject } from './cached-object.ts'
import { joined, TextPiece } from './piece.ts'

const lineEnd = new TextPiece('}\n')

/** One event of a watch as it is sent: shared by all watchers that get it, its frame made once. */
export class WatchItem {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly item: CachedObject
  #frame: Buffer | undefined

  constructor(type: 'ADDED' | 'MODIFIED' | 'DELETED', item: CachedObject) {
    this.type = type
    this.item = item
  }

  /** The event as a line of JSON. */
  get frame(): Buffer {
    this.#frame ??= joined([new TextPiece(`{"type":"${this.type}","object":`), this.item, lineEnd])
    return this.#frame
  }

  get event(): WatchEvent {
    return { type: this.type, object: this.item.object }
  }
}

/** A change of one object as the cache saw it; knows how it looks to watchers with and without the object in view. */
export class CacheEvent {
  readonly revision: number
  /** What the object is now; absent when it was deleted. */
  readonly current: CachedObject | undefined
  readonly previous: CachedObject | undefined
  #added: WatchItem | undefined
  #modified: WatchItem | undefined
  #deleted: WatchItem | undefined
  /** What was seen by the last who asked. */
  #seen: { selection: string; item: WatchItem | undefined } | undefined

  constructor(
    revision: number,
    current: CachedObject | undefined,
    previous: CachedObject | undefined,
  ) {
    this.revision = revision
    this.current = current
    this.previous = previous
  }

  /**
   * What a watcher gets that sees only matching objects: an object that leaves its view is DELETED, with its previous
   * state at this revision; one that enters is ADDED. Undefined when it was and is out of view. Worked out once for
   * all who name the same `selection` one after the other.
   */
  seenBy(matches: (object: CachedObject) => boolean, selection?: string): WatchItem | undefined {
    if (selection === undefined) return this.#lookAt(matches)
    if (this.#seen?.selection !== selection) {
      this.#seen = { selection, item: this.#lookAt(matches) }
    }
    return this.#seen.item
  }

  #lookAt(matches: (object: CachedObject) => boolean): WatchItem | undefined {
    const isIn = this.current !== undefined && matches(this.current)
    const wasIn = this.previous !== undefined && matches(this.previous)
    if (isIn && this.current) {
      if (wasIn) {
        this.#modified ??= new WatchItem('MODIFIED', this.current)
        return this.#modified
      }
      this.#added ??= new WatchItem('ADDED', this.current)
      return this.#added
    }
    if (wasIn && this.previous) {
      this.#deleted ??= new WatchItem('DELETED', this.previous.at(this.revision))
      return this.#deleted
    }
    return undefined
  }

  /** To be called once every watcher has it: keeps the change for those to come, and lets go of what was made to send it. */
  settle(): void {
    this.#added = undefined
    this.#modified = undefined
    this.#deleted = undefined
    this.#seen = undefined
    this.previous?.forgetDecoded()
  }
}

/** A bookmark: only a resource version, and a mark when it ends the initial events. */
export function bookmark(
  head: { apiVersion: string; kind: string },
  revision: number,
  endsInitialEvents: boolean,
): { type: 'BOOKMARK'; object: KubernetesObject } {
  const annotations = endsInitialEvents
    ? { annotations: { 'k8s.io/initial-events-end': 'true' } }
    : {}
  return {
    type: 'BOOKMARK',
    object: { ...head, metadata: { resourceVersion: String(revision), ...annotations } },
  }
}
