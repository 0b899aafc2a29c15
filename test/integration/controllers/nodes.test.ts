import { afterEach, beforeEach, expect, test } from 'vitest'
import { formatMicroTime } from '#base/clock.ts'
import { FakeClock } from '#base/fake-clock.ts'
import { events, leases, namespaces, nodes, pods, serviceAccounts } from '#client/resource-types.ts'
import type { Client } from '#client/rest.ts'
import { nodeLifecycleController } from '#control-plane/controllers/node-lifecycle/node-lifecycle.ts'
import { podGarbageCollectorController } from '#control-plane/controllers/pod-garbage-collector.ts'
import { taintEvictionController } from '#control-plane/controllers/taint-eviction.ts'
import { isNotFound } from '#kubernetes/status-error.ts'
import { type ControlledCluster, startControlledCluster } from '../../support/controlled-cluster.ts'
import { eventually } from '../../support/eventually.ts'

/** A clock of a machine that can be put to sleep: on waking its monotonic clock has leapt, as on some systems, and timers are late. */
class SleepyClock extends FakeClock {
  #sleptMs = 0

  sleep(ms: number): void {
    this.#sleptMs += ms
    this.jump(ms)
  }

  override monotonic(): number {
    return super.monotonic() + this.#sleptMs
  }
}

let clock: SleepyClock
let controlled: ControlledCluster
let client: Client

beforeEach(async () => {
  clock = new SleepyClock(Date.now())
  const only = [nodeLifecycleController, taintEvictionController, podGarbageCollectorController]
  controlled = await startControlledCluster({ clock, only })
  client = controlled.client
  await client.create(serviceAccounts, { metadata: { name: 'default', namespace: 'default' } })
  await client
    .create(namespaces, { metadata: { name: 'kube-node-lease' }, spec: {} })
    .catch(() => undefined)
})

afterEach(async () => {
  await controlled?.[Symbol.asyncDispose]()
})

async function addReadyNode(name: string): Promise<void> {
  const node = await client.create(nodes, { metadata: { name }, spec: {} })
  const types = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure']
  const conditions = types.map(type => ({ type, status: type === 'Ready' ? 'True' : 'False' }))
  await client.updateStatus(nodes, { ...node, status: { conditions } })
  await client.create(leases, {
    metadata: { name, namespace: 'kube-node-lease' },
    spec: { holderIdentity: name, renewTime: formatMicroTime(clock.now()) },
  })
  await eventually(async () => expect(await taintsOf(name)).toEqual([]))
}

const renew = (name: string) =>
  client.patch(
    leases,
    { name, namespace: 'kube-node-lease' },
    { spec: { renewTime: formatMicroTime(clock.now()) } },
    { type: 'merge' },
  )

async function addPod(name: string, node: string): Promise<void> {
  const pod = await client.create(pods, {
    metadata: { name, namespace: 'default' },
    spec: {
      nodeName: node,
      automountServiceAccountToken: false,
      containers: [{ name: 'main', image: 'web' }],
    },
  })
  const conditions = [{ type: 'Ready', status: 'True' }]
  await client.updateStatus(pods, { ...pod, status: { phase: 'Running', conditions } })
}

const taintsOf = async (name: string) =>
  ((await client.get(nodes, { name })).spec?.taints ?? []).map(
    ({ key, effect }) => `${key.replace('node.kubernetes.io/', '')}:${effect}`,
  )

const readyOf = async (name: string) =>
  (await client.get(nodes, { name })).status?.conditions?.find(({ type }) => type === 'Ready')

const podOf = (name: string) => client.get(pods, { name, namespace: 'default' })

/** Lets time pass as for a process that runs: in steps, with the nodes in `alive` renewing their leases. */
async function pass(seconds: number, alive: string[] = []): Promise<void> {
  for (let passed = 0; passed < seconds; passed += 5) {
    for (const name of alive) await renew(name)
    await new Promise<void>(resolve => setImmediate(resolve))
    await clock.advance(5000)
    await new Promise<void>(resolve => setTimeout(resolve, 5))
  }
}

test('a silent node becomes Unknown, its pods not ready, then evicted; a node that renews its lease stays', async () => {
  await addReadyNode('silent')
  await addReadyNode('alive')
  await addPod('doomed', 'silent')
  await addPod('safe', 'alive')
  await pass(40, ['alive'])
  expect((await readyOf('silent'))?.status).toBe('True')
  await pass(20, ['alive'])
  await eventually(async () => {
    expect(await readyOf('silent')).toMatchObject({
      status: 'Unknown',
      reason: 'NodeStatusUnknown',
      message: 'Kubelet stopped posting node status.',
    })
    expect(await taintsOf('silent')).toEqual(
      expect.arrayContaining(['unreachable:NoSchedule', 'unreachable:NoExecute']),
    )
    const { status } = await podOf('doomed')
    expect(status?.conditions?.find(({ type }) => type === 'Ready')?.status).toBe('False')
  })
  expect((await readyOf('alive'))?.status).toBe('True')
  await pass(280, ['alive'])
  expect((await podOf('doomed')).metadata.deletionTimestamp).toBeUndefined()
  await pass(30, ['alive'])
  await eventually(async () => {
    const { metadata, status } = await podOf('doomed')
    expect(metadata.deletionTimestamp).toBeDefined()
    expect(status?.conditions).toContainEqual(
      expect.objectContaining({ type: 'DisruptionTarget', reason: 'DeletionByTaintManager' }),
    )
    const notes = (await client.list(events)).items
    expect(notes.map(({ message }) => message)).toContain('Marking for deletion Pod default/doomed')
    expect(notes.map(({ message }) => message)).toContain('Node silent status is now: NodeNotReady')
  })
  expect((await podOf('safe')).metadata.deletionTimestamp).toBeUndefined()
})

test('eight hours of sleep cost no node and no pod', async () => {
  await addReadyNode('a')
  await addReadyNode('b')
  await addPod('kept', 'a')
  await pass(20, ['a', 'b'])
  clock.sleep(8 * 3_600_000)
  // Kubelets slept as well, and take a while to renew their leases.
  await pass(40)
  await pass(60, ['a', 'b'])
  expect([(await readyOf('a'))?.status, (await readyOf('b'))?.status]).toEqual(['True', 'True'])
  expect((await podOf('kept')).metadata.deletionTimestamp).toBeUndefined()
})

test('when every node falls silent nothing is evicted', async () => {
  await addReadyNode('only')
  await addPod('kept', 'only')
  await pass(60)
  await eventually(async () => expect(await taintsOf('only')).toEqual(['unreachable:NoSchedule']))
  await pass(400)
  expect((await podOf('kept')).metadata.deletionTimestamp).toBeUndefined()
})

test('conditions and cordoning show as taints and go again', async () => {
  await addReadyNode('one')
  await client.patch(nodes, { name: 'one' }, { spec: { unschedulable: true } }, { type: 'merge' })
  await eventually(async () => expect(await taintsOf('one')).toEqual(['unschedulable:NoSchedule']))
  await client.patch(nodes, { name: 'one' }, { spec: { unschedulable: null } }, { type: 'merge' })
  await eventually(async () => expect(await taintsOf('one')).toEqual([]))
})

test('pods of a node that is gone are removed after 40 s', async () => {
  await addReadyNode('leaving')
  await addPod('left', 'leaving')
  await client.delete(nodes, { name: 'leaving' })
  await pass(30)
  expect((await podOf('left')).metadata.name).toBe('left')
  await pass(20)
  await eventually(() => expect(podOf('left')).rejects.toSatisfy(isNotFound))
})
