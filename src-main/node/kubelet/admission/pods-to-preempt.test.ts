import { expect, test } from 'vitest'
import { boundPod } from '../../../../test/support/bound-pod.ts'
import type { BoundPod } from '../pod-facts.ts'
import { podsToPreempt } from './pods-to-preempt.ts'

const placed = (
  name: string,
  qosClass: 'BestEffort' | 'Burstable' | 'Guaranteed',
  requests: Record<string, string> = {},
  priority = 0,
) => {
  const pod = boundPod({ priority, containers: [{ name: 'main', resources: { requests } }] })
  const given: BoundPod = { ...pod, status: { qosClass } }
  return { name, given }
}
const critical = placed('critical', 'Burstable', {}, 2_000_000_000).given
const memory = (amount: number) => [{ name: 'memory', amount: amount * 2 ** 20 }]

const others = [
  placed('best-effort', 'BestEffort'),
  placed('burstable', 'Burstable', { memory: '100Mi', cpu: '100m' }),
  placed('large-burstable', 'Burstable', { memory: '300Mi', cpu: '300m' }),
  placed('guaranteed', 'Guaranteed', { memory: '100Mi', cpu: '100m' }),
  placed('large-guaranteed', 'Guaranteed', { memory: '300Mi', cpu: '300m' }),
  placed('important', 'Guaranteed', { memory: '900Mi' }, 2_000_001_000),
]
const chosen = (short: { name: string; amount: number }[]) =>
  podsToPreempt(critical, others, short).preempted.map(({ name }) => name)

test.each<[string, { name: string; amount: number }[], string[]]>([
  ['a little memory', memory(50), ['burstable']],
  ['as much as one has', memory(300), ['large-burstable']],
  ['more than burstable pods have', memory(450), ['burstable', 'guaranteed', 'large-burstable']],
  ['more than anybody less important has', memory(801), []],
  ['a place', [{ name: 'pods', amount: 1 }], ['best-effort']],
  ['two things at once', [...memory(90), { name: 'cpu', amount: 290 }], ['large-burstable']],
])('a critical pod that lacks %s', (_what, short, names) => {
  expect(chosen(short).sort()).toEqual(names)
})

test('a pod that is not critical takes the room of lesser ones alone', () => {
  const plain = placed('plain', 'Burstable', {}, 10).given
  const same = [placed('same', 'Burstable', { memory: '1Gi' }, 10)]
  expect(podsToPreempt(plain, same, memory(10))).toEqual({ preempted: [], unmet: memory(10) })
})
