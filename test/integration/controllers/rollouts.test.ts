import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { systemClock } from '#base/clock.ts'
import { silentLogger } from '#base/logger.ts'
import { deployments, events, pods, replicaSets } from '#client/resource-types.ts'
import { SharedInformers } from '#client/shared-informers.ts'
import { deploymentController } from '#control-plane/controllers/deployment/deployment.ts'
import { replicaSetController } from '#control-plane/controllers/replicaset.ts'
import { serviceAccountController } from '#control-plane/controllers/serviceaccount.ts'
import type { Deployment, DeploymentSpec } from '#kubernetes/api/apps-v1.ts'
import type { Pod } from '#kubernetes/api/core-v1.ts'
import { isPodActive, isPodReady, isPodTerminal } from '#kubernetes/pod-state.ts'
import { type ControlledCluster, startControlledCluster } from '../../support/controlled-cluster.ts'
import { eventually } from '../../support/eventually.ts'
import { PretendKubelet } from '../../support/pretend-kubelet.ts'

let controlled: ControlledCluster
let kubelet: PretendKubelet

beforeAll(async () => {
  const only = [deploymentController, replicaSetController, serviceAccountController]
  controlled = await startControlledCluster({ only })
  kubelet = new PretendKubelet(controlled.client)
  kubelet.isReady = pod => !imageOf(pod).startsWith('broken')
  await eventually(() => controlled.client.create(pods, probe))
  await controlled.client.delete(pods, probe.metadata, { gracePeriodSeconds: 0 })
})

afterAll(async () => {
  await kubelet?.[Symbol.asyncDispose]()
  await controlled?.[Symbol.asyncDispose]()
})

const probe: Pod = {
  metadata: { name: 'probe', namespace: 'default' },
  spec: { containers: [{ name: 'main', image: 'web' }] },
}
const imageOf = (pod: Pod): string => pod.spec.containers[0]?.image ?? ''
const named = (name: string) => ({ namespace: 'default', name })

const deployment = (name: string, image: string, more: Partial<DeploymentSpec>): Deployment => ({
  metadata: { name, namespace: 'default' },
  spec: {
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'web', image }] },
    },
    ...more,
  },
})

const setImage = (name: string, image: string) =>
  controlled.client.patch(
    deployments,
    named(name),
    { spec: { template: { spec: { containers: [{ name: 'web', image }] } } } },
    { type: 'strategic' },
  )

async function complete(name: string): Promise<void> {
  await eventually(async () => {
    const { metadata, spec, status } = await controlled.client.get(deployments, named(name))
    expect(status).toMatchObject({
      observedGeneration: metadata.generation,
      replicas: spec.replicas,
      updatedReplicas: spec.replicas,
      availableReplicas: spec.replicas,
    })
    const progressing = status?.conditions?.find(({ type }) => type === 'Progressing')
    expect(progressing?.reason).toBe('NewReplicaSetAvailable')
  })
}

const revisionsOf = async (name: string) => {
  const list = await controlled.client.list(replicaSets, {
    namespace: 'default',
    labelSelector: `app=${name}`,
  })
  return Object.fromEntries(
    list.items.map(({ metadata, spec }) => [
      spec?.template?.spec?.containers[0]?.image,
      metadata.annotations?.['deployment.kubernetes.io/revision'],
    ]),
  )
}

test('a rolling update never has too few available pods nor too many in all', async () => {
  const seed = Number(process.env['SEED'] ?? Date.now() % 100_000)
  let state = seed
  const random = (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((state / 2_147_483_648) * below)
  }
  const { client } = controlled
  const replicas = 4 + random(5)
  const maxSurge = random(3)
  const maxUnavailable = maxSurge === 0 ? 1 + random(2) : random(3)
  const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } } as const
  await client.create(deployments, deployment('steady', 'web:0', { replicas, strategy }))
  await complete('steady')

  await using informers = new SharedInformers({ client, clock: systemClock, logger: silentLogger })
  const { informer } = informers.use(pods, { namespace: 'default', labelSelector: 'app=steady' })
  await informer.synced
  const violations: string[] = []
  const look = () => {
    const all = informer.list().filter(pod => !isPodTerminal(pod))
    const active = all.filter(isPodActive)
    const available = active.filter(isPodReady).length
    if (available < replicas - maxUnavailable) violations.push(`${available} available`)
    if (active.length > replicas + maxSurge) violations.push(`${active.length} pods`)
  }
  informer.on({ added: look, updated: look, deleted: look })
  for (let round = 1; round <= 4; round++) {
    await setImage('steady', random(3) === 0 ? `broken:${round}` : `web:${round}`)
    if (random(2) === 0) await controlled.restart()
    await new Promise<void>(resolve => systemClock.after(random(150), resolve))
  }
  await setImage('steady', 'web:last')
  await complete('steady')
  const setting = { seed, replicas, maxSurge, maxUnavailable }
  expect(violations, JSON.stringify(setting)).toEqual([])
})

