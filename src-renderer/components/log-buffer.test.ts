import { expect, test } from 'vitest'
import { findInLog, LogBuffer, severityOf, splitMatches } from './log-buffer.ts'

const line = (text: string) => ({ time: '2026-01-01T00:00:00Z', text })

test('the buffer keeps the last lines and counts what left', () => {
  const buffer = new LogBuffer(3)
  buffer.add(['a', 'b', 'c', 'd'].map(line))
  buffer.mark('restarted')
  expect(buffer.entries.map(({ text }) => text)).toEqual(['c', 'd', 'restarted'])
  expect(buffer.entries.map(({ index }) => index)).toEqual([2, 3, 4])
  expect(buffer.dropped).toBe(2)
})

test('colours of a terminal are taken out', () => {
  const buffer = new LogBuffer()
  buffer.add([line('\u001b[1;31mFATAL\u001b[0m gone')])
  expect(buffer.entries[0]).toMatchObject({ text: 'FATAL gone', severity: 'bad' })
})

test.each([
  ['ERROR no', 'bad'],
  ['{"level":"error","msg":"x"}', 'bad'],
  ['level=warn msg=x', 'warn'],
  ['W: nothing', 'plain'],
  ['terrors of the deep', 'plain'],
])('%s is %s', (text, severity) => {
  expect(severityOf(text)).toBe(severity)
})

test('a search takes an expression, and plain text where it is none', () => {
  const buffer = new LogBuffer()
  buffer.add([line('connect ECONNREFUSED'), line('ok ('), line('econn')])
  expect(findInLog(buffer.entries, 'econn').places).toEqual([0, 2])
  expect(findInLog(buffer.entries, 'ok (').places).toEqual([1])
  expect(findInLog(buffer.entries, '').places).toEqual([])
})

test('a line is split at what was found, also when the expression can match nothing', () => {
  expect(splitMatches('abcabc', /b/g)).toEqual([
    { text: 'a', found: false, at: 0 },
    { text: 'b', found: true, at: 1 },
    { text: 'ca', found: false, at: 2 },
    { text: 'b', found: true, at: 4 },
    { text: 'c', found: false, at: 5 },
  ])
  expect(splitMatches('abc', /x*/g)).toEqual([{ text: 'abc', found: false, at: 0 }])
})

test('a hit is marked in every line that is found, wherever the last one stood', () => {
  const buffer = new LogBuffer()
  buffer.add([
    { time: '', text: 'refused' },
    { time: '', text: 'a long way to refused' },
  ])
  const { pattern } = findInLog(buffer.entries, 'refused')
  const marked = buffer.entries.map(({ text }) =>
    splitMatches(text, pattern).some(one => one.found),
  )
  expect(marked).toEqual([true, true])
})
