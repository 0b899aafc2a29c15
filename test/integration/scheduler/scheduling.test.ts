import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  csiDrivers,
  csiStorageCapacities,
  events,
  persistentVolumeClaims,
  pods,
  serviceAccounts,
  storageClasses,
} from '#client/resource-types.ts'
import { Client } from '#client/rest.ts'
import { bindPod, isPodGone } from '#control-plane/scheduler/bind-pod.ts'
import type { VolumeBinder } from '#control-plane/scheduler/bind-volumes.ts'
import type { Pod, PodSpec } from '#kubernetes/api/core-v1.ts'
import { eventually } from '../../support/eventually.ts'
import { addNode, startScheduler } from '../../support/scheduler.ts'
import { podToPlace } from '../../support/scheduling.ts'
import { startCluster, type TestCluster } from '../../support/start-cluster.ts'

let cluster: TestCluster
let client: Client
let scheduler: AsyncDisposable

beforeAll(async () => {
  cluster = await startCluster({ controllers: false })
  client = new Client(cluster.admin)
  await client.create(serviceAccounts, { metadata: { name: 'default', namespace: 'default' } })
  scheduler = startScheduler(cluster)
})

afterAll(async () => {
  await scheduler?.[Symbol.asyncDispose]()
  await cluster?.[Symbol.asyncDispose]()
})

const pod = (name: string, cpu: string, spec: Partial<PodSpec> = {}): Pod => ({
  metadata: { name, namespace: 'default' },
  spec: {
    automountServiceAccountToken: false,
    containers: [{ name: 'main', image: 'web:1', resources: { requests: { cpu } } }],
    ...spec,
  },
})

const nodeOf = async (name: string) =>
  (await client.get(pods, { namespace: 'default', name })).spec?.nodeName

const scheduledCondition = async (name: string) =>
  (await client.get(pods, { namespace: 'default', name })).status?.conditions?.find(
    ({ type }) => type === 'PodScheduled',
  )

test('a pod waits for a node, says why, and goes when one comes', async () => {
  await client.create(pods, pod('first', '1'))
  await eventually(async () =>
    expect(await scheduledCondition('first')).toMatchObject({
      status: 'False',
      reason: 'Unschedulable',
      message: 'no nodes available to schedule pods',
    }),
  )
  await addNode(client, 'node-1')
  await eventually(async () => expect(await nodeOf('first')).toBe('node-1'))
  expect(await scheduledCondition('first')).toMatchObject({ status: 'True' })
  await eventually(async () => {
    const notes = (await client.list(events, { namespace: 'default' })).items
    expect(notes).toContainEqual(
      expect.objectContaining({
        reason: 'Scheduled',
        type: 'Normal',
        message: 'Successfully assigned default/first to node-1',
        reportingComponent: 'default-scheduler',
      }),
    )
  })
})

test('a pod that does not fit says what every node lacks, and goes when place is made', async () => {
  await addNode(client, 'node-2', {
    spec: { taints: [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }] },
    labels: { pool: 'gpu' },
  })
  await client.create(pods, pod('second', '1500m'))
  await eventually(async () =>
    expect((await scheduledCondition('second'))?.message).toBe(
      '0/2 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint(s). ' +
        'no new claims to deallocate, preemption: 0/2 nodes are available: 1 No preemption victims found for incoming pod, ' +
        '1 Preemption is not helpful for scheduling.',
    ),
  )
  await client.delete(pods, { namespace: 'default', name: 'first' }, { gracePeriodSeconds: 0 })
  await eventually(async () => expect(await nodeOf('second')).toBe('node-1'))
})

test('tolerations, node selectors, gates and foreign schedulers are heeded', async () => {
  await addNode(client, 'node-3', { labels: { disk: 'ssd' } })
  const tolerations = [{ key: 'gpu', operator: 'Exists' as const }]
  await client.create(pods, pod('tolerant', '2', { tolerations, nodeSelector: { pool: 'gpu' } }))
  await client.create(pods, pod('choosy', '1', { nodeSelector: { disk: 'ssd' } }))
  await client.create(pods, pod('foreign', '100m', { schedulerName: 'mine' }))
  const gated = pod('gated', '100m', { schedulingGates: [{ name: 'example.com/wait' }] })
  await client.create(pods, gated)
  await eventually(async () => {
    expect(await nodeOf('tolerant')).toBe('node-2')
    expect(await nodeOf('choosy')).toBe('node-3')
  })
  expect(await nodeOf('foreign')).toBeUndefined()
  expect(await nodeOf('gated')).toBeUndefined()
  const name = { namespace: 'default', name: 'gated' }
  await client.patch(pods, name, { spec: { schedulingGates: null } }, { type: 'merge' })
  await eventually(async () => expect(await nodeOf('gated')).toBeDefined())
})

