import { afterAll, beforeAll, expect, test } from 'vitest'
import { podDisruptionBudgets, pods, serviceAccounts } from '#client/resource-types.ts'
import { Client } from '#client/rest.ts'
import type { DeleteOptions } from '#kubernetes/api/meta-v1.ts'
import type {
  PodDisruptionBudgetSpec,
  PodDisruptionBudgetStatus,
} from '#kubernetes/api/policy-v1.ts'
import { StatusError } from '#kubernetes/status-error.ts'
import { startCluster, type TestCluster } from '../../support/start-cluster.ts'

/** Nobody counts here: budgets say what the tests let them say. */
let cluster: TestCluster
let client: Client
const namespace = 'default'

beforeAll(async () => {
  cluster = await startCluster({ controllers: false })
  client = new Client(cluster.admin)
  await client.create(serviceAccounts, { metadata: { name: 'default', namespace } })
})
afterAll(() => cluster?.[Symbol.asyncDispose]())

/** A pod on a node, which would have to end it. */
async function runPod(app: string, name: string, { phase = 'Running', ready = true } = {}) {
  await client.create(pods, {
    metadata: { name, namespace, labels: { app } },
    spec: { nodeName: 'node-1', containers: [{ name: 'main', image: 'x:1' }] },
  })
  const conditions = [{ type: 'Ready', status: ready ? 'True' : 'False' }]
  const status = { status: { phase, conditions } }
  await client.patch(pods, { namespace, name }, status, { type: 'merge', subresource: 'status' })
}

async function guard(
  app: string,
  counts: Partial<PodDisruptionBudgetStatus>,
  spec: PodDisruptionBudgetSpec = {},
) {
  const budget = await client.create(podDisruptionBudgets, {
    metadata: { name: app, namespace },
    spec: { selector: { matchLabels: { app } }, ...spec },
  })
  const status = {
    observedGeneration: budget.metadata.generation ?? 0,
    disruptionsAllowed: 0,
    currentHealthy: 0,
    desiredHealthy: 0,
    expectedPods: 0,
    ...counts,
  }
  await client.updateStatus(podDisruptionBudgets, { ...budget, status })
}

const budget = async (name: string) =>
  (await client.get(podDisruptionBudgets, { namespace, name })).status
const readPod = (name: string) => client.get(pods, { namespace, name })
const isGoing = async (name: string) =>
  (await readPod(name)).metadata.deletionTimestamp !== undefined

const evict = (name: string, deleteOptions?: DeleteOptions) =>
  client.raw({
    method: 'POST',
    path: `/api/v1/namespaces/${namespace}/pods/${name}/eviction`,
    body: {
      apiVersion: 'policy/v1',
      kind: 'Eviction',
      metadata: { name, namespace },
      ...(deleteOptions ? { deleteOptions } : {}),
    },
  })

async function refusal(evicting: Promise<unknown>) {
  const error = await evicting.then(
    () => undefined,
    error => error,
  )
  expect(error).toBeInstanceOf(StatusError)
  return (error as StatusError).status
}

test('an eviction takes one disruption off the budget, and notes whom for', async () => {
  await guard('spent', { disruptionsAllowed: 1, currentHealthy: 2, desiredHealthy: 1 })
  await runPod('spent', 'spent-1')
  await runPod('spent', 'spent-2')
  await evict('spent-1')
  expect(await isGoing('spent-1')).toBe(true)
  expect(await budget('spent')).toMatchObject({
    disruptionsAllowed: 0,
    disruptedPods: { 'spent-1': expect.any(String) },
    conditions: [{ type: 'DisruptionAllowed', status: 'False', reason: 'InsufficientPods' }],
  })
  expect((await refusal(evict('spent-2'))).code).toBe(429)
  expect(await isGoing('spent-2')).toBe(false)
})

test('a dry run is refused where the eviction would be', async () => {
  await guard('trial', { disruptionsAllowed: 0 })
  await runPod('trial', 'trial-1')
  expect((await refusal(evict('trial-1', { dryRun: ['All'] }))).code).toBe(429)
})

test('a budget that changed since it was counted allows nothing, and asks for patience', async () => {
  await guard('changed', { disruptionsAllowed: 5, observedGeneration: 0 })
  await runPod('changed', 'changed-1')
  expect(await refusal(evict('changed-1'))).toMatchObject({
    code: 429,
    details: {
      retryAfterSeconds: 10,
      causes: [
        {
          reason: 'DisruptionBudget',
          message: 'The disruption budget changed is still being processed by the server.',
        },
      ],
    },
  })
  expect(await isGoing('changed-1')).toBe(false)
})

test('a pod that isn’t ready needs room in the budget while too few are healthy', async () => {
  await guard('few', { disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 2 })
  await runPod('few', 'few-1', { ready: false })
  expect((await refusal(evict('few-1'))).code).toBe(429)
})

test('but none where the budget doesn’t care for such pods', async () => {
  await guard(
    'careless',
    { disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 2 },
    { unhealthyPodEvictionPolicy: 'AlwaysAllow' },
  )
  await runPod('careless', 'careless-1', { ready: false })
  await runPod('careless', 'careless-2')
  await evict('careless-1')
  expect((await budget('careless'))?.disruptedPods).toBeUndefined()
  expect((await refusal(evict('careless-2'))).code).toBe(429)
})

test.each(['Pending', 'Succeeded', 'Failed'])('a pod that is %s asks no budget', async phase => {
  const app = phase.toLowerCase()
  await guard(app, { disruptionsAllowed: 0 })
  await runPod(app, `${app}-1`, { phase })
  await evict(`${app}-1`)
  expect((await budget(app))?.disruptionsAllowed).toBe(0)
})

test('another pod than the one that is meant stays as it is', async () => {
  await runPod('other', 'other-1')
  const { metadata, status } = await readPod('other-1')
  expect((await refusal(evict('other-1', { preconditions: { uid: 'gone' } }))).code).toBe(409)
  expect(await readPod('other-1')).toMatchObject({ metadata, status })
})
