import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  configMaps,
  deployments,
  limitRanges,
  namespaces,
  persistentVolumeClaims,
  pods,
  resourceQuotas,
  services,
} from '#client/resource-types.ts'
import type { Client } from '#client/rest.ts'
import type {
  LimitRangeItem,
  PodSpec,
  ResourceQuotaSpec,
  ResourceRequirements,
} from '#kubernetes/api/core-v1.ts'
import { StatusError } from '#kubernetes/status-error.ts'
import { type ControlledCluster, startControlledCluster } from '../../support/controlled-cluster.ts'
import { eventually } from '../../support/eventually.ts'

let controlled: ControlledCluster
let client: Client
let namespace = ''
let next = 0

beforeAll(async () => {
  controlled = await startControlledCluster()
  client = controlled.client
})

afterAll(async () => {
  await controlled?.[Symbol.asyncDispose]()
})

beforeEach(async () => {
  namespace = `quota-${++next}`
  await client.create(namespaces, { metadata: { name: namespace }, spec: {} })
  await eventually(async () => {
    await client.raw({
      method: 'GET',
      path: `/api/v1/namespaces/${namespace}/serviceaccounts/default`,
    })
  })
})

const limit = async (spec: ResourceQuotaSpec, name = 'cap') => {
  await client.create(resourceQuotas, { metadata: { name, namespace }, spec })
  await eventually(async () => {
    const { status } = await readQuota(name)
    expect(status?.hard).toEqual(spec.hard)
  })
}
const readQuota = (name = 'cap') => client.get(resourceQuotas, { namespace, name })
const used = async () => (await readQuota()).status?.used
/** What goes is counted anew, which may come between what admission counted and what the informers see; a second look corrects it. */
const untilUsed = (amounts: Record<string, string>) =>
  eventually(async () => expect(await used()).toEqual(amounts))
const bound = (...limits: LimitRangeItem[]) =>
  client.create(limitRanges, { metadata: { name: 'bounds', namespace }, spec: { limits } })
const createPod = (
  name: string,
  resources: ResourceRequirements = {},
  spec: Partial<PodSpec> = {},
) =>
  client.create(pods, {
    metadata: { name, namespace },
    spec: { containers: [{ name: 'main', image: 'x:1', resources }], ...spec },
  })
const configMap = (name: string) => client.create(configMaps, { metadata: { name, namespace } })
async function refusal(asking: Promise<unknown>): Promise<string> {
  const error = await asking.then(
    () => undefined,
    error => error,
  )
  expect(error).toBeInstanceOf(StatusError)
  expect((error as StatusError).code).toBe(403)
  return (error as StatusError).message
}

describe('a quota', () => {
  test('of ten lets exactly ten of fifty simultaneous creates through', async () => {
    await limit({ hard: { configmaps: '11' } })
    const outcomes = await Promise.allSettled(
      Array.from({ length: 50 }, (_, index) => configMap(`map-${index}`)),
    )
    // The namespace's authority is the eleventh.
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(10)
    expect((await client.list(configMaps, { namespace })).items).toHaveLength(11)
    await untilUsed({ configmaps: '11' })
  })

  test('says what was asked for, used and allowed', async () => {
    await limit({ hard: { pods: '5', 'requests.cpu': '1', 'limits.memory': '1Gi' } })
    const half = { requests: { cpu: '600m' }, limits: { memory: '512Mi' } }
    await createPod('first', half)
    await untilUsed({ pods: '1', 'requests.cpu': '600m', 'limits.memory': '512Mi' })
    expect(await refusal(createPod('second', half))).toBe(
      'pods "second" is forbidden: exceeded quota: cap, requested: requests.cpu=600m, used: requests.cpu=600m, limited: requests.cpu=1',
    )
    expect(await refusal(createPod('third', { limits: { memory: '1Mi' } }))).toBe(
      'pods "third" is forbidden: failed quota: cap: must specify requests.cpu for: main',
    )
  })

  test('counts again when something goes', async () => {
    await limit({ hard: { pods: '1', 'count/deployments.apps': '1' } })
    await createPod('only')
    expect(await refusal(createPod('more'))).toContain('exceeded quota: cap, requested: pods=1')
    await client.delete(pods, { namespace, name: 'only' }, { gracePeriodSeconds: 0 })
    await eventually(async () => expect((await used())?.['pods']).toBe('0'))
    await createPod('more')
    await client.create(deployments, {
      metadata: { name: 'web', namespace },
      spec: {
        replicas: 0,
        selector: { matchLabels: { app: 'web' } },
        template: {
          metadata: { labels: { app: 'web' } },
          spec: { containers: [{ name: 'main', image: 'x:1' }] },
        },
      },
    })
    await untilUsed({ pods: '1', 'count/deployments.apps': '1' })
    await client.delete(deployments, { namespace, name: 'web' })
    await eventually(async () => expect((await used())?.['count/deployments.apps']).toBe('0'))
  })

  test('counts what was there before it', async () => {
    await createPod('before', { requests: { memory: '64Mi' } })
    await limit({ hard: { pods: '3', memory: '100Mi' } })
    await untilUsed({ pods: '1', memory: '64Mi' })
    expect(await refusal(createPod('after', { requests: { memory: '64Mi' } }))).toContain(
      'requested: memory=64Mi, used: memory=64Mi, limited: memory=100Mi',
    )
  })

  test('with scopes counts only the pods in them', async () => {
    await limit({ hard: { pods: '1' }, scopes: ['BestEffort'] })
    await createPod('burstable', { requests: { cpu: '1m' } })
    expect(await used()).toEqual({ pods: '0' })
    await createPod('best-effort')
    expect(await refusal(createPod('second'))).toContain('exceeded quota: cap')
    await createPod('ending', { requests: { cpu: '1m' } }, { activeDeadlineSeconds: 60 })
  })

  test('by class of priority', async () => {
    const matchExpressions = [
      {
        scopeName: 'PriorityClass' as const,
        operator: 'In' as const,
        values: ['system-node-critical'],
      },
    ]
    await limit({ hard: { pods: '0' }, scopeSelector: { matchExpressions } })
    await createPod('plain')
    const urgent = createPod('urgent', {}, { priorityClassName: 'system-node-critical' })
    expect(await refusal(urgent)).toContain('requested: pods=1, used: pods=0, limited: pods=0')
  })

  test('counts node ports and storage, also when they grow later', async () => {
    await limit({ hard: { 'services.nodeports': '1', 'requests.storage': '2Gi' } })
    await client.create(services, {
      metadata: { name: 'web', namespace },
      spec: { ports: [{ port: 80 }] },
    })
    const toNodePort = () =>
      client.patch(
        services,
        { namespace, name: 'web' },
        { spec: { type: 'NodePort', ports: [{ port: 80 }, { name: 'b', port: 81 }] } },
        { type: 'merge' },
      )
    await expect(toNodePort()).rejects.toThrow()
    await client.patch(
      services,
      { namespace, name: 'web' },
      { spec: { type: 'NodePort' } },
      { type: 'merge' },
    )
    expect((await used())?.['services.nodeports']).toBe('1')
    const claim = (name: string, storage: string) =>
      client.create(persistentVolumeClaims, {
        metadata: { name, namespace },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
      })
    await claim('data', '1Gi')
    expect(await refusal(claim('more', '1500Mi'))).toBe(
      'persistentvolumeclaims "more" is forbidden: exceeded quota: cap, requested: requests.storage=1500Mi, used: requests.storage=1Gi, limited: requests.storage=2Gi',
    )
  })

  test('is not touched by a dry run', async () => {
    await limit({ hard: { pods: '1' } })
    const pod = {
      metadata: { name: 'a', namespace },
      spec: { containers: [{ name: 'a', image: 'x:1' }] },
    }
    await client.create(pods, pod, { dryRun: true })
    expect(await used()).toEqual({ pods: '0' })
    await client.create(pods, pod)
    await expect(
      client.create(pods, { ...pod, metadata: { ...pod.metadata, name: 'b' } }, { dryRun: true }),
    ).rejects.toThrow('exceeded quota')
  })
})

