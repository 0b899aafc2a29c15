import { expect, test } from 'vitest'
import { formatBytes } from './quantities.ts'

test.each([
  ['24117248Ki', '23 Gi'],
  ['1536Mi', '1.5 Gi'],
  ['512', '512'],
  ['1073741824', '1 Gi'],
  ['2500m', '2500m'],
  [undefined, undefined],
])('%s reads %s', (quantity, text) => {
  expect(formatBytes(quantity)).toBe(text)
})
