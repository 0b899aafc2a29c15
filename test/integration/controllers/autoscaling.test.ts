import { afterEach, beforeEach, expect, test } from 'vitest'
import { FakeClock } from '#base/fake-clock.ts'
import {
  deployments,
  events,
  horizontalPodAutoscalers,
  nodes,
  pods,
} from '#client/resource-types.ts'
import type { Client } from '#client/rest.ts'
import { deploymentController } from '#control-plane/controllers/deployment/deployment.ts'
import { horizontalPodAutoscalerController } from '#control-plane/controllers/horizontal-pod-autoscaler/horizontal-pod-autoscaler.ts'
import { replicaSetController } from '#control-plane/controllers/replicaset.ts'
import { serviceAccountController } from '#control-plane/controllers/serviceaccount.ts'
import type { HorizontalPodAutoscalerSpec } from '#kubernetes/api/autoscaling-v2.ts'
import { type ControlledCluster, startControlledCluster } from '../../support/controlled-cluster.ts'
import { eventually } from '../../support/eventually.ts'
import { PretendKubelet } from '../../support/pretend-kubelet.ts'

const named = { name: 'web', namespace: 'default' }
const mebibytes = 2 ** 20
let clock: FakeClock
let controlled: ControlledCluster
let kubelet: PretendKubelet
let client: Client
/** How much memory each pod uses; undefined when nothing is measured. */
let usedBytes: number | undefined

beforeEach(async () => {
  clock = new FakeClock(Date.now())
  controlled = await startControlledCluster({
    clock,
    only: [
      deploymentController,
      horizontalPodAutoscalerController,
      replicaSetController,
      serviceAccountController,
    ],
  })
  client = controlled.client
  kubelet = new PretendKubelet(client)
  usedBytes = undefined
  const unused = () => Promise.reject(new Error('not asked for'))
  controlled.cluster.controlPlane.attachNode({
    request: unused,
    async usage() {
      const { items } = await client.list(pods)
      return {
        at: clock.now(),
        windowMs: 10_000,
        containers: items.flatMap(({ metadata: { uid } }) =>
          usedBytes === undefined
            ? []
            : [{ podUid: uid, name: 'main', cpuNanoCores: 0, memoryWorkingSetBytes: usedBytes }],
        ),
      }
    },
  } as never)
  await client.create(nodes, { metadata: { name: 'node-1' }, spec: {} })
})

afterEach(async () => {
  await kubelet?.[Symbol.asyncDispose]()
  await controlled?.[Symbol.asyncDispose]()
})

async function runDeployment(replicas: number) {
  await client.create(deployments, {
    metadata: named,
    spec: {
      replicas,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: {
          containers: [
            { name: 'main', image: 'x:1', resources: { requests: { memory: '100Mi' } } },
          ],
        },
      },
    },
  })
  await ready(replicas)
}
const ready = (replicas: number) =>
  eventually(async () => {
    const { status } = await client.get(deployments, named)
    expect([status?.replicas ?? 0, status?.readyReplicas ?? 0]).toEqual([replicas, replicas])
  })
const autoscale = (spec: Partial<HorizontalPodAutoscalerSpec> = {}) =>
  client.create(horizontalPodAutoscalers, {
    metadata: named,
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      maxReplicas: 10,
      metrics: [
        {
          type: 'Resource',
          resource: { name: 'memory', target: { type: 'Utilization', averageUtilization: 50 } },
        },
      ],
      ...spec,
    },
  })
const read = () => client.get(horizontalPodAutoscalers, named)
const conditions = async () =>
  Object.fromEntries(
    ((await read()).status?.conditions ?? []).map(({ type, status, reason }) => [
      type,
      `${status} ${reason}`,
    ]),
  )
const replicas = async () => (await client.get(deployments, named)).spec?.replicas
const notes = async () =>
  (await client.list(events, { namespace: 'default' })).items
    .filter(({ involvedObject }) => involvedObject.kind === 'HorizontalPodAutoscaler')
    .map(({ reason, message }) => `${reason}: ${message}`)
/** Lets the controller look again, and its writes and their effects arrive. */
async function look(seconds = 15) {
  await clock.advance(seconds * 1000)
  await new Promise(resolve => setTimeout(resolve, 200))
}

test('what one container uses may count alone, and how far it may be off', async () => {
  await runDeployment(2)
  usedBytes = 60 * mebibytes
  const target = { type: 'Utilization', averageUtilization: 50 } as const
  const containerResource = { name: 'memory', container: 'main', target }
  await autoscale({
    metrics: [{ type: 'ContainerResource', containerResource }],
    behavior: { scaleUp: { tolerance: '300m' } },
  })
  const current = { averageValue: `${usedBytes}`, averageUtilization: 60 }
  await eventually(async () =>
    expect((await read()).status?.currentMetrics).toEqual([
      {
        type: 'ContainerResource',
        containerResource: { name: 'memory', container: 'main', current },
      },
    ]),
  )
  expect(await replicas()).toBe(2)
  expect((await read()).status?.lastScaleTime).toBeUndefined()
  await client.patch(
    horizontalPodAutoscalers,
    named,
    { spec: { behavior: { scaleUp: { tolerance: '100m' } } } },
    { type: 'merge' },
  )
  await look()
  await eventually(async () => expect(await replicas()).toBe(3))
  await eventually(async () => {
    const { lastScaleTime = '' } = (await read()).status ?? {}
    expect(Math.abs(Date.parse(lastScaleTime) - clock.now())).toBeLessThan(60_000)
  })
})