test('a deployment tells how many pods it lacks, and when it last came nearer', async () => {
  const { client } = controlled
  const ready = new Set<string>()
  const usual = kubelet.isReady
  onTestFinished(() => {
    kubelet.isReady = usual
  })
  kubelet.isReady = pod => ready.has(pod.metadata.uid ?? '')
  await client.create(deployments, deployment('slow', 'web:1', { replicas: 2 }))
  const progress = async () => {
    const { status } = await client.get(deployments, named('slow'))
    const found = status?.conditions?.find(({ type }) => type === 'Progressing')
    return { unavailable: status?.unavailableReplicas, updated: found?.lastUpdateTime ?? '' }
  }
  await eventually(async () => expect((await progress()).unavailable).toBe(2))
  const before = await progress()
  // Times of conditions are whole seconds: the next one has to have begun.
  await eventually(async () =>
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(before.updated) + 1000),
  )
  const own = { namespace: 'default', labelSelector: 'app=slow' }
  const [first] = (await client.list(pods, own)).items
  ready.add(first?.metadata.uid ?? '')
  await kubelet.look()
  await eventually(async () => {
    const { unavailable, updated } = await progress()
    expect(unavailable).toBe(1)
    expect(Date.parse(updated)).toBeGreaterThan(Date.parse(before.updated))
  })
})