describe('a limit range', () => {
  test('fills what containers leave open, and notes it', async () => {
    await bound({
      type: 'Container',
      default: { cpu: '500m', memory: '256Mi' },
      defaultRequest: { cpu: '100m' },
    })
    const { metadata, spec, status } = await createPod('filled', { limits: { memory: '1Gi' } })
    expect(spec.containers?.[0]?.resources).toEqual({
      requests: { cpu: '100m', memory: '1Gi' },
      limits: { cpu: '500m', memory: '1Gi' },
    })
    expect(status?.qosClass).toBe('Burstable')
    expect(metadata.annotations?.['kubernetes.io/limit-ranger']).toBe(
      'LimitRanger plugin set: cpu request for container main; cpu limit for container main',
    )
  })

  test('refuses what is beyond its bounds, in upstream words', async () => {
    await bound(
      {
        type: 'Container',
        min: { cpu: '100m' },
        max: { cpu: '1' },
        maxLimitRequestRatio: { cpu: '2' },
      },
      { type: 'Pod', max: { memory: '1Gi' } },
    )
    expect(
      await refusal(
        createPod('much', { requests: { cpu: '1' }, limits: { cpu: '2', memory: '1Mi' } }),
      ),
    ).toBe('pods "much" is forbidden: maximum cpu usage per Container is 1, but limit is 2')
    expect(
      await refusal(
        createPod('little', { requests: { cpu: '50m' }, limits: { cpu: '100m', memory: '1Mi' } }),
      ),
    ).toBe(
      'pods "little" is forbidden: minimum cpu usage per Container is 100m, but request is 50m',
    )
    expect(
      await refusal(
        createPod('wide', { requests: { cpu: '100m' }, limits: { cpu: '1', memory: '2Gi' } }),
      ),
    ).toBe(
      'pods "wide" is forbidden: [cpu max limit to request ratio per Container is 2, but provided ratio is 10.000000, maximum memory usage per Pod is 1Gi, but limit is 2Gi]',
    )
    expect(await refusal(createPod('open', { requests: { cpu: '1' }, limits: { cpu: '1' } }))).toBe(
      'pods "open" is forbidden: maximum memory usage per Pod is 1Gi.  No limit is specified',
    )
  })

  test('bounds claims', async () => {
    await bound({ type: 'PersistentVolumeClaim', min: { storage: '1Gi' }, max: { storage: '2Gi' } })
    const claim = (storage: string) =>
      client.create(persistentVolumeClaims, {
        metadata: { name: 'data', namespace },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
      })
    expect(await refusal(claim('3Gi'))).toBe(
      'persistentvolumeclaims "data" is forbidden: maximum storage usage per PersistentVolumeClaim is 2Gi, but request is 3Gi',
    )
    expect(await refusal(claim('1Mi'))).toBe(
      'persistentvolumeclaims "data" is forbidden: minimum storage usage per PersistentVolumeClaim is 1Gi, but request is 1Mi',
    )
    await claim('1Gi')
  })
})
