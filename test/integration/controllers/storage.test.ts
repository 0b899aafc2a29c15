import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock } from '#base/clock.ts'
import { silentLogger } from '#base/logger.ts'
import {
  events,
  nodes,
  persistentVolumeClaims,
  persistentVolumes,
  pods,
  storageClasses,
} from '#client/resource-types.ts'
import { Client } from '#client/rest.ts'
import { SharedInformers } from '#client/shared-informers.ts'
import type { PersistentVolumeClaimSpec } from '#kubernetes/api/core-v1.ts'
import { isNotFound } from '#kubernetes/status-error.ts'
import { LocalProvisioner } from '#node/storage/local-provisioner.ts'
import { eventually } from '../../support/eventually.ts'
import { kubectl } from '../../support/kubectl.ts'
import { PretendKubelet } from '../../support/pretend-kubelet.ts'
import { startCluster, type TestCluster } from '../../support/start-cluster.ts'

let cluster: TestCluster
let client: Client
let kubelet: PretendKubelet
let provisioner: LocalProvisioner
let informers: SharedInformers
let removed: string[]

beforeEach(async () => {
  cluster = await startCluster()
  client = new Client(cluster.admin)
  const labels = { 'kubernetes.io/hostname': 'node-1' }
  const node = await client.create(nodes, { metadata: { name: 'node-1', labels }, spec: {} })
  const allocatable = { cpu: '4', memory: '8Gi', pods: '110' }
  const conditions = [{ type: 'Ready', status: 'True' }]
  // The node's controllers write to it as well: this may come after them.
  const { resourceVersion: _, ...metadata } = node.metadata
  await client.updateStatus(nodes, { ...node, metadata, status: { allocatable, conditions } })
  kubelet = new PretendKubelet(client)
  kubelet.binds = false
  removed = []
  const runtime = {
    removeLastingVolume: async (name: string) => {
      removed.push(name)
    },
  }
  const common = { client, clock: systemClock, logger: silentLogger }
  informers = new SharedInformers(common)
  const runtimes = new Map([['node-1', runtime]])
  provisioner = new LocalProvisioner({ ...common, informers, runtimes })
})

afterEach(async () => {
  await provisioner?.[Symbol.asyncDispose]()
  await informers?.[Symbol.asyncDispose]()
  await kubelet?.[Symbol.asyncDispose]()
  await cluster?.[Symbol.asyncDispose]()
})

const namespace = 'default'
const claimed = { name: 'data', namespace }
const claim = (spec: PersistentVolumeClaimSpec = {}, name = claimed.name) =>
  client.create(persistentVolumeClaims, {
    metadata: { name, namespace },
    spec: {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '1Gi' } },
      ...spec,
    },
  })
const readClaim = () => client.get(persistentVolumeClaims, claimed)
const pod = (name = 'user') =>
  eventually(() =>
    client.create(pods, {
      metadata: { name, namespace },
      spec: {
        containers: [
          { name: 'main', image: 'x:1', volumeMounts: [{ name: 'data', mountPath: '/data' }] },
        ],
        volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
        terminationGracePeriodSeconds: 0,
      },
    }),
  )
const volume = (name: string, storage: string, more: object = {}) =>
  client.create(persistentVolumes, {
    metadata: { name },
    spec: {
      capacity: { storage },
      accessModes: ['ReadWriteOnce'],
      hostPath: { path: '/srv' },
      storageClassName: 'manual',
      ...more,
    },
  })
const reasons = async () =>
  (await client.list(events, { namespace })).items.map(({ reason }) => reason)

