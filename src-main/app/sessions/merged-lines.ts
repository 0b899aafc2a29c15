import { type Clock, sleep } from '#base/clock.ts'
import type { LogLine } from '#contract/sessions.ts'

/** Lines that come within this time are ordered among each other. */
const gatherMs = 150
/** At first every source is waited for, but not longer than this. */
const patienceMs = 2000
/** A source that is ahead of the reader by so many lines waits. */
const most = 20_000

/** What of a line decides its place: seconds, then the fraction, which servers write with as many digits as they like. */
const timeKey = ({ time }: LogLine): string =>
  time.slice(0, 19) + time.slice(20, 29).replace(/\D.*$/, '').padEnd(9, '0')

/** Lines of several logs in one order. */
export class MergedLines {
  readonly #clock: Clock
  #pending: LogLine[] = []
  #wake = () => {}
  #space = () => {}
  /** Sources that have said nothing yet. */
  #awaited = 0
  #ended = false
  #happened = false
  #isFirst = true

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** A source is about to speak; call the result once it has spoken or never will. */
  await(): () => void {
    this.#awaited++
    let waits = true
    return () => {
      if (!waits) return
      waits = false
      this.#awaited--
      this.#wake()
    }
  }

  /** Adds lines; resolves when there is room for more. */
  async add(lines: readonly LogLine[]): Promise<void> {
    this.#pending.push(...lines)
    this.#wake()
    if (this.#pending.length < most) return
    await new Promise<void>(resolve => {
      const before = this.#space
      this.#space = () => {
        before()
        resolve()
      }
    })
  }

  /** Wakes the reader, for something other than lines. */
  nudge(): void {
    this.#happened = true
    this.#wake()
  }

  /** Nothing more will be added. */
  end(): void {
    this.#ended = true
    this.#wake()
  }

  get ended(): boolean {
    return this.#ended && this.#pending.length === 0
  }

  /** Waits until something happened, then a little longer for what belongs before it. */
  async settle(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#wake = resolve
    signal.addEventListener('abort', this.#wake, { once: true })
    if (this.#pending.length || this.#ended || this.#happened || signal.aborted) resolve()
    await promise
    signal.removeEventListener('abort', this.#wake)
    this.#happened = false
    const deadline = this.#clock.monotonic() + (this.#isFirst ? patienceMs : 0)
    this.#isFirst = false
    do await sleep(this.#clock, gatherMs, signal).catch(() => {})
    while (this.#awaited > 0 && this.#clock.monotonic() < deadline && !signal.aborted)
  }

  /** Takes what is there, the earliest first. */
  take(): LogLine[] {
    const taken = this.#pending
    this.#pending = []
    this.#space()
    this.#space = () => {}
    return taken
      .map(line => ({ line, key: timeKey(line) }))
      .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
      .map(({ line }) => line)
  }
}
