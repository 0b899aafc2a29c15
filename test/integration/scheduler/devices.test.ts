import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { events, pods, resourceClaims, resourceSlices } from '#client/resource-types.ts'
import { Client } from '#client/rest.ts'
import type { ResourceClaim } from '#kubernetes/api/resource-v1.ts'
import { podCondition } from '#kubernetes/pod-state.ts'
import { isNotFound } from '#kubernetes/status-error.ts'
import { type NodeHandle, simulationFrom } from '#node/node.ts'
import { eventually } from '../../support/eventually.ts'
import { kubectl, kubectlOutput, splitCommand } from '../../support/kubectl.ts'
import { startCluster, type TestCluster } from '../../support/start-cluster.ts'
import { startTestNode } from '../../support/test-node.ts'

const namespace = 'default'
const driver = 'gpu.example.com'
let cluster: TestCluster
let client: Client
let node: NodeHandle

beforeAll(async () => {
  cluster = await startCluster()
  client = new Client(cluster.admin)
  node = await startTestNode(cluster, {
    simulation: simulationFrom({
      nodes: [{ name: 'plain' }, { name: 'gpu', devices: [gpu('large'), gpu('small')] }],
    }),
  })
  await eventually(() => run('get serviceaccount default'))
  await apply(classes)
})

afterAll(async () => {
  await node?.[Symbol.asyncDispose]()
  await cluster?.[Symbol.asyncDispose]()
})

const run = (command: string) => kubectlOutput(cluster.kubeconfig, splitCommand(command))
const apply = (...manifests: string[]) =>
  kubectlOutput(cluster.kubeconfig, ['apply', '-f', '-'], { input: manifests.join('\n---\n') })

const classes = `
apiVersion: resource.k8s.io/v1
kind: DeviceClass
metadata: {name: gpus}
spec:
  selectors:
  - cel: {expression: device.driver == "${driver}"}
---
apiVersion: resource.k8s.io/v1
kind: DeviceClass
metadata: {name: large-gpus}
spec:
  selectors:
  - cel: {expression: 'device.attributes["${driver}"].model == "large" && device.capacity["${driver}"].memory.compareTo(quantity("8Gi")) >= 0'}
  config:
  - opaque: {driver: ${driver}, parameters: {mode: fast}}`

/** A simulated device of the node `gpu`: `large-0` or `small-0`. */
const gpu = (model: string) => ({
  driver,
  name: model,
  attributes: { model },
  capacity: { memory: '16Gi' },
})

const slice = (name: string, devices: Record<string, string>) => `
apiVersion: resource.k8s.io/v1
kind: ResourceSlice
metadata: {name: ${name}}
spec:
  driver: ${driver}
  nodeName: ${name}
  pool: {name: ${name}, generation: 1, resourceSliceCount: 1}
  devices:
${Object.entries(devices)
  .map(
    ([name, model]) =>
      `  - {name: ${name}, attributes: {model: {string: ${model}}}, capacity: {memory: {value: 16Gi}}}`,
  )
  .join('\n')}`

const request = (deviceClass: string) =>
  `devices: {requests: [{name: gpu, exactly: {deviceClassName: ${deviceClass}}}]}`
const claimManifest = (name: string, deviceClass = 'gpus') => `
apiVersion: resource.k8s.io/v1
kind: ResourceClaim
metadata: {name: ${name}}
spec: {${request(deviceClass)}}`
const templateManifest = (name: string, deviceClass = 'gpus') => `
apiVersion: resource.k8s.io/v1
kind: ResourceClaimTemplate
metadata: {name: ${name}}
spec: {spec: {${request(deviceClass)}}}`
const podManifest = (name: string, claim: string, annotations = '{}') => `
apiVersion: v1
kind: Pod
metadata: {name: ${name}, annotations: ${annotations}}
spec:
  restartPolicy: Never
  terminationGracePeriodSeconds: 0
  resourceClaims: [{name: gpu, ${claim}}]
  containers:
  - {name: app, image: app, resources: {claims: [{name: gpu}]}}`

const getPod = (name: string) => client.get(pods, { namespace, name })
const getClaim = (name: string) => client.get(resourceClaims, { namespace, name })
const isRunning = (name: string) =>
  eventually(async () => expect((await getPod(name)).status?.phase).toBe('Running'))
const devicesOf = ({ status }: ResourceClaim) =>
  status?.allocation?.devices?.results?.map(({ device }) => device)
const consumersOf = ({ status }: ResourceClaim) => status?.reservedFor?.map(({ name }) => name)
const unschedulable = async (name: string): Promise<string> =>
  podCondition(await getPod(name), 'PodScheduled')?.message ?? ''
const waitsSaying = (name: string, text: string) =>
  eventually(async () => expect(await unschedulable(name)).toBe(text))
