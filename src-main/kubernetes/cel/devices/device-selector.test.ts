import { beforeAll, describe, expect, test } from 'vitest'
import type { Device } from '../../api/resource-v1.ts'
import { loadRegexEngine } from '../library/regex-engine.ts'
import { compileDeviceSelector } from './device-selector.ts'

beforeAll(() => loadRegexEngine())

const driver = 'gpu.example.com'
const device: Device = {
  name: 'gpu-0',
  attributes: {
    model: { string: 'LARGE' },
    index: { int: 3 },
    'gpu.example.com/cooled': { bool: true },
    'other.example.com/firmware': { version: '1.2.3' },
  },
  capacity: { memory: { value: '16Gi' }, 'other.example.com/lanes': { value: '4' } },
}

function answer(expression: string, of: Device = device): boolean | string {
  const selector = compileDeviceSelector(expression)
  if ('error' in selector) return selector.error
  const result = selector.matches(driver, of)
  return typeof result === 'boolean' ? result : result.message
}

describe('an expression that chooses devices', () => {
  test.each([
    ['device.driver == "gpu.example.com"', true],
    ['device.attributes["gpu.example.com"].model == "LARGE"', true],
    ['device.attributes["gpu.example.com"].model.lowerAscii() == "large"', true],
    ['device.attributes["gpu.example.com"].cooled', true],
    ['device.attributes["gpu.example.com"].index > 3', false],
    ['device.attributes["other.example.com"].firmware.isGreaterThan(semver("1.2.0"))', true],
    ['device.attributes["other.example.com"].firmware.major() == 2', false],
    ['device.capacity["gpu.example.com"].memory.compareTo(quantity("8Gi")) >= 0', true],
    ['device.capacity["gpu.example.com"].memory.isLessThan(quantity("16Gi"))', false],
    ['device.capacity["other.example.com"].lanes == quantity("4000m")', true],
    ['"gpu.example.com" in device.attributes', true],
    ['"none.example.com" in device.attributes', false],
    ['"model" in device.attributes["gpu.example.com"]', true],
    ['has(device.attributes["none.example.com"].model)', false],
    ['device.attributes["none.example.com"].?model.orValue("SMALL") == "SMALL"', true],
    ['device.attributes["gpu.example.com"].model.matches("^L.*E$")', true],
    [
      'cel.bind(dra, device.attributes["gpu.example.com"], dra.cooled && dra.model == "LARGE")',
      true,
    ],
    ['device.attributes.exists(domain, domain.startsWith("other"))', true],
  ])('%s is %s', (expression, expected) => {
    expect(answer(expression)).toBe(expected)
  })

  test.each([
    ['device.attributes["gpu.example.com"].colour == "red"', 'no such key: colour'],
    ['device.attributes["none.example.com"].model == "x"', 'no such key: model'],
    ['device.attributes["gpu.example.com"].model > 3', 'no such overload'],
    ['device.attributes["gpu.example.com"].model', 'CEL result could not be converted to bool'],
  ])('%s can not be evaluated: %s', (expression, expected) => {
    expect(answer(expression)).toBe(expected)
  })

  test.each([
    ['device.driver', 'must evaluate to bool or the unknown type, not string'],
    ['device.name == "x"', "undefined field 'name'"],
    ['pod.name == "x"', "undeclared reference to 'pod'"],
    ['device.driver ==', 'Syntax error'],
  ])('%s is refused: %s', (expression, expected) => {
    expect(answer(expression)).toContain(expected)
  })

  test('is too complex by the most that it can cost', () => {
    const heavy =
      'device.attributes.all(a, device.attributes.all(b, device.attributes.all(c, device.attributes.all(d, a + b + c + d != ""))))'
    const isTooComplex = (expression: string) => {
      const selector = compileDeviceSelector(expression)
      return 'error' in selector ? selector.error : selector.isTooComplex
    }
    expect(isTooComplex(heavy)).toBe(true)
    expect(isTooComplex('device.driver == "a"')).toBe(false)
    expect(isTooComplex('device.attributes.all(a, a != "")')).toBe(false)
  })
})
