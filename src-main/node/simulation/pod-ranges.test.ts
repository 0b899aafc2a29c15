import { expect, test } from 'vitest'
import { PodRanges } from './pod-ranges.ts'

test('PodRanges finds the node of an address that it gave out', () => {
  const ranges = new PodRanges('10.244.0.0/24')
  expect([ranges.of(0), ranges.of(300)]).toEqual(['10.244.0.0/24', '10.245.44.0/24'])
  expect(ranges.gatewayOf(300)).toBe('10.245.44.1')
  expect(ranges.indexOf('10.245.44.17')).toBe(300)
  expect(ranges.indexOf('10.243.255.255')).toBe(-1)
})
