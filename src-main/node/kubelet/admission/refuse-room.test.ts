import { expect, test } from 'vitest'
import type { Container } from '#kubernetes/api/core-v1.ts'
import { boundPod } from '../../../../test/support/bound-pod.ts'
import type { BoundPod } from '../pod-facts.ts'
import { refuseRoom } from './refuse-room.ts'

const pod = (requests: Record<string, string> = {}, ports: Container['ports'] = []): BoundPod =>
  boundPod({ containers: [{ name: 'main', resources: { requests }, ports }] })
const allocatable = {
  cpu: '2',
  memory: '4Gi',
  'ephemeral-storage': '10Gi',
  pods: '3',
  'example.com/gpu': '1',
}
const text = (wanted: BoundPod, ...others: BoundPod[]) => {
  const { reason, message } = refuseRoom(wanted, others, allocatable) ?? {}
  return reason && `${reason}: ${message}`
}
const lacks = "Node didn't have enough resource"

test.each<[string, BoundPod, BoundPod[], string | undefined]>([
  ['all that is left', pod({ cpu: '1500m' }), [pod({ cpu: '500m' })], undefined],
  [
    'more CPU than is left',
    pod({ memory: '5Gi', cpu: '1501m' }),
    [pod({ cpu: '500m' })],
    `OutOfcpu: ${lacks}: cpu, requested: 1501, used: 500, capacity: 2000`,
  ],
  [
    'more memory than is left',
    pod({ memory: '4Gi' }),
    [pod({ memory: '1' })],
    `OutOfmemory: ${lacks}: memory, requested: 4294967296, used: 1, capacity: 4294967296`,
  ],
  [
    'more disk than is left',
    pod({ 'ephemeral-storage': '11Gi' }),
    [],
    `OutOfephemeral-storage: ${lacks}: ephemeral-storage, requested: 11811160064, used: 0, capacity: 10737418240`,
  ],
  [
    'a device that another has',
    pod({ 'example.com/gpu': '1' }),
    [pod({ 'example.com/gpu': '1' })],
    `OutOfexample.com/gpu: ${lacks}: example.com/gpu, requested: 1, used: 1, capacity: 1`,
  ],
  ['a device that the node knows nothing of', pod({ 'example.com/other': '1' }), [], undefined],
  [
    'a place where all are taken',
    pod(),
    [pod(), pod(), pod()],
    `OutOfpods: ${lacks}: pods, requested: 1, used: 3, capacity: 3`,
  ],
  ['nothing on a node that is crowded', pod(), [pod({ cpu: '8' })], undefined],
  [
    'a port of an address on which another has every one',
    pod({}, [{ containerPort: 80, hostPort: 80, hostIP: '10.0.0.1' }]),
    [pod({}, [{ containerPort: 8080, hostPort: 80 }])],
    "NodePorts: Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports",
  ],
  [
    'the port of another protocol',
    pod({}, [{ containerPort: 80, hostPort: 80, protocol: 'UDP' }]),
    [pod({}, [{ containerPort: 80, hostPort: 80 }])],
    undefined,
  ],
])('a pod that wants %s', (_what, wanted, others, said) => {
  expect(text(wanted, ...others)).toBe(said)
})