test('a node is never given more than it has', async () => {
  const wanted = Array.from({ length: 12 }, (_, index) => `crowd-${index}`)
  await Promise.all(wanted.map(name => client.create(pods, pod(name, '300m'))))
  await eventually(async () => {
    const crowd = await Promise.all(
      wanted.map(async name => (await nodeOf(name)) ?? (await scheduledCondition(name))?.reason),
    )
    expect(crowd.every(place => place !== undefined)).toBe(true)
  })
  const bound = (await client.list(pods)).items
  for (const node of ['node-1', 'node-2', 'node-3']) {
    const milli = bound
      .filter(({ spec }) => spec?.nodeName === node)
      .flatMap(({ spec }) => spec?.containers ?? [])
      .map(({ resources }) => resources?.requests?.['cpu'] ?? '0')
      .reduce(
        (sum, cpu) => sum + (cpu.endsWith('m') ? Number.parseInt(cpu, 10) : Number(cpu) * 1000),
        0,
      )
    expect(milli).toBeLessThanOrEqual(2000)
  }
})

test('pods whose volumes don’t come hold up no other', async () => {
  await addNode(client, 'roomy', { labels: { size: 'large' }, room: { pods: '200' } })
  const nodeSelector = { size: 'large' }
  await client.create(storageClasses, {
    metadata: { name: 'slow' },
    provisioner: 'example.com/never',
    volumeBindingMode: 'WaitForFirstConsumer',
  })
  const waiting = Array.from({ length: 70 }, (_, index) => `data-${index}`)
  await Promise.all(
    waiting.map(async name => {
      await client.create(persistentVolumeClaims, {
        metadata: { name, namespace: 'default' },
        spec: {
          storageClassName: 'slow',
          accessModes: ['ReadWriteOnce'],
          resources: { requests: { storage: '1Gi' } },
        },
      })
      const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: name } }]
      await client.create(pods, pod(name, '1m', { nodeSelector, volumes }))
    }),
  )
  await eventually(async () => {
    const { items } = await client.list(persistentVolumeClaims, { namespace: 'default' })
    const placed = items.filter(
      ({ metadata }) => metadata.annotations?.['volume.kubernetes.io/selected-node'] === 'roomy',
    )
    expect(placed.length).toBeGreaterThanOrEqual(64)
  })
  await client.create(pods, pod('plain', '1m', { nodeSelector }))
  await eventually(async () => expect(await nodeOf('plain')).toBe('roomy'))
  expect(await nodeOf('data-0')).toBeUndefined()
})

test('a pod waits until a driver has storage for it', async () => {
  const provisioner = 'disk.example.com'
  await addNode(client, 'stored', { labels: { size: 'stored' } })
  await client.create(csiDrivers, {
    metadata: { name: provisioner },
    spec: { attachRequired: false, storageCapacity: true },
  })
  await client.create(storageClasses, {
    metadata: { name: 'measured' },
    provisioner,
    volumeBindingMode: 'WaitForFirstConsumer',
  })
  const claim = { name: 'measured', namespace: 'default' }
  await client.create(persistentVolumeClaims, {
    metadata: claim,
    spec: {
      storageClassName: 'measured',
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '10Gi' } },
    },
  })
  const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: claim.name } }]
  await client.create(pods, pod('measured', '1m', { nodeSelector: { size: 'stored' }, volumes }))
  await eventually(async () => {
    const condition = await scheduledCondition('measured')
    expect(condition?.message).toContain('1 node(s) did not have enough free storage')
  })
  await client.create(csiStorageCapacities, {
    metadata: { name: 'here', namespace: 'kube-system' },
    storageClassName: 'measured',
    nodeTopology: { matchLabels: { size: 'stored' } },
    capacity: '20Gi',
  })
  await eventually(async () => {
    const { annotations } = (await client.get(persistentVolumeClaims, claim)).metadata
    expect(annotations?.['volume.kubernetes.io/selected-node']).toBe('stored')
  })
  const { status } = await client.get(pods, { namespace: 'default', name: 'measured' })
  expect(status?.nominatedNodeName).toBe('stored')
})

test('a pod is given up when it is gone, and not when a claim of it is', async () => {
  const binding = (patched: () => Promise<unknown>) =>
    bindPod(podToPlace('nobody'), 'large', {
      client,
      volumeBinder: { bind: patched } as unknown as VolumeBinder,
      reservation: undefined,
      timeoutMs: 1000,
    }).catch(error => error)
  const noClaim = { namespace: 'default', name: 'none' }
  const patchClaim = () => client.patch(persistentVolumeClaims, noClaim, {}, { type: 'merge' })
  expect(isPodGone(await binding(async () => undefined))).toBe(true)
  const withoutClaim = await binding(patchClaim)
  expect(withoutClaim.message).toContain('persistentvolumeclaims "none" not found')
  expect(isPodGone(withoutClaim)).toBe(false)
})

test('a scheduler that is stopped right after its start ends, at whatever moment', async () => {
  for (let turns = 0; turns < 40; turns++) {
    const early = startScheduler(cluster)
    for (let turn = 0; turn < turns; turn++) await Promise.resolve()
    await early[Symbol.asyncDispose]()
  }
})
