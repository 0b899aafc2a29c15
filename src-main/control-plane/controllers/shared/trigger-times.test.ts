import { expect, test } from 'vitest'
import type { Pod, Service } from '#kubernetes/api/core-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { TriggerTimes } from './trigger-times.ts'

const at = (minute: number) => `2026-01-01T00:${String(minute).padStart(2, '0')}:00Z`
const meta = (name: string, created: string) => ({
  name,
  namespace: 'shop',
  uid: name,
  resourceVersion: '1',
  creationTimestamp: created,
})
const service = (minute: number): Stored<Service> => ({
  metadata: meta('web', at(minute)),
  spec: {},
})
const pod = (name: string, minute: number): Stored<Pod> => ({
  metadata: meta(name, at(0)),
  spec: { containers: [] },
  status: { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: at(minute) }] },
})

test('TriggerTimes tells a new service by its creation, then the earliest change of a pod’s readiness', () => {
  const times = new TriggerTimes()
  expect(times.changedAt(service(1), [pod('a', 5)])).toBe(at(1))
  expect(times.changedAt(service(1), [pod('a', 5)])).toBeUndefined()
  expect(times.changedAt(service(1), [pod('a', 8), pod('b', 7)])).toBe(at(7))
  expect(times.changedAt(service(1), [pod('a', 8)])).toBeUndefined()
})

test('TriggerTimes tells when a service was made anew', () => {
  const times = new TriggerTimes()
  times.changedAt(service(1), [])
  expect(times.changedAt(service(3), [pod('a', 4)])).toBe(at(3))
  times.forget('shop/web')
  expect(times.changedAt(service(3), [pod('a', 4)])).toBe(at(3))
})
