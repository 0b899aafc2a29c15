import fc from 'fast-check'
import { expect } from 'vitest'
import {
  CompactedError,
  type Revision,
  RevisionConflictError,
  type Store,
  type StoreEvent,
} from './store.ts'

type Step =
  | { kind: 'put' | 'delete'; key: string; fresh: boolean; value: string }
  | { kind: 'range'; after: string; limit: number; back: number }
  | { kind: 'compact'; back: number }

const key = fc.constantFrom('a', 'a/1', 'a/2', 'b', 'b/1', 'c')
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('put' as const),
      key,
      fresh: mostly(),
      value: fc.string({ maxLength: 8 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('delete' as const),
      key,
      fresh: mostly(),
      value: fc.constant(''),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('range' as const),
      after: fc.constantFrom('', 'a', 'a/1', 'b'),
      limit: fc.nat(4),
      back: fc.nat(12),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('compact' as const), back: fc.nat(6) }) },
)

function mostly(): fc.Arbitrary<boolean> {
  return fc.nat(9).map(n => n > 0)
}

interface Entry {
  value: string
  revision: number
  created: number
}
type State = Map<string, Entry>

/** One state per revision, copied whole: slow, and plainly right. */
class Model {
  readonly states = new Map<number, State>()
  revision: number
  compacted: number

  constructor(revision: number, compacted: number) {
    this.revision = revision
    this.compacted = compacted
    this.states.set(revision, new Map())
  }

  get current(): State {
    return this.states.get(this.revision) ?? new Map()
  }

  write(key: string, value: string | undefined): number {
    const next = new Map(this.current)
    const revision = ++this.revision
    const created = next.get(key)?.created ?? revision
    if (value === undefined) next.delete(key)
    else next.set(key, { value, revision, created })
    this.states.set(revision, next)
    return revision
  }
}

/** Long sequences; by default fast-check keeps to about ten. */
const manySteps = { maxLength: 60, size: 'max' } as const

/** Runs random sequences, one step after the other, and then random bursts of concurrent writes. Prints the seed on failure. */
export async function randomOperations(store: Store, prefix: () => string): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.array(step, manySteps), async steps => {
      const at = prefix()
      const model = new Model(await store.revision(), await store.compacted())
      const start = model.revision as Revision
      for (const step of steps) await apply(store, at, model, step)
      if (model.compacted <= start && model.revision > start) {
        await historyMatches(store, at, start, model)
      }
    }),
    { numRuns: 25 },
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, manySteps), steps => burst(store, prefix(), steps)),
    { numRuns: 15 },
  )
}

async function apply(store: Store, at: string, model: Model, step: Step): Promise<void> {
  if (step.kind === 'compact') {
    const upTo = Math.max(model.revision - step.back, model.compacted)
    await store.compact(upTo as Revision)
    model.compacted = upTo
    expect(await store.compacted()).toBe(upTo)
  } else if (step.kind === 'range') {
    await rangeMatches(store, at, model, step)
  } else {
    const held = model.current.get(step.key)?.revision ?? 0
    const expected = (step.fresh ? held : held + 1) as Revision
    const writing = write(store, at + step.key, step, expected)
    const refused = !step.fresh || (step.kind === 'delete' && held === 0)
    if (refused) await expect(writing).rejects.toThrow(RevisionConflictError)
    else {
      const value = step.kind === 'put' ? step.value : undefined
      expect(await writing).toBe(model.write(step.key, value))
    }
  }
}

function write(store: Store, key: string, step: Step, expected: Revision): Promise<Revision> {
  return step.kind === 'put'
    ? store.put(key, new TextEncoder().encode(step.value), expected)
    : store.delete(key, expected)
}

async function rangeMatches(
  store: Store,
  at: string,
  model: Model,
  { after, limit, back }: Step & { kind: 'range' },
): Promise<void> {
  const revision = model.revision - back
  const state = model.states.get(revision)
  const reading = store.range({
    prefix: at,
    after: at + after,
    at: revision as Revision,
    ...(limit && { limit }),
  })
  if (revision < model.compacted) {
    await expect(reading).rejects.toThrow(CompactedError)
    return
  }
  const result = await reading
  if (!state) return // before this run began
  const all = [...state].filter(([key]) => key > after).sort(([a], [b]) => (a < b ? -1 : 1))
  const wanted = limit ? all.slice(0, limit) : all
  expect(result.remaining).toBe(all.length - wanted.length)
  expect(
    result.items.map(({ key, value, revision, created }) => [
      key.slice(at.length),
      { value: new TextDecoder().decode(value), revision, created },
    ]),
  ).toEqual(wanted)
}

async function readUpTo(
  store: Store,
  at: string,
  start: Revision,
  last: number,
): Promise<StoreEvent[]> {
  const seen: StoreEvent[] = []
  if (last <= start) return seen
  for await (const events of store.watch(at, start, new AbortController().signal)) {
    seen.push(...events)
    if ((events.at(-1)?.revision ?? 0) >= last) break
  }
  return seen
}

async function historyMatches(
  store: Store,
  at: string,
  start: Revision,
  model: Model,
): Promise<void> {
  const events = await readUpTo(store, at, start, model.revision)
  expect(events.map(event => event.revision)).toEqual(
    Array.from({ length: model.revision - start }, (_, n) => start + n + 1),
  )
  for (const { key, revision, value } of events) {
    const entry = model.states.get(revision)?.get(key.slice(at.length))
    expect(value && new TextDecoder().decode(value)).toBe(entry?.value)
  }
}

/**
 * Writes that race. Which of them win is open; but the events must form one history: each names the state that it
 * replaced, every success is in it, no failure is, and it ends in what a range answers.
 */
async function burst(store: Store, at: string, steps: Step[]): Promise<void> {
  const start = await store.revision()
  const known = new Map<string, Revision>()
  const outcomes: Promise<Revision | undefined>[] = []
  for (const step of steps) {
    if (step.kind === 'range' || step.kind === 'compact') {
      await Promise.race([...outcomes.slice(-2), store.revision()])
      continue
    }
    const expected = known.get(step.key) ?? (0 as Revision)
    outcomes.push(
      write(store, at + step.key, step, expected).then(
        revision => {
          if (step.kind === 'delete') known.delete(step.key)
          else known.set(step.key, revision)
          return revision
        },
        error => {
          expect(error).toBeInstanceOf(RevisionConflictError)
          return undefined
        },
      ),
    )
  }
  const successes = (await Promise.all(outcomes)).filter(revision => revision !== undefined)
  const events = await readUpTo(store, at, start, Math.max(0, ...successes))
  expect(events.map(event => event.revision)).toEqual(successes.sort((a, b) => a - b))
  const state = new Map<string, StoreEvent>()
  for (const event of events) {
    expect(event.previous?.revision).toBe(state.get(event.key)?.revision)
    if (event.type === 'put') state.set(event.key, event)
    else state.delete(event.key)
  }
  const { items } = await store.range({ prefix: at })
  expect(items.map(item => [item.key, item.revision]).sort()).toEqual(
    [...state].map(([key, event]) => [key, event.revision]).sort(),
  )
}
