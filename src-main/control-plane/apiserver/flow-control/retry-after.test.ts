import { expect, test } from 'vitest'
import { RetryAfter } from './retry-after.ts'

test('grows while much is refused, up to 32 seconds, and shrinks when little is', () => {
  const retryAfter = new RetryAfter()
  expect(retryAfter.seconds).toBe(1)
  const refuse = (second: number, times: number) => {
    for (let count = 0; count < times; count++) retryAfter.refuse(second * 1000)
  }
  refuse(100, 3)
  refuse(101, 1)
  expect(retryAfter.seconds).toBe(2)
  for (let second = 102; second < 300; second++) refuse(second, 10)
  expect(retryAfter.seconds).toBe(32)
  for (let second = 400; second < 3000; second += 40) refuse(second, 1)
  expect(retryAfter.seconds).toBe(1)
})
