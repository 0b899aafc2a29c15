import { Buffer } from 'node:buffer'
import { prefixEnd } from '#base/ordered-map.ts'
import { EtcdError, EtcdGateway } from './etcd-gateway.ts'
import { StorageError, StorageFullError, StoreClosedError } from './storage-errors.ts'
import {
  CompactedError,
  FutureRevisionError,
  type KeyValue,
  type RangeRequest,
  type RangeResult,
  type Revision,
  RevisionConflictError,
  type Store,
  type StoreEvent,
} from './store.ts'

/** etcd's JSON: numbers are decimal strings, bytes are base64, what is zero is absent. */
interface EtcdKeyValue {
  key: string
  value?: string
  mod_revision: string
  create_revision?: string
}
interface Header {
  header: { revision: string }
}
interface RangeResponse extends Header {
  kvs?: EtcdKeyValue[]
  count?: string
}
interface TxnResponse extends Header {
  succeeded?: boolean
  responses?: { response_range?: RangeResponse }[]
}
interface WatchResponse {
  canceled?: boolean
  compact_revision?: string
  cancel_reason?: string
  events?: { type?: 'DELETE'; kv: EtcdKeyValue; prev_kv?: EtcdKeyValue }[]
}

/** Keys asked for at once when a range has no limit of its own, so that no answer grows without bound. */
const pageSize = 1000

/**
 * A store in an etcd 3.4 or newer. `prefix` goes before every key, so that several clusters can share one etcd; revisions
 * are etcd's own and grow with everybody's writes.
 */
export async function openEtcdStore(options: {
  endpoint: string
  prefix?: string
}): Promise<Store> {
  const store = new EtcdStore(new EtcdGateway(options.endpoint), options.prefix ?? '')
  await store.revision()
  return store
}

class EtcdStore implements Store {
  readonly #gateway: EtcdGateway
  readonly #prefix: string
  readonly #closing = new AbortController()
  /** What is known of it; others may have compacted further. */
  #compacted = 0

  constructor(gateway: EtcdGateway, prefix: string) {
    this.#gateway = gateway
    this.#prefix = prefix
  }

  async revision(): Promise<Revision> {
    const { header } = await this.#range({ key: encode('\0'), count_only: true })
    return toRevision(header.revision)
  }

