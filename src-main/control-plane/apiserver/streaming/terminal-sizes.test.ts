import { expect, test } from 'vitest'
import { TerminalSizes } from './terminal-sizes.ts'

// kubectl writes Go's own names, @kubernetes/client-node lower-case ones; Go's decoder takes both.
test.each(['{"Width":80,"Height":24}', '{"height":24,"width":80}'])('%s is a size', text => {
  expect(new TerminalSizes().push(Buffer.from(text))).toEqual([{ Width: 80, Height: 24 }])
})

test('sizes are read however they were split, and what is none is skipped', () => {
  const sizes = new TerminalSizes()
  expect(sizes.push(Buffer.from('{"Width":1,"He'))).toEqual([])
  expect(sizes.push(Buffer.from('ight":2}{"x":1}{"Width":3,"Height":4}'))).toEqual([
    { Width: 1, Height: 2 },
    { Width: 3, Height: 4 },
  ])
})
