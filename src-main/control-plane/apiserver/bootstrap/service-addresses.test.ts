import { expect, test } from 'vitest'
import { ServiceAddresses } from './service-addresses.ts'

test('hands out every address once, and none that has a meaning', () => {
  const addresses = new ServiceAddresses('10.0.0.0/28')
  const given = Array.from({ length: 14 }, () => addresses.allocate(undefined, false))
  expect(new Set(given).size).toBe(14)
  expect(given).not.toContain('10.0.0.0')
  expect(given).not.toContain('10.0.0.15')
  expect(() => addresses.allocate(undefined, false)).toThrow('range is full')
  addresses.release('10.0.0.7')
  expect(addresses.allocate(undefined, false)).toBe('10.0.0.7')
})

test('gives a wanted address once, and says what is wrong with others', () => {
  const addresses = new ServiceAddresses('10.96.0.0/16')
  expect(addresses.first).toBe('10.96.0.1')
  expect(addresses.allocate('10.96.0.10', true)).toBe('10.96.0.10')
  expect(addresses.allocate('10.96.0.10', false)).toBe('10.96.0.10')
  expect(() => addresses.allocate('10.96.0.10', false)).toThrow('provided IP is already allocated')
  expect(() => addresses.allocate('10.97.0.1', false)).toThrow(
    'the provided IP (10.97.0.1) is not in the valid range. The range of valid IPs is 10.96.0.0/16',
  )
})
