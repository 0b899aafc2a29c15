import { expect, test } from 'vitest'
import { FakeClock } from '#base/fake-clock.ts'
import { Client } from '#client/rest.ts'
import type { Node, Taint, Toleration } from '#kubernetes/api/core-v1.ts'
import { boundPod } from '../../../../test/support/bound-pod.ts'
import type { BoundPod } from '../pod-facts.ts'
import { PodAdmission } from './pod-admission.ts'

const gone: Taint = { key: 'gone', value: 'yes', effect: 'NoExecute' }
const pod = (tolerations: Toleration[], scheduled = false): BoundPod => ({
  ...boundPod({ tolerations }),
  ...(scheduled ? { status: { conditions: [{ type: 'PodScheduled', status: 'True' }] } } : {}),
})

async function admit(wanted: BoundPod, taints: Taint[]) {
  const node: Node = { metadata: { name: 'node' }, spec: { taints } }
  const transport = {
    request: async () => ({ status: 200, headers: {}, json: async () => node }) as never,
  }
  const clock = new FakeClock()
  const reported: string[] = []
  const admission = new PodAdmission(wanted, {
    client: new Client(transport, { userAgent: 'kubelet' }),
    clock,
    report: (type, reason, message) => reported.push(`${type} ${reason} ${message}`),
    refuseRoom: async () => undefined,
  })
  const decided = admission.decide(wanted, new AbortController().signal)
  await clock.advance(1000)
  return { rejection: await decided, reported }
}

const message = "Predicate TaintToleration failed: node(s) had taints that the pod didn't tolerate"

test('a pod that somebody else bound to a node whose taint it does not tolerate is rejected', async () => {
  const { rejection, reported } = await admit(pod([]), [gone])
  expect(rejection).toEqual({ reason: 'TaintToleration', message })
  expect(reported).toEqual([`Warning TaintToleration ${message}`])
})

test.each<[string, Toleration[], Taint]>([
  ['that it tolerates', [{ key: 'gone', operator: 'Exists' }], gone],
  ['that only keeps pods from being placed', [], { ...gone, effect: 'NoSchedule' }],
  ['that only makes it less wanted', [], { ...gone, effect: 'PreferNoSchedule' }],
])('a pod is taken by a node with a taint %s', async (_which, tolerations, taint) => {
  expect((await admit(pod(tolerations), [taint])).rejection).toBeUndefined()
})

test('what the scheduler placed is not judged by taints: they came later, and evict it', async () => {
  expect((await admit(pod([], true), [gone])).rejection).toBeUndefined()
})