test('a claim of the default class waits for a pod, is provisioned on its node and removed after both', async () => {
  await claim()
  expect((await readClaim()).spec?.storageClassName).toBe('standard')
  await eventually(async () => expect(await reasons()).toContain('WaitForFirstConsumer'))
  expect((await readClaim()).status?.phase).toBe('Pending')
  await pod()
  const bound = await eventually(async () => {
    const claim = await readClaim()
    expect(claim.status).toEqual({
      phase: 'Bound',
      accessModes: ['ReadWriteOnce'],
      capacity: { storage: '1Gi' },
    })
    return claim
  })
  expect(bound.metadata.annotations).toMatchObject({
    'pv.kubernetes.io/bind-completed': 'yes',
    'volume.kubernetes.io/selected-node': 'node-1',
    'volume.kubernetes.io/storage-provisioner': 'local.slipway.dev',
  })
  const name = `pvc-${bound.metadata.uid}`
  expect(bound.spec?.volumeName).toBe(name)
  const provisioned = await client.get(persistentVolumes, { name })
  expect(provisioned.status?.phase).toBe('Bound')
  expect(provisioned.spec?.persistentVolumeReclaimPolicy).toBe('Delete')
  await eventually(async () =>
    expect((await client.get(pods, { name: 'user', namespace })).spec?.nodeName).toBe('node-1'),
  )
  await client.delete(persistentVolumeClaims, claimed)
  await eventually(async () => expect((await readClaim()).metadata.deletionTimestamp).toBeDefined())
  // When one that nobody uses has gone after it, the controllers have looked at both.
  const unused = { name: 'unused', namespace }
  await claim({}, unused.name)
  await client.delete(persistentVolumeClaims, unused)
  await eventually(() =>
    expect(client.get(persistentVolumeClaims, unused)).rejects.toSatisfy(isNotFound),
  )
  expect((await readClaim()).metadata.finalizers).toEqual(['kubernetes.io/pvc-protection'])
  expect(removed).toEqual([])
  await client.delete(pods, { name: 'user', namespace })
  await eventually(async () => {
    await expect(readClaim()).rejects.toSatisfy(isNotFound)
    await expect(client.get(persistentVolumes, { name })).rejects.toSatisfy(isNotFound)
  })
  expect(new Set(removed)).toEqual(new Set([name]))
})

test('a claim of the default class grows with what it asks for, and never shrinks', async () => {
  await claim()
  await pod()
  await eventually(async () => expect((await readClaim()).status?.phase).toBe('Bound'))
  const ask = (storage: string) =>
    client.patch(
      persistentVolumeClaims,
      claimed,
      { spec: { resources: { requests: { storage } } } },
      { type: 'merge' },
    )
  await ask('3Gi')
  await eventually(async () => {
    const { spec, status } = await readClaim()
    expect(status).toMatchObject({ phase: 'Bound', capacity: { storage: '3Gi' } })
    const name = spec?.volumeName ?? ''
    const volume = await client.get(persistentVolumes, { name })
    expect(volume.spec?.capacity).toEqual({ storage: '3Gi' })
    expect(await reasons()).toContain('VolumeResizeSuccessful')
  })
  await expect(ask('2Gi')).rejects.toThrow('field can not be less than status.capacity')
})

test('a volume of a class that retains stays, with its data', async () => {
  await client.create(storageClasses, {
    metadata: { name: 'kept' },
    provisioner: 'local.slipway.dev',
    reclaimPolicy: 'Retain',
  })
  await claim({ storageClassName: 'kept' })
  const name = await eventually(async () => {
    const { spec, status } = await readClaim()
    expect(status?.phase).toBe('Bound')
    return spec?.volumeName ?? ''
  })
  await client.delete(persistentVolumeClaims, claimed)
  await eventually(async () =>
    expect((await client.get(persistentVolumes, { name })).status?.phase).toBe('Released'),
  )
  await client.delete(persistentVolumes, { name })
  await eventually(async () =>
    expect(client.get(persistentVolumes, { name })).rejects.toSatisfy(isNotFound),
  )
  expect(removed).toEqual([])
})

