import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  daemonSets,
  deployments,
  events,
  namespaces,
  podDisruptionBudgets,
  pods,
} from '#client/resource-types.ts'
import type { Client } from '#client/rest.ts'
import type { PodDisruptionBudgetSpec } from '#kubernetes/api/policy-v1.ts'
import { StatusError } from '#kubernetes/status-error.ts'
import { type ControlledCluster, startControlledCluster } from '../../support/controlled-cluster.ts'
import { eventually } from '../../support/eventually.ts'
import { PretendKubelet } from '../../support/pretend-kubelet.ts'

let controlled: ControlledCluster
let kubelet: PretendKubelet
let client: Client
let namespace = ''
let next = 0

beforeAll(async () => {
  controlled = await startControlledCluster()
  client = controlled.client
  kubelet = new PretendKubelet(client)
})

afterAll(async () => {
  await kubelet?.[Symbol.asyncDispose]()
  await controlled?.[Symbol.asyncDispose]()
})

beforeEach(async () => {
  namespace = `budget-${++next}`
  await client.create(namespaces, { metadata: { name: namespace }, spec: {} })
  kubelet.isReady = () => true
})

async function runPods(replicas: number, app = 'web') {
  await client.create(deployments, {
    metadata: { name: app, namespace },
    spec: {
      replicas,
      selector: { matchLabels: { app } },
      template: {
        metadata: { labels: { app } },
        spec: { containers: [{ name: 'main', image: 'x:1' }] },
      },
    },
  })
  await eventually(async () => {
    const { status } = await client.get(deployments, { namespace, name: app })
    expect(status?.replicas).toBe(replicas)
    expect((await podsOf(app)).every(({ status }) => status?.phase)).toBe(true)
  })
}
const podsOf = async (app = 'web') =>
  (await client.list(pods, { namespace, labelSelector: `app=${app}` })).items.filter(
    ({ metadata }) => !metadata.deletionTimestamp,
  )
const protect = (spec: PodDisruptionBudgetSpec, name = 'guard') =>
  client.create(podDisruptionBudgets, {
    metadata: { name, namespace },
    spec: { selector: { matchLabels: { app: 'web' } }, ...spec },
  })
const readBudget = () => client.get(podDisruptionBudgets, { namespace, name: 'guard' })
const allowed = (count: number) =>
  eventually(async () => {
    const { metadata, status } = await readBudget()
    expect(status?.observedGeneration).toBe(metadata.generation)
    expect(status?.disruptionsAllowed).toBe(count)
  })
const evict = (name: string | undefined, options: { dryRun?: string } = {}) =>
  client.raw<{ status: string; code: number }>({
    method: 'POST',
    path: `/api/v1/namespaces/${namespace}/pods/${name}/eviction`,
    query: options,
    body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } },
  })
const refusal = async (evicting: Promise<unknown>) => {
  const error = await evicting.then(
    () => undefined,
    error => error,
  )
  expect(error).toBeInstanceOf(StatusError)
  return (error as StatusError).status
}

describe('a disruption budget', () => {
  test('counts its pods and says what may go', async () => {
    await runPods(3)
    await protect({ minAvailable: 2 })
    await allowed(1)
    const { status } = await readBudget()
    expect(status).toMatchObject({ currentHealthy: 3, desiredHealthy: 2, expectedPods: 3 })
    expect(status?.conditions).toMatchObject([
      { type: 'DisruptionAllowed', status: 'True', reason: 'SufficientPods', message: '' },
    ])
  })

  test('takes percentages of what the controllers of the pods want', async () => {
    await runPods(4)
    await protect({ maxUnavailable: '30%' })
    await allowed(2)
    expect((await readBudget()).status).toMatchObject({ desiredHealthy: 2, expectedPods: 4 })
    const patch = { spec: { maxUnavailable: null, minAvailable: '51%' } }
    await client.patch(podDisruptionBudgets, { namespace, name: 'guard' }, patch, { type: 'merge' })
    await allowed(1)
    expect((await readBudget()).status).toMatchObject({ desiredHealthy: 3, expectedPods: 4 })
  })

  test('follows the scale of its deployment', async () => {
    await runPods(2)
    await protect({ maxUnavailable: 1 })
    await allowed(1)
    kubelet.isReady = () => false
    await client.patch(
      deployments,
      { namespace, name: 'web' },
      { spec: { replicas: 3 } },
      { type: 'merge' },
    )
    await allowed(0)
    expect((await readBudget()).status).toMatchObject({
      expectedPods: 3,
      desiredHealthy: 2,
      currentHealthy: 2,
      conditions: [{ status: 'False', reason: 'InsufficientPods' }],
    })
  })

  test('of pods whose controller has no scale allows nothing and says why', async () => {
    await client.create(daemonSets, {
      metadata: { name: 'agent', namespace },
      spec: {
        selector: { matchLabels: { app: 'web' } },
        template: {
          metadata: { labels: { app: 'web' } },
          spec: { containers: [{ name: 'main', image: 'x:1' }] },
        },
      },
    })
    const owner = await client.get(daemonSets, { namespace, name: 'agent' })
    await client.create(pods, {
      metadata: {
        name: 'agent-1',
        namespace,
        labels: { app: 'web' },
        ownerReferences: [
          {
            apiVersion: 'apps/v1',
            kind: 'DaemonSet',
            name: 'agent',
            uid: owner.metadata.uid,
            controller: true,
          },
        ],
      },
      spec: { nodeName: 'node-1', containers: [{ name: 'main', image: 'x:1' }] },
    })
    await protect({ maxUnavailable: 1 })
    await eventually(async () => {
      expect((await readBudget()).status?.conditions).toMatchObject([
        {
          type: 'DisruptionAllowed',
          status: 'False',
          reason: 'SyncFailed',
          message: 'daemonsets.apps does not implement the scale subresource',
        },
      ])
    })
    const { items } = await client.list(events, { namespace })
    expect(items.map(({ reason }) => reason)).toContain('CalculateExpectedPodCountFailed')
  })
})