test('a deployment grows at once, and shrinks when it was too large for five minutes', async () => {
  await runDeployment(2)
  usedBytes = 100 * mebibytes
  await autoscale()
  await eventually(async () => expect(await replicas()).toBe(4))
  await eventually(async () =>
    expect(await conditions()).toEqual({
      AbleToScale: 'True SucceededRescale',
      ScalingActive: 'True ValidMetricFound',
      ScalingLimited: 'False DesiredWithinRange',
    }),
  )
  const { status } = await read()
  expect(status).toMatchObject({ currentReplicas: 2, desiredReplicas: 4 })
  expect(status?.currentMetrics).toEqual([
    {
      type: 'Resource',
      resource: {
        name: 'memory',
        current: { averageUtilization: 100, averageValue: String(100 * mebibytes) },
      },
    },
  ])
  await eventually(async () =>
    expect(await notes()).toContain(
      'SuccessfulRescale: New size: 4; reason: memory resource utilization (percentage of request) above target',
    ),
  )
  await ready(4)
  usedBytes = 10 * mebibytes
  await look()
  await eventually(async () =>
    expect((await conditions())['AbleToScale']).toBe('True ScaleDownStabilized'),
  )
  expect(await replicas()).toBe(4)
  for (let minute = 0; minute < 6; minute++) await look(60)
  await eventually(async () => expect(await replicas()).toBe(1))
  await eventually(async () =>
    expect(await notes()).toContain(
      'SuccessfulRescale: New size: 1; reason: All metrics below target',
    ),
  )
})

test('a behaviour limits how fast it grows', async () => {
  await runDeployment(1)
  usedBytes = 500 * mebibytes
  const policies = [{ type: 'Pods', value: 1, periodSeconds: 60 }]
  await autoscale({ behavior: { scaleUp: { policies } } })
  await eventually(async () => expect(await replicas()).toBe(2))
  await eventually(async () =>
    expect((await conditions())['ScalingLimited']).toBe('True ScaleUpLimit'),
  )
  await ready(2)
  await look(30)
  expect(await replicas()).toBe(2)
  await look(45)
  await eventually(async () => expect(await replicas()).toBe(3))
})

test('without measurements nothing is done, and it is said why', async () => {
  await runDeployment(2)
  await autoscale()
  await eventually(async () =>
    expect(await conditions()).toEqual({
      AbleToScale: 'True SucceededGetScale',
      ScalingActive: 'False FailedGetResourceMetric',
    }),
  )
  const condition = (await read()).status?.conditions?.find(({ type }) => type === 'ScalingActive')
  const why =
    'failed to get memory utilization: unable to get metrics for resource memory: no metrics returned from resource metrics API'
  expect(condition?.message).toBe(`the HPA was unable to compute the replica count: ${why}`)
  await eventually(async () => {
    expect(await notes()).toEqual([
      `FailedGetResourceMetric: ${why}`,
      `FailedComputeMetricsReplicas: invalid metrics (1 invalid out of 1), first error is: failed to get memory resource metric value: ${why}`,
    ])
  })
  expect(await replicas()).toBe(2)
})

test('a target that is not there, at zero, or out of bounds', async () => {
  await autoscale({ minReplicas: 3 })
  await eventually(async () =>
    expect(await conditions()).toEqual({ AbleToScale: 'False FailedGetScale' }),
  )
  expect((await notes())[0]).toBe('FailedGetScale: deployments.apps "web" not found')
  await runDeployment(0)
  await look()
  await eventually(async () =>
    expect(await conditions()).toEqual({
      AbleToScale: 'True SucceededGetScale',
      ScalingActive: 'False ScalingDisabled',
    }),
  )
  await client.patch(deployments, named, { spec: { replicas: 1 } }, { type: 'merge' })
  await ready(1)
  await look()
  await eventually(async () => expect(await replicas()).toBe(3))
  await eventually(async () =>
    expect(await notes()).toContain(
      'SuccessfulRescale: New size: 3; reason: Current number of replicas below Spec.MinReplicas',
    ),
  )
})

test('two autoscalers of the same pods do nothing, and say so', async () => {
  await runDeployment(2)
  usedBytes = 50 * mebibytes
  await autoscale()
  await eventually(async () =>
    expect((await conditions())['ScalingActive']).toBe('True ValidMetricFound'),
  )
  const { spec } = await read()
  const second = { name: 'rival', namespace: 'default' }
  usedBytes = 200 * mebibytes
  await client.create(horizontalPodAutoscalers, { metadata: second, spec })
  await look()
  await eventually(async () => {
    expect((await conditions())['ScalingActive']).toBe('False AmbiguousSelector')
    const { status } = await client.get(horizontalPodAutoscalers, second)
    expect(status?.conditions?.find(({ type }) => type === 'ScalingActive')?.message).toBe(
      'pods by selector app=web are controlled by multiple HPAs: [default/rival default/web]',
    )
  })
  expect(await replicas()).toBe(2)
})
