import { expect, test } from 'vitest'
import { ServiceAddresses } from './service-addresses.ts'

/** A range whose addresses are taken as they are given. */
function range(cidr: string) {
  const taken = new Set<string>()
  const addresses = new ServiceAddresses(cidr, address => taken.has(address))
  const take = (wanted?: string) => {
    const address = addresses.choose(wanted)
    taken.add(address)
    return address
  }
  return { addresses, taken, take }
}

test('gives every address once, and none that has a meaning', () => {
  const { taken, take } = range('10.0.0.0/28')
  const given = Array.from({ length: 14 }, () => take())
  expect(new Set(given).size).toBe(14)
  expect(given).not.toContain('10.0.0.0')
  expect(given).not.toContain('10.0.0.15')
  expect(() => take()).toThrow('range is full')
  taken.delete('10.0.0.7')
  expect(take()).toBe('10.0.0.7')
})

test('gives a wanted address once, and says what is wrong with others', () => {
  const { addresses, take } = range('10.96.0.0/16')
  expect(addresses.first).toBe('10.96.0.1')
  expect(addresses.contains('10.96.255.255')).toBe(true)
  expect(addresses.contains('10.97.0.0')).toBe(false)
  expect(addresses.choose('10.96.0.10')).toBe('10.96.0.10')
  expect(take('10.96.0.10')).toBe('10.96.0.10')
  expect(() => take('10.96.0.10')).toThrow('provided IP is already allocated')
  expect(() => take('10.97.0.1')).toThrow(
    'the provided IP (10.97.0.1) is not in the valid range. The range of valid IPs is 10.96.0.0/16',
  )
})