  /** etcd doesn't tell it, but refuses to read what is older: found by bisection. */
  async compacted(): Promise<Revision> {
    let [low, high] = [Math.max(1, this.#compacted), await this.revision()]
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      if (await this.#isReadable(middle)) high = middle as Revision
      else low = middle + 1
    }
    this.#compacted = low > 1 ? low : 0
    return this.#compacted as Revision
  }

  async get(key: string, at?: Revision): Promise<KeyValue | undefined> {
    const { kvs } = await this.#range({ key: encode(this.#prefix + key), ...revisionOf(at) })
    return kvs?.[0] && this.#toKeyValue(kvs[0])
  }

  async range({ prefix, after, limit, at }: RangeRequest): Promise<RangeResult> {
    const items: KeyValue[] = []
    const end = encode(rangeEnd(this.#prefix + prefix))
    let from = after === undefined || after < prefix ? prefix : `${after}\0`
    let [revision, remaining] = [at, 0]
    do {
      const size = Math.min(pageSize, limit ? limit - items.length : pageSize)
      const page = await this.#range({
        key: encode(this.#prefix + from || '\0'),
        range_end: end,
        limit: size,
        ...revisionOf(revision),
      })
      revision ??= toRevision(page.header.revision)
      const found = (page.kvs ?? []).map(item => this.#toKeyValue(item))
      items.push(...found)
      remaining = Number(page.count ?? 0) - found.length
      from = `${found.at(-1)?.key ?? from}\0`
    } while (remaining > 0 && (!limit || items.length < limit))
    return { items, revision, remaining }
  }

  put(key: string, value: Uint8Array, expected: Revision): Promise<Revision> {
    const put = { key: encode(this.#prefix + key), value: Buffer.from(value).toString('base64') }
    return this.#write(key, { request_put: put }, expected)
  }

  async delete(key: string, expected: Revision): Promise<Revision> {
    if (expected === 0) throw new RevisionConflictError(key, await this.get(key))
    const remove = { key: encode(this.#prefix + key) }
    return this.#write(key, { request_delete_range: remove }, expected)
  }

  async *watch(
    prefix: string,
    after: Revision,
    signal: AbortSignal,
  ): AsyncGenerator<readonly StoreEvent[], void, void> {
    if (after < this.#compacted) throw new CompactedError(after, this.#compacted as Revision)
    const create_request = {
      key: encode(this.#prefix + prefix || '\0'),
      range_end: encode(rangeEnd(this.#prefix + prefix)),
      start_revision: String(after + 1),
      prev_kv: true,
    }
    const ended = AbortSignal.any([signal, this.#closing.signal])
    const answers = this.#gateway.stream<WatchResponse>('/v3/watch', { create_request }, ended)
    for await (const answer of answers) {
      if (answer.compact_revision) {
        throw new CompactedError(after, toRevision(answer.compact_revision))
      }
      if (answer.canceled) throw new StorageError(`etcd ended a watch: ${answer.cancel_reason}`)
      if (answer.events) yield answer.events.map(event => this.#toEvent(event))
    }
  }

  async compact(upTo: Revision): Promise<void> {
    if (upTo <= this.#compacted) return
    try {
      await this.#call('/v3/kv/compaction', { revision: String(upTo), physical: true })
    } catch (error) {
      if (!isCompacted(error)) throw await this.#explain(error, upTo)
    }
    this.#compacted = Math.max(this.#compacted, upTo)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort()
    this.#gateway[Symbol.dispose]()
  }

  async #write(key: string, request: object, expected: Revision): Promise<Revision> {
    const name = encode(this.#prefix + key)
    const answer = await this.#call<TxnResponse>('/v3/kv/txn', {
      compare: [{ key: name, target: 'MOD', result: 'EQUAL', mod_revision: String(expected) }],
      success: [request],
      failure: [{ request_range: { key: name } }],
    }).catch(async error => {
      throw await this.#explain(error)
    })
    if (answer.succeeded) return toRevision(answer.header.revision)
    const current = answer.responses?.[0]?.response_range?.kvs?.[0]
    throw new RevisionConflictError(key, current && this.#toKeyValue(current))
  }

  async #range(request: Record<string, unknown>): Promise<RangeResponse> {
    try {
      return await this.#call<RangeResponse>('/v3/kv/range', request)
    } catch (error) {
      throw await this.#explain(error, Number(request['revision'] ?? 0))
    }
  }

  async #isReadable(at: number): Promise<boolean> {
    const request = { key: encode('\0'), count_only: true, revision: String(at) }
    return this.#call('/v3/kv/range', request).then(
      () => true,
      error => {
        if (isCompacted(error)) return false
        throw error
      },
    )
  }

  async #call<T>(path: string, body: unknown): Promise<T> {
    if (this.#closing.signal.aborted) throw new StoreClosedError()
    return this.#gateway.call<T>(path, body)
  }

  async #explain(error: unknown, revision = 0): Promise<unknown> {
    if (!(error instanceof EtcdError)) return error
    if (isCompacted(error)) return new CompactedError(revision, await this.compacted())
    if (/future revision/.test(error.message)) {
      return new FutureRevisionError(revision, await this.revision())
    }
    if (/database space exceeded/.test(error.message)) {
      return new StorageFullError(
        'etcd has used up its space quota: compact, defragment and disarm it',
      )
    }
    return new StorageError(`etcd refused: ${error.message}`, { cause: error })
  }

  #toKeyValue({ key, value, mod_revision, create_revision }: EtcdKeyValue): KeyValue {
    return {
      key: Buffer.from(key, 'base64').toString().slice(this.#prefix.length),
      value: new Uint8Array(Buffer.from(value ?? '', 'base64')),
      revision: toRevision(mod_revision),
      created: toRevision(create_revision),
    }
  }

  #toEvent({ type, kv, prev_kv }: NonNullable<WatchResponse['events']>[number]): StoreEvent {
    const { value, ...item } = this.#toKeyValue(kv)
    const previous = prev_kv && this.#toKeyValue(prev_kv)
    return type === 'DELETE'
      ? {
          ...item,
          type: 'delete',
          created: previous?.created ?? item.revision,
          ...(previous && { previous }),
        }
      : { ...item, type: 'put', value, ...(previous && { previous }) }
  }
}

const encode = (key: string): string => Buffer.from(key).toString('base64')
const toRevision = (decimal: string | undefined): Revision => Number(decimal ?? 0) as Revision
/** etcd's way to say "to the end" is a zero byte. */
const rangeEnd = (prefix: string): string => prefixEnd(prefix) ?? '\0'
/** etcd reads 0 as "now", so the empty past is asked for as revision 1, which nothing was ever written at. */
const revisionOf = (at: Revision | undefined) =>
  at === undefined ? {} : { revision: String(Math.max(1, at)) }
const isCompacted = (error: unknown): boolean =>
  error instanceof EtcdError && /has been compacted/.test(error.message)
