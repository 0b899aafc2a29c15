import { expect, test } from 'vitest'
import type { Container, Pod, PodSpec } from './api/core-v1.ts'
import { occupiedAmounts, podAmounts } from './pod-resources.ts'

const asking = (cpu: string, more: Partial<Container> = {}): Container => ({
  name: 'c',
  resources: { requests: { cpu } },
  ...more,
})
const sidecar = (cpu: string) => asking(cpu, { restartPolicy: 'Always' })
const requests = (spec: PodSpec) => podAmounts(spec, 'requests')['cpu']

test.each<[what: string, spec: PodSpec, cpu: string]>([
  ['its containers together', { containers: [asking('1'), asking('500m')] }, '1500m'],
  [
    'its largest init container where that is more',
    { containers: [asking('1')], initContainers: [asking('2'), asking('3')] },
    '3',
  ],
  [
    'sidecars beside its containers',
    { containers: [asking('1')], initContainers: [sidecar('1')] },
    '2',
  ],
  [
    'sidecars beside the init containers that start after them',
    { containers: [asking('1')], initContainers: [asking('2'), sidecar('1'), asking('2')] },
    '3',
  ],
  [
    'what it says itself in the place of its containers',
    { containers: [asking('1')], resources: { requests: { cpu: '4' } } },
    '4',
  ],
  ['its overhead as well', { containers: [asking('1')], overhead: { cpu: '250m' } }, '1250m'],
])('a pod needs %s', (_what, spec, cpu) => {
  expect(requests(spec)).toBe(cpu)
})

test('overhead makes no limit where there is none', () => {
  const containers = [{ name: 'c', resources: { limits: { memory: '1Gi' } } }]
  const overhead = { cpu: '1', memory: '1Gi' }
  expect(podAmounts({ containers, overhead }, 'limits')).toEqual({ memory: '2Gi' })
})

const resized = (asked: string, given: string, has: string, reason?: string): Pod => ({
  metadata: { name: 'p' },
  spec: { containers: [asking(asked)] },
  status: {
    containerStatuses: [
      {
        ...{ name: 'c', ready: true, restartCount: 0, image: '', imageID: '' },
        allocatedResources: { cpu: given },
        resources: { requests: { cpu: has } },
      },
    ],
    conditions: reason ? [{ type: 'PodResizePending', status: 'True', reason }] : [],
  },
})

test.each<[what: string, pod: Pod, cpu: string]>([
  ['what it asks for while it waits for it', resized('3', '1', '1', 'Deferred'), '3'],
  ['what it was given while it does not have it', resized('1', '2', '1'), '2'],
  ['what it still has while it is to have less', resized('1', '1', '2'), '2'],
  ['only what it has where it can never have more', resized('9', '1', '1', 'Infeasible'), '1'],
])('a pod under resize occupies %s', (_what, pod, cpu) => {
  expect(occupiedAmounts(pod, 'requests')['cpu']).toBe(cpu)
})
