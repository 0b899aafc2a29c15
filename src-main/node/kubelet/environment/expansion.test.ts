import { expect, test } from 'vitest'
import { expandReferences } from './expansion.ts'

const values: Record<string, string> = { A: '1', B: '$(A)' }

test.each([
  ['$(A)', '1'],
  ['x$(A)y$(A)', 'x1y1'],
  ['$(MISSING)', '$(MISSING)'],
  ['$$(A)', '$(A)'],
  ['$$$(A)', '$1'],
  ['$A {A} $', '$A {A} $'],
  ['$(B)', '$(A)'],
])('expandReferences makes %s into %s', (text, expanded) => {
  expect(expandReferences(text, name => values[name])).toBe(expanded)
})
