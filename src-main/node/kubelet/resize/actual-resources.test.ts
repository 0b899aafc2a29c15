import { expect, test } from 'vitest'
import { actualResources } from './actual-resources.ts'

const given = {
  limits: { cpu: '500m', memory: '1Gi', 'example.com/gpu': '1' },
  requests: { cpu: '250m', memory: '0.5Gi', 'example.com/gpu': '1' },
}
const wanted = { cpuShares: 256, cpuQuota: 50_000, cpuPeriod: 100_000, memoryLimitBytes: 2 ** 30 }

test('actualResources repeats what was given where the engine grants it', () => {
  expect(actualResources(given, wanted, wanted, '0.5Gi')).toEqual(given)
})

test('actualResources tells what the engine grants where that is something else', () => {
  const engine = { ...wanted, cpuShares: 102, cpuQuota: 20_000, memoryLimitBytes: 2 ** 29 }
  expect(actualResources(given, wanted, engine, '256Mi')).toEqual({
    limits: { cpu: '200m', memory: '512Mi', 'example.com/gpu': '1' },
    requests: { cpu: '100m', memory: '256Mi', 'example.com/gpu': '1' },
  })
})

test('actualResources leaves out limits that the engine does not keep', () => {
  const engine = { cpuShares: 256, cpuQuota: 0, cpuPeriod: 0, memoryLimitBytes: 0 }
  expect(actualResources(given, wanted, engine, '0.5Gi').limits).toEqual({ 'example.com/gpu': '1' })
})

test('actualResources takes amounts below what kernels can keep for what was given', () => {
  const tiny = { limits: { cpu: '5m' }, requests: { cpu: '1m' } }
  const least = { cpuShares: 2, cpuQuota: 1000, cpuPeriod: 100_000 }
  expect(actualResources(tiny, least, least, undefined)).toEqual(tiny)
})
