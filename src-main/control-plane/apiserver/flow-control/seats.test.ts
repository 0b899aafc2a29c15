import { expect, test } from 'vitest'
import type {
  LimitedPriorityLevelConfiguration,
  PriorityLevelConfiguration,
} from '#kubernetes/api/flowcontrol-v1.ts'
import { limitsOf, Seats } from './seats.ts'

const queuing = { type: 'Queue', queuing: { queues: 1, handSize: 1, queueLengthLimit: 10 } }

const level = (
  name: string,
  nominalConcurrencyShares: number,
  limited: LimitedPriorityLevelConfiguration = {},
): PriorityLevelConfiguration => ({
  metadata: { name },
  spec: {
    type: 'Limited',
    limited: { nominalConcurrencyShares, lendablePercent: 0, limitResponse: queuing, ...limited },
  },
})

function seatsOf(total: number, ...levels: PriorityLevelConfiguration[]) {
  const seats = new Seats(total)
  seats.configure(levels)
  const of = (name: string) => {
    const found = seats.levels.get(name)
    if (!found) throw new Error(`no level ${name}`)
    return found
  }
  const take = (name: string, count: number) =>
    Array.from({ length: count }, () => of(name).take(1)).filter(seat => seat !== undefined)
  const started: string[] = []
  const wait = (name: string, text = name) =>
    of(name).enqueue({ flow: text, schema: '', width: 1, start: () => started.push(text) })
  return { seats, of, take, wait, started }
}

test('the seats are shared by what upstream works out', () => {
  expect(limitsOf({ nominalConcurrencyShares: 20, lendablePercent: 50 }, 600, 245)).toEqual({
    nominal: 49,
    min: 24,
    max: 649,
  })
  const limited = { nominalConcurrencyShares: 5, lendablePercent: 0, borrowingLimitPercent: 100 }
  expect(limitsOf(limited, 600, 245)).toEqual({ nominal: 13, min: 13, max: 26 })
})

test('a level has its share, and not what others keep to themselves', () => {
  const { take } = seatsOf(10, level('a', 5), level('b', 5))
  expect(take('a', 7)).toHaveLength(5)
  expect(take('b', 7)).toHaveLength(5)
})

test('a level borrows what others lend, as far as it may', () => {
  const lending = level('lending', 5, { lendablePercent: 60 })
  expect(seatsOf(10, level('a', 5), lending).take('a', 10)).toHaveLength(8)
  const bounded = level('a', 5, { borrowingLimitPercent: 20 })
  expect(seatsOf(10, bounded, lending).take('a', 10)).toHaveLength(6)
})

test('what becomes free goes to who waits, first to the level that has least of its share', () => {
  const { take, wait, started } = seatsOf(
    10,
    level('a', 5, { lendablePercent: 100 }),
    level('b', 5, { lendablePercent: 100 }),
  )
  const held = take('a', 10)
  wait('a')
  wait('b')
  held[0]?.[Symbol.dispose]()
  expect(started).toEqual(['b'])
  held[1]?.[Symbol.dispose]()
  expect(started).toEqual(['b', 'a'])
})

test('nobody overtakes who waits in the same level', () => {
  const { of, take, wait } = seatsOf(2, level('a', 1))
  take('a', 2)
  wait('a')
  expect(of('a').take(1)).toBeUndefined()
})

test('a level that becomes wider serves who waits at once; one that goes serves everybody', () => {
  const { seats, take, wait, started } = seatsOf(4, level('a', 1), level('b', 3))
  take('a', 1)
  wait('a', 'first')
  wait('a', 'second')
  wait('a', 'third')
  seats.configure([level('a', 1), level('b', 1)])
  expect(started).toEqual(['first'])
  seats.configure([level('b', 1)])
  expect(started).toEqual(['first', 'second', 'third'])
  expect(take('b', 9)).toHaveLength(4)
})

test('a request that is wider than its level is served alone', () => {
  const { of } = seatsOf(4, level('a', 1, { borrowingLimitPercent: 0 }), level('b', 3))
  const wide = of('a').take(2)
  expect(wide).toBeUndefined()
  const lent = seatsOf(
    4,
    level('a', 1, { borrowingLimitPercent: 0 }),
    level('b', 3, { lendablePercent: 100 }),
  )
  expect(lent.of('a').take(2)).toBeDefined()
  expect(lent.of('a').take(1)).toBeUndefined()
})

test('without queues nobody waits; an exempt level never refuses', () => {
  const { of, wait, take } = seatsOf(2, level('a', 1, { limitResponse: { type: 'Reject' } }), {
    metadata: { name: 'exempt' },
    spec: { type: 'Exempt', exempt: { nominalConcurrencyShares: 0 } },
  })
  take('a', 2)
  expect(wait('a')).toBe('concurrency-limit')
  expect(take('exempt', 100)).toHaveLength(100)
  expect(of('exempt').executing).toBe(0)
})
