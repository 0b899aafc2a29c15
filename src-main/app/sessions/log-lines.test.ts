import { expect, test } from 'vitest'
import { LogLineReader } from './log-lines.ts'

test('LogLineReader joins what was cut anywhere, also within a character', () => {
  const bytes = new TextEncoder().encode(
    '2026-01-01T00:00:00.000000001Z naïve — ok\r\n2026-01-01T00:00:01Z \nno time',
  )
  for (let size = 1; size < 12; size++) {
    const reader = new LogLineReader()
    const lines = []
    for (let at = 0; at < bytes.length; at += size)
      lines.push(...reader.add(bytes.subarray(at, at + size)))
    lines.push(...reader.finish())
    expect(lines).toEqual([
      { time: '2026-01-01T00:00:00.000000001Z', text: 'naïve — ok' },
      { time: '2026-01-01T00:00:01Z', text: '' },
      { time: '', text: 'no time' },
    ])
  }
})