test('a rollout gets a revision, an undo gives the old replica set a new one, and history is bounded', async () => {
  const { client } = controlled
  await client.create(
    deployments,
    deployment('history', 'web:1', { replicas: 2, revisionHistoryLimit: 1 }),
  )
  await complete('history')
  await setImage('history', 'web:2')
  await complete('history')
  expect(await revisionsOf('history')).toEqual({ 'web:1': '1', 'web:2': '2' })
  await setImage('history', 'web:1')
  await complete('history')
  expect(await revisionsOf('history')).toEqual({ 'web:1': '3', 'web:2': '2' })
  const { metadata } = await client.get(deployments, named('history'))
  expect(metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('3')
  await setImage('history', 'web:3')
  await eventually(async () =>
    expect(await revisionsOf('history')).toEqual({ 'web:1': '3', 'web:3': '4' }),
  )
})

test('Recreate stops every old pod before it starts a new one', async () => {
  const { client } = controlled
  const strategy = { type: 'Recreate' } as const
  await client.create(deployments, deployment('fresh', 'web:1', { replicas: 3, strategy }))
  await complete('fresh')
  await using informers = new SharedInformers({ client, clock: systemClock, logger: silentLogger })
  const { informer } = informers.use(pods, { namespace: 'default', labelSelector: 'app=fresh' })
  await informer.synced
  let mixed = false
  const look = () => {
    mixed ||= new Set(informer.list().map(imageOf)).size > 1
  }
  informer.on({ added: look, updated: look })
  kubelet.mayGo = ({ metadata }) => metadata.labels?.['app'] !== 'fresh'
  await setImage('fresh', 'web:2')
  await eventually(async () => {
    expect(informer.list().every(({ metadata }) => metadata.deletionTimestamp)).toBe(true)
    const { metadata, status } = await client.get(deployments, named('fresh'))
    expect(status?.observedGeneration).toBe(metadata.generation)
    expect(status?.terminatingReplicas).toBe(3)
  })
  kubelet.mayGo = () => true
  await kubelet.look()
  await complete('fresh')
  expect(mixed).toBe(false)
  expect(informer.list().map(imageOf)).toEqual(['web:2', 'web:2', 'web:2'])
})

test('a paused deployment scales in proportion but rolls nothing out until it is resumed', async () => {
  const { client } = controlled
  const strategy = {
    type: 'RollingUpdate',
    rollingUpdate: { maxSurge: 3, maxUnavailable: 2 },
  } as const
  await client.create(deployments, deployment('paused', 'web:1', { replicas: 10, strategy }))
  await complete('paused')
  // The documented example: 10 replicas stuck in a rollout at 8 old and 5 new, scaled to 15, become 11 and 7.
  await setImage('paused', 'broken:2')
  const sizes = async () => {
    const list = await client.list(replicaSets, {
      namespace: 'default',
      labelSelector: 'app=paused',
    })
    return Object.fromEntries(
      list.items.map(({ spec }) => [spec?.template?.spec?.containers[0]?.image, spec?.replicas]),
    )
  }
  await eventually(async () => expect(await sizes()).toEqual({ 'web:1': 8, 'broken:2': 5 }))
  const pause = (paused: boolean) =>
    client.patch(deployments, named('paused'), { spec: { paused } }, { type: 'merge' })
  await pause(true)
  await client.patch(deployments, named('paused'), { spec: { replicas: 15 } }, { type: 'merge' })
  await eventually(async () => expect(await sizes()).toEqual({ 'web:1': 11, 'broken:2': 7 }))
  await setImage('paused', 'web:3')
  await eventually(async () => {
    const { metadata, status } = await client.get(deployments, named('paused'))
    const progressing = status?.conditions?.find(({ type }) => type === 'Progressing')
    expect(progressing?.reason).toBe('DeploymentPaused')
    expect(status?.observedGeneration).toBe(metadata.generation)
  })
  expect(await sizes()).toEqual({ 'web:1': 11, 'broken:2': 7 })
  await pause(false)
  await complete('paused')
  expect(await sizes()).toEqual({ 'web:1': 0, 'broken:2': 0, 'web:3': 15 })
})

test('a rollout without progress is reported after its deadline', async () => {
  const { client } = controlled
  await client.create(
    deployments,
    deployment('stuck', 'broken:1', { replicas: 1, progressDeadlineSeconds: 1 }),
  )
  const { name = '' } =
    (
      await eventually(async () => {
        const list = await client.list(replicaSets, {
          namespace: 'default',
          labelSelector: 'app=stuck',
        })
        expect(list.items).toHaveLength(1)
        return list.items[0]
      })
    )?.metadata ?? {}
  await eventually(async () => {
    const { status } = await client.get(deployments, named('stuck'))
    expect(status?.conditions).toContainEqual(
      expect.objectContaining({
        type: 'Progressing',
        status: 'False',
        reason: 'ProgressDeadlineExceeded',
        message: `ReplicaSet "${name}" has timed out progressing.`,
      }),
    )
    expect(status?.conditions).toContainEqual(
      expect.objectContaining({
        type: 'Available',
        status: 'False',
        message: 'Deployment does not have minimum availability.',
      }),
    )
  })
})

test('orphans that match are adopted, pods whose labels change are released and replaced', async () => {
  const { client } = controlled
  await client.create(deployments, deployment('adopt', 'web:1', { replicas: 2 }))
  await complete('adopt')
  const list = async (selector: string) =>
    (await client.list(pods, { namespace: 'default', labelSelector: selector })).items
  const [first] = await list('app=adopt')
  await client.patch(
    pods,
    first?.metadata ?? {},
    { metadata: { labels: { app: 'stolen' } } },
    { type: 'merge' },
  )
  await eventually(async () => {
    expect(await list('app=adopt')).toHaveLength(2)
    const [stolen] = await list('app=stolen')
    expect(stolen?.metadata.ownerReferences ?? []).toEqual([])
  })
  await client.patch(
    pods,
    first?.metadata ?? {},
    { metadata: { labels: { app: 'adopt' } } },
    { type: 'merge' },
  )
  await eventually(async () => expect(await list('app=adopt')).toHaveLength(2))
  const owned = await list('app=adopt')
  expect(owned.every(({ metadata }) => metadata.ownerReferences?.length === 1)).toBe(true)
})

test('a pod that the API refuses shows as ReplicaFailure and in an event', async () => {
  const { client } = controlled
  const refused = deployment('refused', 'web:1', { replicas: 50 })
  refused.spec.template.spec = {
    serviceAccountName: 'nobody',
    containers: [{ name: 'web', image: 'web:1' }],
  }
  await client.create(deployments, refused)
  await eventually(async () => {
    const { status } = await client.get(deployments, named('refused'))
    const failure = status?.conditions?.find(({ type }) => type === 'ReplicaFailure')
    expect(failure).toMatchObject({ status: 'True', reason: 'FailedCreate' })
    expect(failure?.message).toContain('serviceaccount "nobody" not found')
  })
  const notes = await client.list(events, {
    namespace: 'default',
    fieldSelector: 'reason=FailedCreate',
  })
  // One pod is tried, not fifty.
  expect(notes.items.length).toBeLessThan(10)
  expect(notes.items[0]?.message).toMatch(/^Error creating: pods "refused-\w+-\w*" is forbidden: /)
})