const remove = (...names: string[]) => run(`delete pod ${names.join(' ')} --now`)
const isGone = (name: string) =>
  eventually(async () => expect(await getClaim(name).catch(isNotFound)).toBe(true))

describe('a pod with a claim', () => {
  test('goes where the device is, and has it until it ends', async () => {
    await apply(claimManifest('one', 'large-gpus'), podManifest('first', 'resourceClaimName: one'))
    await isRunning('first')
    const claim = await getClaim('one')
    expect(claim.metadata.finalizers).toEqual(['resource.kubernetes.io/delete-protection'])
    expect((await getPod('first')).spec?.nodeName).toBe('gpu')
    expect(claim.status).toEqual({
      allocation: {
        devices: {
          results: [{ request: 'gpu', driver, pool: 'gpu', device: 'large-0' }],
          config: [{ source: 'FromClass', opaque: { driver, parameters: { mode: 'fast' } } }],
        },
        nodeSelector: {
          nodeSelectorTerms: [
            { matchFields: [{ key: 'metadata.name', operator: 'In', values: ['gpu'] }] },
          ],
        },
      },
      reservedFor: [{ resource: 'pods', name: 'first', uid: (await getPod('first')).metadata.uid }],
    })
    expect(await run('get resourceclaim one')).toMatch(/one +allocated,reserved/)
    await remove('first')
    await eventually(async () => expect(await run('get resourceclaim one')).toMatch(/one +pending/))
    await run('delete resourceclaim one --timeout=20s')
  })

  test('shares it with another pod', async () => {
    await apply(
      claimManifest('both'),
      podManifest('left', 'resourceClaimName: both'),
      podManifest('right', 'resourceClaimName: both'),
    )
    await isRunning('left')
    await isRunning('right')
    expect(consumersOf(await getClaim('both'))?.sort()).toEqual(['left', 'right'])
    await remove('left')
    await eventually(async () => expect(consumersOf(await getClaim('both'))).toEqual(['right']))
    expect(devicesOf(await getClaim('both'))).toHaveLength(1)
    await remove('right')
    await eventually(async () => expect(devicesOf(await getClaim('both'))).toBeUndefined())
  })

  test('gets it made by template, and takes it along', async () => {
    await apply(templateManifest('fresh'), podManifest('own', 'resourceClaimTemplateName: fresh'))
    await isRunning('own')
    const [made] = (await getPod('own')).status?.resourceClaimStatuses ?? []
    expect(made?.resourceClaimName).toMatch(/^own-gpu-/)
    await remove('own')
    await isGone(made?.resourceClaimName ?? '')
  })

  test('is done when its work is', async () => {
    await apply(
      templateManifest('short'),
      podManifest(
        'brief',
        'resourceClaimTemplateName: short',
        '{simulation.slipway.dev/exit-after: 100ms}',
      ),
    )
    await eventually(async () => expect((await getPod('brief')).status?.phase).toBe('Succeeded'))
    const [made] = (await getPod('brief')).status?.resourceClaimStatuses ?? []
    await isGone(made?.resourceClaimName ?? '')
  })
})

