import { expect, test } from 'vitest'
import type { PodSpec, PodStatus } from '#kubernetes/api/core-v1.ts'
import type { BoundPod } from '../pod-facts.ts'
import { NodeRoom, type Tenant } from './node-room.ts'

const waitingStatus = { ready: false, restartCount: 0, image: '', imageID: '' }

const pod = (cpu: string, spec: Partial<PodSpec> = {}, status: PodStatus = {}): BoundPod => ({
  metadata: { name: 'p', namespace: 'd', uid: 'u', resourceVersion: '1', creationTimestamp: '' },
  spec: { containers: [{ name: 'c', resources: { requests: { cpu } } }], ...spec },
  status,
})

/** Notes verdicts about its tenants in one list. */
function roomOf(cpu: string) {
  const room = new NodeRoom({ cpu, memory: '8Gi' })
  const told: string[] = []
  const tenant = (name: string, has: string, more: Partial<PodSpec> = {}, status?: PodStatus) => {
    const one = {
      desired: pod(has, more, status),
      given: pod(has, more, status),
      waitingSince: undefined as number | undefined,
      grant() {
        told.push(`${name} granted`)
        one.given = one.desired
      },
      refuse: ({ reason }: { reason: string }) => void told.push(`${name} ${reason}`),
      preempt: () => void told.push(`${name} preempted`),
      resize(to: string) {
        one.desired = pod(to, more, status)
        room.changed(one, true)
      },
    }
    room.add(one satisfies Tenant)
    return one
  }
  const takeTold = () => told.splice(0)
  return { room, tenant, takeTold }
}

test('NodeRoom defers what does not fit now, and grants it when another leaves', () => {
  const { room, tenant, takeTold } = roomOf('4')
  room.open()
  const [a, b] = [tenant('a', '1'), tenant('b', '2')]
  a.resize('3')
  expect(takeTold()).toEqual(['a Deferred'])
  room.remove(b)
  expect(takeTold()).toEqual(['a granted'])
})

test('NodeRoom grants what waits when another is granted less', () => {
  const { room, tenant, takeTold } = roomOf('4')
  room.open()
  const [a, b] = [tenant('a', '1'), tenant('b', '2')]
  a.resize('3')
  takeTold()
  b.resize('1')
  expect(takeTold()).toEqual(['b granted', 'a granted'])
})

test('NodeRoom counts what a pod still has while it is being resized to less', () => {
  const { room, tenant, takeTold } = roomOf('4')
  room.open()
  const running = { name: 'c', resources: { requests: { cpu: '3' } } }
  tenant('shrinking', '1', {}, { containerStatuses: [{ ...running, ...waitingStatus }] })
  tenant('a', '1').resize('2')
  expect(takeTold()).toEqual(['a Deferred'])
})

test('NodeRoom judges nothing before all that run are known', () => {
  const { room, tenant, takeTold } = roomOf('4')
  tenant('a', '1').resize('3')
  tenant('b', '2')
  expect(takeTold()).toEqual([])
  room.open()
  expect(takeTold()).toEqual(['a Deferred'])
})

test('NodeRoom judges first who asks for no more, then by priority, quality of service and time', () => {
  const { room, tenant, takeTold } = roomOf('100')
  const later = tenant('later', '1')
  const sooner = tenant('sooner', '1')
  const guaranteed = tenant('guaranteed', '1', {}, { qosClass: 'Guaranteed' })
  const important = tenant('important', '1', { priority: 1000 })
  const less = tenant('less', '2')
  later.waitingSince = 2000
  sooner.waitingSince = 1000
  for (const one of [later, sooner, guaranteed, important]) one.resize('2')
  less.resize('1')
  room.open()
  expect(takeTold()).toEqual(
    ['less', 'important', 'guaranteed', 'sooner', 'later'].map(name => `${name} granted`),
  )
})

test('NodeRoom never grants to who wants no resize any more, or has left', () => {
  const { room, tenant, takeTold } = roomOf('4')
  room.open()
  const [a, b, c] = [tenant('a', '1'), tenant('b', '1'), tenant('c', '2')]
  a.resize('2')
  b.resize('2')
  takeTold()
  room.changed(a, false)
  room.remove(b)
  takeTold()
  room.remove(c)
  b.resize('3')
  expect(takeTold()).toEqual([])
})

const never = new AbortController().signal
const critical = { priority: 2_000_001_000 }

test('NodeRoom takes the room of less important pods for a critical one, once they have left', async () => {
  const { room, tenant, takeTold } = roomOf('4')
  const small = tenant('small', '1')
  const fitting = tenant('fitting', '2')
  const other = tenant('other', '1', critical)
  const one = tenant('one', '2', critical)
  let isDecided = false
  const decided = room.refuse(one, never).finally(() => {
    isDecided = true
  })
  expect(takeTold()).toEqual(['fitting preempted'])
  room.remove(small)
  room.remove(other)
  await Promise.resolve()
  expect(isDecided).toBe(false)
  room.remove(fitting)
  expect(await decided).toBeUndefined()
})

test('NodeRoom takes no room for others, nor where it would not do', async () => {
  const { room, tenant, takeTold } = roomOf('4')
  tenant('a', '1')
  tenant('b', '3', critical)
  const plain = tenant('plain', '2')
  expect((await room.refuse(plain, never))?.reason).toBe('OutOfcpu')
  room.remove(plain)
  expect(await room.refuse(tenant('wide', '2', critical), never)).toEqual({
    reason: 'UnexpectedAdmissionError',
    message:
      'Unexpected error while attempting to recover from admission failure: preemption: error finding a set of pods to preempt: no set of running pods found to reclaim resources: [(res: cpu, q: 1000), ]',
  })
  expect(takeTold()).toEqual([])
})

test('NodeRoom waits for nobody once the critical pod is to end', async () => {
  const { room, tenant } = roomOf('4')
  tenant('a', '4')
  const ending = new AbortController()
  const decided = room.refuse(tenant('one', '2', critical), ending.signal)
  ending.abort(new Error('over'))
  await expect(decided).rejects.toThrow('over')
})