describe('an eviction', () => {
  test('deletes a pod and says on it why, as far as the budget goes', async () => {
    await runPods(3)
    await protect({ minAvailable: 2 })
    await allowed(1)
    const [first, second] = await podsOf()
    kubelet.isReady = () => false
    const keep = { metadata: { finalizers: ['example.com/keep'] } }
    await client.patch(pods, first?.metadata ?? {}, keep, { type: 'merge' })
    expect(await evict(first?.metadata.name)).toMatchObject({ status: 'Success', code: 201 })
    const evicted = await client.get(pods, first?.metadata ?? {})
    expect(evicted.metadata.deletionTimestamp).toBeDefined()
    const { conditions } = evicted.status ?? {}
    expect(conditions?.find(({ type }) => type === 'DisruptionTarget')).toMatchObject({
      status: 'True',
      reason: 'EvictionByEvictionAPI',
      message: 'Eviction API: evicting',
    })
    await allowed(0)
    expect(await refusal(evict(second?.metadata.name))).toMatchObject({
      code: 429,
      reason: 'TooManyRequests',
      message: "Cannot evict pod as it would violate the pod's disruption budget.",
      details: {
        causes: [
          {
            reason: 'DisruptionBudget',
            message: 'The disruption budget guard needs 2 healthy pods and has 2 currently',
          },
        ],
      },
    })
  })

  test('many at once never take more than the budget allows', async () => {
    await runPods(6)
    await protect({ maxUnavailable: 2 })
    await allowed(2)
    kubelet.isReady = () => false
    const outcomes = await Promise.allSettled(
      (await podsOf()).map(({ metadata }) => evict(metadata.name)),
    )
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(2)
  })

  test('of an unready pod spares the budget where enough others are healthy', async () => {
    await runPods(2)
    kubelet.isReady = () => false
    await client.patch(
      deployments,
      { namespace, name: 'web' },
      { spec: { replicas: 3 } },
      { type: 'merge' },
    )
    await protect({ minAvailable: 2 })
    await eventually(async () => expect(await podsOf()).toHaveLength(3))
    await allowed(0)
    const unready = (await podsOf()).find(
      ({ status }) =>
        !status?.conditions?.some(one => one.type === 'Ready' && one.status === 'True'),
    )
    await client.patch(
      pods,
      unready?.metadata ?? {},
      { status: { phase: 'Running' } },
      { type: 'merge', subresource: 'status' },
    )
    expect(await evict(unready?.metadata.name)).toMatchObject({ status: 'Success' })
    expect((await readBudget()).status?.disruptedPods ?? {}).toEqual({})
  })

  test('as a dry run changes nothing', async () => {
    await runPods(2)
    await protect({ minAvailable: 1 })
    await allowed(1)
    const [pod] = await podsOf()
    const before = await client.get(pods, pod?.metadata ?? {})
    expect(await evict(pod?.metadata.name, { dryRun: 'All' })).toMatchObject({ status: 'Success' })
    expect(await client.get(pods, pod?.metadata ?? {})).toEqual(before)
    expect((await readBudget()).status?.disruptionsAllowed).toBe(1)
  })

  test('of a pod with two budgets is refused', async () => {
    await runPods(2)
    await protect({ minAvailable: 1 })
    await protect({ minAvailable: 1 }, 'second')
    await allowed(1)
    const [pod] = await podsOf()
    expect(await refusal(evict(pod?.metadata.name))).toMatchObject({
      code: 500,
      message:
        'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
    })
  })

  test('must name its pod', async () => {
    await runPods(1)
    const [pod] = await podsOf()
    const name = pod?.metadata.name
    const wrong = client.raw({
      method: 'POST',
      path: `/api/v1/namespaces/${namespace}/pods/${name}/eviction`,
      body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'other' } },
    })
    expect(await refusal(wrong)).toMatchObject({
      code: 400,
      message: 'name in URL does not match name in Eviction object',
    })
  })
})