test('a claim takes the smallest volume that suits it', async () => {
  await volume('big', '10Gi')
  await volume('small', '500Mi')
  await volume('right', '2Gi')
  await volume('other', '1Gi', { storageClassName: 'another' })
  await volume('block', '1Gi', { volumeMode: 'Block' })
  await eventually(async () => {
    const { items } = await client.list(persistentVolumes)
    expect(items.map(({ status }) => status?.phase)).toEqual(Array(5).fill('Available'))
  })
  await client.create(storageClasses, {
    metadata: { name: 'manual' },
    provisioner: 'kubernetes.io/no-provisioner',
  })
  await claim({ storageClassName: 'manual' })
  await eventually(async () => {
    const { spec, status } = await readClaim()
    expect(spec?.volumeName).toBe('right')
    expect(status).toMatchObject({ phase: 'Bound', capacity: { storage: '2Gi' } })
  })
  expect((await client.get(persistentVolumes, { name: 'right' })).spec?.claimRef).toMatchObject({
    kind: 'PersistentVolumeClaim',
    name: 'data',
    namespace,
  })
})

test('a claim without class waits for a volume, and binds when one comes', async () => {
  await claim({ storageClassName: '' })
  await eventually(async () => expect(await reasons()).toContain('FailedBinding'))
  await volume('late', '1Gi', { storageClassName: '' })
  await eventually(async () => expect((await readClaim()).spec?.volumeName).toBe('late'))
})

test('claims that named no class take the default one as soon as there is one', async () => {
  const markDefault = (value: string) => {
    const annotations = { 'storageclass.kubernetes.io/is-default-class': value }
    const patch = { metadata: { annotations } }
    return client.patch(storageClasses, { name: 'standard' }, patch, { type: 'merge' })
  }
  await markDefault('false')
  await claim({ storageClassName: '' }, 'unclassed')
  await claim()
  expect((await readClaim()).spec?.storageClassName).toBeUndefined()
  await eventually(async () => expect(await reasons()).toContain('FailedBinding'))
  await markDefault('true')
  await eventually(async () => expect((await readClaim()).spec?.storageClassName).toBe('standard'))
  const unclassed = await client.get(persistentVolumeClaims, { name: 'unclassed', namespace })
  expect(unclassed.spec?.storageClassName).toBe('')
})

test('a bound claim whose volume is gone is lost', async () => {
  await volume('mine', '1Gi', { storageClassName: '' })
  await claim({ storageClassName: '', volumeName: 'mine' })
  await eventually(async () => expect((await readClaim()).status?.phase).toBe('Bound'))
  await client.delete(persistentVolumes, { name: 'mine' })
  expect((await client.get(persistentVolumes, { name: 'mine' })).metadata.finalizers).toEqual([
    'kubernetes.io/pv-protection',
  ])
  await client.patch(
    persistentVolumes,
    { name: 'mine' },
    { metadata: { finalizers: null } },
    { type: 'merge' },
  )
  await eventually(async () => expect((await readClaim()).status?.phase).toBe('Lost'))
  await eventually(async () => expect(await reasons()).toContain('ClaimLost'))
})

test('kubectl shows why a pod waits for its volume, and what is bound', async () => {
  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await kubectl(cluster.kubeconfig, args)
    expect(code, stderr).toBe(0)
    return stdout
  }
  await pod()
  await eventually(async () =>
    expect(await run('describe', 'pod', 'user')).toMatch(
      /FailedScheduling .* persistentvolumeclaim "data" not found/,
    ),
  )
  await claim()
  await eventually(async () =>
    expect(await run('get', 'pvc', 'data')).toMatch(
      /^NAME +STATUS +VOLUME +CAPACITY +ACCESS MODES +STORAGECLASS +VOLUMEATTRIBUTESCLASS +AGE\ndata +Bound +pvc-\S+ +1Gi +RWO +standard +<unset> /,
    ),
  )
  expect(await run('get', 'sc')).toMatch(
    /standard \(default\) +local\.slipway\.dev +Delete +WaitForFirstConsumer +true/,
  )
  await eventually(async () => expect(await run('get', 'pod', 'user')).toContain('Running'))
})