describe('a pod whose claim can not be met', () => {
  test('says so, and goes when a device comes free', async () => {
    await apply(
      templateManifest('any'),
      podManifest('holder-a', 'resourceClaimTemplateName: any'),
      podManifest('holder-b', 'resourceClaimTemplateName: any'),
    )
    await isRunning('holder-a')
    await isRunning('holder-b')
    await apply(podManifest('third', 'resourceClaimTemplateName: any'))
    const text =
      '0/2 nodes are available: 2 cannot allocate all claims. still not schedulable, preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.'
    await waitsSaying('third', text)
    await eventually(async () => {
      const { items } = await client.list(events, { namespace })
      const [event] = items.filter(({ involvedObject }) => involvedObject.name === 'third')
      expect(event).toMatchObject({ reason: 'FailedScheduling', message: text })
    })
    await remove('holder-a')
    await isRunning('third')
    await remove('holder-b', 'third')
  })

  test('goes when a driver publishes a device for it', async () => {
    await apply(claimManifest('more', 'large-gpus'), claimManifest('most', 'large-gpus'))
    await apply(
      podManifest('now', 'resourceClaimName: more'),
      podManifest('later', 'resourceClaimName: most'),
    )
    await eventually(async () => {
      const said = [await unschedulable('now'), await unschedulable('later')].join()
      expect(said).toContain('2 cannot allocate all claims')
    })
    await apply(slice('plain', { 'gpu-9': 'large' }))
    await isRunning('now')
    await isRunning('later')
    await remove('now', 'later')
    await client.delete(resourceSlices, { name: 'plain' })
  })

  test('goes when its class comes', async () => {
    await apply(claimManifest('early', 'late'), podManifest('patient', 'resourceClaimName: early'))
    await waitsSaying(
      'patient',
      '0/2 nodes are available: request gpu: device class late does not exist. no new claims to deallocate, preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.',
    )
    await apply(classes.split('---')[0]?.replace('name: gpus', 'name: late') ?? '')
    await isRunning('patient')
    await remove('patient')
  })

  test('waits for its claim, and goes when that comes', async () => {
    await apply(podManifest('ahead', 'resourceClaimName: behind'))
    await apply(podManifest('passing', 'resourceClaimName: both'))
    await isRunning('passing')
    expect((await getPod('ahead')).spec?.nodeName).toBeUndefined()
    await apply(claimManifest('behind'))
    await isRunning('ahead')
    await remove('ahead', 'passing')
  })

  test('hears of an expression that breaks, and goes when that is mended', async () => {
    const broken = `
apiVersion: resource.k8s.io/v1
kind: DeviceClass
metadata: {name: broken}
spec: {selectors: [{cel: {expression: 'device.attributes["${driver}"].colour == "red"'}}]}`
    await apply(
      broken,
      claimManifest('odd', 'broken'),
      podManifest('confused', 'resourceClaimName: odd'),
    )
    await eventually(async () => {
      const condition = podCondition(await getPod('confused'), 'PodScheduled')
      expect(condition?.reason).toBe('SchedulerError')
      expect(condition?.message).toMatch(
        /^running "DynamicResources" filter plugin: class broken: selector #0 on device gpu.example.com\/gpu\/large-0: CEL runtime error: no such key: colour$/,
      )
    })
    await apply(broken.replace('colour == "red"', 'model == "small"'))
    await isRunning('confused')
    expect(devicesOf(await getClaim('odd'))).toEqual(['small-0'])
    await remove('confused')
  })

  test('gets a claim whose devices are out of reach freed, when nobody uses it', async () => {
    await apply(claimManifest('stuck'))
    const claim = await getClaim('stuck')
    const result = { request: 'gpu', driver, pool: 'lost', device: 'gpu-0' }
    const metadata = {
      ...claim.metadata,
      finalizers: ['resource.kubernetes.io/delete-protection'],
    }
    const held = await client.update(resourceClaims, { ...claim, metadata })
    const onLost = {
      matchFields: [{ key: 'metadata.name', operator: 'In' as const, values: ['lost'] }],
    }
    await client.updateStatus(resourceClaims, {
      ...held,
      status: {
        allocation: {
          devices: { results: [result] },
          nodeSelector: { nodeSelectorTerms: [onLost] },
        },
      },
    })
    await apply(podManifest('saved', 'resourceClaimName: stuck'))
    await isRunning('saved')
    expect((await getClaim('stuck')).status?.allocation?.devices?.results?.[0]?.pool).toBe('gpu')
    await remove('saved')
  })
})

test('many pods at once get a device each, and never the same', async () => {
  const names = Array.from({ length: 8 }, (_, index) => `crowd-${index}`)
  const devices = Object.fromEntries(names.map(name => [name, 'small']))
  await apply(slice('plain', devices), ...names.map(name => claimManifest(name)))
  await Promise.all(
    names.map(name =>
      client.create(pods, {
        metadata: { name, namespace },
        spec: {
          containers: [{ name: 'app', image: 'app' }],
          resourceClaims: [{ name: 'gpu', resourceClaimName: name }],
          terminationGracePeriodSeconds: 0,
        },
      }),
    ),
  )
  for (const name of names) await isRunning(name)
  const { items } = await client.list(resourceClaims, { namespace })
  const taken = items
    .flatMap(({ status }) => status?.allocation?.devices?.results ?? [])
    .map(({ pool, device }) => `${pool}/${device}`)
  expect(taken).toHaveLength(8)
  expect(new Set(taken).size).toBe(8)
  await remove(...names)
})

test('a quota limits the devices of a class', async () => {
  await run('create namespace limited')
  const quota = '--hard=gpus.deviceclass.resource.k8s.io/devices=1'
  await run(`create quota devices -n limited ${quota}`)
  const claim = (name: string) =>
    kubectl(cluster.kubeconfig, ['create', '-n', 'limited', '-f', '-'], {
      input: claimManifest(name),
    })
  await eventually(async () => expect((await claim('within')).stderr).toBe(''))
  expect((await claim('beyond')).stderr).toContain(
    'exceeded quota: devices, requested: gpus.deviceclass.resource.k8s.io/devices=1, used: gpus.deviceclass.resource.k8s.io/devices=1, limited: gpus.deviceclass.resource.k8s.io/devices=1',
  )
})

test('claims are accepted without a warning', async () => {
  const { stderr } = await kubectl(cluster.kubeconfig, ['apply', '-f', '-'], {
    input: [claimManifest('quiet'), templateManifest('quiet')].join('\n---\n'),
  })
  expect(stderr).toBe('')
})
