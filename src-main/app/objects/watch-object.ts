import { isDeepStrictEqual } from 'node:util'
import type { Clock } from '#base/clock.ts'
import { Emitter } from '#base/emitter.ts'
import type { Transport } from '#client/transport.ts'
import { collectionPath } from '#clusters/paths.ts'
import type { OutputOf } from '#contract/contract.ts'
import type { ObjectName, WhyPanel } from '#contract/objects.ts'
import { latest } from '../latest.ts'
import type { Untyped } from '../status/conditions.ts'
import { eventsAbout } from './object-events.ts'
import { placementOf } from './placement.ts'
import { podsQuery } from './pods-of.ts'
import { fitToShow } from './secrets.ts'
import { type ObjectsQuery, watchObjects } from './watch-objects.ts'
import { explain, explainByPod, makesPods, podInTrouble } from './why.ts'
import { writtenIn } from './written-in.ts'

type Shown = OutputOf<'objects.watch'>
type Mend = NonNullable<WhyPanel['mend']>

/** An object at every change, and why it is in trouble: of a workload as its pods show it. See the contract. */
export async function* watchObject(
  transport: Transport,
  of: ObjectName,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<Shown, void, void> {
  const ending = new AbortController()
  const watched = new WatchedObject(transport, of, clock, AbortSignal.any([signal, ending.signal]))
  let last: { live: Untyped | undefined; why: Shown['why'] } | undefined
  try {
    for await (const { live, pods } of watched.states()) {
      const why = live ? await reasonOf(transport, of, live, pods, signal) : null
      if (last && last.live === live && isDeepStrictEqual(last.why, why)) continue
      last = { live, why }
      yield { object: live ? fitToShow(live) : null, why }
    }
  } finally {
    ending.abort()
  }
}

async function reasonOf(
  transport: Transport,
  of: ObjectName,
  live: Untyped,
  pods: readonly Untyped[],
  signal: AbortSignal,
): Promise<Shown['why']> {
  const own = explain(live, await eventsAbout(transport, live, signal))
  const pod = podInTrouble(pods)
  const why = pod ? explainByPod(own, pod, await eventsAbout(transport, pod, signal)) : own
  const placement = why && (await placementOf(transport, pod ?? live, signal))
  const mend = why?.mend && (await mendOf(transport, of, why.mend, signal))
  return why && { ...why, ...(placement && { placement }), ...(mend && { mend }) }
}

/** A mend with the object that has to be changed for it, as far as the person may read it. */
async function mendOf(
  transport: Transport,
  pod: ObjectName,
  mend: Mend,
  signal: AbortSignal,
): Promise<Mend> {
  const owner = await writtenIn(transport, pod, signal).catch(() => undefined)
  if (!owner) return mend
  return typeof owner === 'string' ? { ...mend, reason: owner } : { ...mend, writtenIn: owner }
}

/** One object and, of a workload, its pods. */
class WatchedObject {
  readonly #transport: Transport
  readonly #of: ObjectName
  readonly #clock: Clock
  readonly #signal: AbortSignal
  readonly #changed = new Emitter<void>()
  #found: { live: Untyped | undefined } | undefined
  #pods: readonly Untyped[] | undefined
  #failure: { error: unknown } | undefined

  constructor(transport: Transport, of: ObjectName, clock: Clock, signal: AbortSignal) {
    this.#transport = transport
    this.#of = of
    this.#clock = clock
    this.#signal = signal
  }

  async *states(): AsyncGenerator<{ live: Untyped | undefined; pods: readonly Untyped[] }> {
    void this.#watch()
    for await (const _ of latest([this.#changed], () => {}, this.#signal)) {
      if (this.#failure) throw this.#failure.error
      if (this.#found) yield { ...this.#found, pods: this.#pods ?? [] }
    }
  }

  async #watch(): Promise<void> {
    const { resource, namespace, name } = this.#of
    const query = {
      path: collectionPath(resource, namespace),
      fieldSelector: `metadata.name=${name}`,
    }
    try {
      await this.#follow(query, ([live]) => {
        this.#found = { live }
        if (live && makesPods(live)) void this.#watchPods(live)
      })
    } catch (error) {
      this.#failure = { error }
      this.#changed.emit()
    }
  }

  async #watchPods(live: Untyped): Promise<void> {
    const query = podsQuery(live)
    if (this.#pods || !query) return
    this.#pods = []
    // Without the right to read pods the object still shows.
    await this.#follow(query, pods => {
      this.#pods = pods
    }).catch(() => {})
  }

  async #follow(query: ObjectsQuery, take: (found: Untyped[]) => void): Promise<void> {
    for await (const found of watchObjects(this.#transport, query, this.#clock, this.#signal)) {
      take([...found.values()])
      this.#changed.emit()
    }
  }
}
