import { Backoff } from '#base/backoff.ts'
import { type Clock, sleep } from '#base/clock.ts'
import { errorMessage } from '#base/errors.ts'
import type { Transport } from '#client/transport.ts'
import { collectionPath } from '#clusters/paths.ts'
import type { ResourceName, TableColumn, TableRow } from '#contract/tables.ts'
import type { Status } from '#kubernetes/api/meta-v1.ts'
import { isExpired, StatusError } from '#kubernetes/status-error.ts'
import type { Untyped } from '../status/conditions.ts'
import { withMoments } from './moments.ts'
import { tableRow } from './row.ts'
import { columnsOf, rowsOf, tableAccept, versionOf } from './table-answer.ts'

/** What a feed tells its readers. */
export interface FeedListener {
  /** Everything was read anew. */
  reset(): void
  changed(uid: string): void
  connection(problem: { message: string; since: number } | undefined): void
}

/** Which rows a feed holds, and the way to their cluster. */
export interface FeedOptions {
  transport: Transport
  clock: Clock
  resource: ResourceName
  kind: string
  /** Undefined = all. */
  namespace: string | undefined
  labelSelector: string | undefined
  fieldSelector: string | undefined
}

const pageSize = 500

/**
 * One kind of one cluster, listed and watched as the server's Table. However many views read it, there is one watch:
 * it starts with the first listener and ends with the last. A broken watch is resumed where it stopped, with back-off.
 */
export class TableFeed {
  readonly #options: FeedOptions
  readonly #listeners = new Set<FeedListener>()
  #abort: AbortController | undefined
  columns: TableColumn[] = []
  readonly rows = new Map<string, TableRow>()
  synced = false
  problem: { message: string; since: number } | undefined

  constructor(options: FeedOptions) {
    this.#options = options
  }

  /** Adds a reader; disposing the result removes it. */
  subscribe(listener: FeedListener): Disposable {
    this.#listeners.add(listener)
    if (!this.#abort) {
      this.#abort = new AbortController()
      void this.#run(this.#abort.signal)
    }
    return {
      [Symbol.dispose]: () => {
        this.#listeners.delete(listener)
        if (this.#listeners.size) return
        this.#abort?.abort()
        this.#abort = undefined
        this.rows.clear()
        this.synced = false
        this.problem = undefined
      },
    }
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options
    const backoff = new Backoff({ clock, initialMs: 500, maxMs: 30_000 })
    let version = ''
    while (!signal.aborted) {
      try {
        if (!version) version = await this.#list(signal)
        const events = await this.#watch(version, signal)
        backoff.reset('')
        this.#setProblem(undefined)
        for await (const event of events) {
          version = this.#apply(event) || version
        }
      } catch (error) {
        if (signal.aborted) return
        if (isExpired(error)) version = ''
        else {
          this.#setProblem({
            message: errorMessage(error),
            since: this.problem?.since ?? clock.now(),
          })
          await sleep(clock, backoff.next(''), signal).catch(() => {})
        }
      }
    }
  }

  #path(): string {
    return collectionPath(this.#options.resource, this.#options.namespace)
  }

  #query(more: Record<string, string>): Record<string, string> {
    const { labelSelector, fieldSelector } = this.#options
    return {
      includeObject: 'Object',
      ...(labelSelector ? { labelSelector } : {}),
      ...(fieldSelector ? { fieldSelector } : {}),
      ...more,
    }
  }

  async #list(signal: AbortSignal): Promise<string> {
    const seen = new Set<string>()
    let version = ''
    let token = ''
    do {
      const response = await this.#options.transport.request({
        method: 'GET',
        path: this.#path(),
        query: this.#query({ limit: String(pageSize), ...(token ? { continue: token } : {}) }),
        headers: { accept: tableAccept },
        signal,
      })
      const answer = await response.json<Untyped>()
      const served = columnsOf(answer)
      const columns = served ? withMoments(this.#options.kind, served) : this.columns
      const fresh = JSON.stringify(columns) !== JSON.stringify(this.columns)
      this.columns = columns
      for (const row of rowsOf(answer)) seen.add(this.#put(row))
      if (fresh) this.#tell(listener => listener.reset())
      const metadata = answer['metadata'] as
        | { continue?: string; resourceVersion?: string }
        | undefined
      token = metadata?.continue ?? ''
      version = metadata?.resourceVersion ?? ''
    } while (token)
    for (const uid of [...this.rows.keys()]) if (!seen.has(uid)) this.#remove(uid)
    this.synced = true
    this.#tell(listener => listener.changed(''))
    return version
  }

  async #watch(
    version: string,
    signal: AbortSignal,
  ): Promise<AsyncIterable<{ type: string; object: Untyped }>> {
    const response = await this.#options.transport.request({
      method: 'GET',
      path: this.#path(),
      query: this.#query({ watch: 'true', resourceVersion: version, allowWatchBookmarks: 'true' }),
      headers: { accept: tableAccept },
      signal,
    })
    return response.events() as AsyncIterable<unknown> as AsyncIterable<{
      type: string
      object: Untyped
    }>
  }

  /** Takes one event and answers the resource version to go on from. */
  #apply({ type, object }: { type: string; object: Untyped }): string {
    if (type === 'ERROR') throw new StatusError(object as unknown as Status)
    if (type !== 'BOOKMARK') {
      for (const row of rowsOf(object)) {
        if (type === 'DELETED') this.#remove(tableRow(row, this.columns, this.#options.kind).uid)
        else this.#put(row)
      }
    }
    return versionOf(object)
  }

  #put(row: Parameters<typeof tableRow>[0]): string {
    const made = tableRow(row, this.columns, this.#options.kind)
    this.rows.set(made.uid, made)
    this.#tell(listener => listener.changed(made.uid))
    return made.uid
  }

  #remove(uid: string): void {
    if (this.rows.delete(uid)) this.#tell(listener => listener.changed(uid))
  }

  #setProblem(problem: TableFeed['problem']): void {
    if (this.problem?.message === problem?.message) return
    this.problem = problem
    this.#tell(listener => listener.connection(problem))
  }

  #tell(how: (listener: FeedListener) => void): void {
    for (const listener of this.#listeners) how(listener)
  }
}
