import type { V1Pod, V1ResourceRequirements } from '@kubernetes/client-node'
import { AppsV1Api } from '@kubernetes/client-node'
import { expect } from 'vitest'
import { conformance } from '../../support/conformance.ts'
import type { ConformanceContext } from '../../support/context.ts'
import { type Amounts, createQuota, expectUsed, readUsed } from '../../support/quotas.ts'
import { refused } from '../../support/refusals.ts'

const quota = 'test-quota'

/** A pod of one container. */
const pod = (
  name: string,
  resources: V1ResourceRequirements = {},
  spec: { activeDeadlineSeconds?: number } = {},
): V1Pod => ({
  metadata: { name },
  spec: {
    containers: [{ name: 'pause', image: 'registry.k8s.io/pause:3.10.1', resources }],
    terminationGracePeriodSeconds: 0,
    ...spec,
  },
})

/** Steps that hold for whatever is counted: what is created counts, and what is deleted counts no longer. */
async function captureLife(
  context: ConformanceContext,
  {
    resource,
    create,
    remove,
  }: { resource: string; create: () => Promise<unknown>; remove: () => Promise<unknown> },
): Promise<void> {
  const { step } = context
  await step(`create a quota for ${resource}: its status is calculated`, () =>
    createQuota(context, quota, { hard: { [resource]: '20', resourcequotas: '1' } }),
  )
  // A namespace may have such objects from its first moment.
  const before = Number((await readUsed(context, quota))[resource])
  await step('create one: it is counted', async () => {
    await create()
    await expectUsed(context, quota, { [resource]: String(before + 1), resourcequotas: '1' })
  })
  await step('delete it: it is counted no longer', async () => {
    await remove()
    await expectUsed(context, quota, { [resource]: String(before) })
  })
}

conformance(
  '[sig-api-machinery] ResourceQuota should create a ResourceQuota and ensure its status is promptly calculated. [Conformance]',
  async context => {
    await context.step('create a quota: its status says what may be used and what is', async () => {
      const hard = { pods: '5', services: '10', resourcequotas: '1', cpu: '1', memory: '500Mi' }
      await createQuota(context, quota, { hard })
      await expectUsed(context, quota, {
        pods: '0',
        services: '0',
        resourcequotas: '1',
        cpu: '0',
        memory: '0',
      })
    })
  },
)

conformance(
  '[sig-api-machinery] ResourceQuota should create a ResourceQuota and capture the life of a configMap. [Conformance]',
  context => {
    const { core, namespace } = context
    const name = 'counted'
    return captureLife(context, {
      resource: 'configmaps',
      create: () => core.createNamespacedConfigMap({ namespace, body: { metadata: { name } } }),
      remove: () => core.deleteNamespacedConfigMap({ namespace, name }),
    })
  },
)

conformance(
  '[sig-api-machinery] ResourceQuota should create a ResourceQuota and capture the life of a secret. [Conformance]',
  context => {
    const { core, namespace } = context
    const name = 'counted'
    return captureLife(context, {
      resource: 'secrets',
      create: () => core.createNamespacedSecret({ namespace, body: { metadata: { name } } }),
      remove: () => core.deleteNamespacedSecret({ namespace, name }),
    })
  },
)

conformance(
  '[sig-api-machinery] ResourceQuota should create a ResourceQuota and capture the life of a replication controller. [Conformance]',
  context => {
    const { core, namespace } = context
    const name = 'counted'
    const labels = { name }
    const template = { metadata: { labels }, spec: pod(name).spec ?? { containers: [] } }
    return captureLife(context, {
      resource: 'replicationcontrollers',
      create: () =>
        core.createNamespacedReplicationController({
          namespace,
          body: { metadata: { name }, spec: { replicas: 0, selector: labels, template } },
        }),
      remove: () => core.deleteNamespacedReplicationController({ namespace, name }),
    })
  },
)

conformance(
  '[sig-api-machinery] ResourceQuota should create a ResourceQuota and capture the life of a replica set. [Conformance]',
  context => {
    const { api, namespace } = context
    const apps = api(AppsV1Api)
    const name = 'counted'
    const matchLabels = { name }
    const { terminationGracePeriodSeconds: _, ...spec } = pod(name).spec ?? { containers: [] }
    const template = { metadata: { labels: matchLabels }, spec }
    return captureLife(context, {
      resource: 'count/replicasets.apps',
      create: () =>
        apps.createNamespacedReplicaSet({
          namespace,
          body: { metadata: { name }, spec: { replicas: 0, selector: { matchLabels }, template } },
        }),
      remove: () => apps.deleteNamespacedReplicaSet({ namespace, name }),
    })
  },
)

conformance(
  '[sig-api-machinery] ResourceQuota should create a ResourceQuota and capture the life of a service. [Conformance]',
  async context => {
    const { core, namespace, step } = context
    const create = (name: string, type: string) =>
      core.createNamespacedService({
        namespace,
        body: { metadata: { name }, spec: { type, ports: [{ port: 80 }] } },
      })
    await step('create a quota for services, node ports and load balancers', () =>
      createQuota(context, quota, {
        hard: { services: '10', 'services.nodeports': '1', 'services.loadbalancers': '1' },
      }),
    )
    await step('create a ClusterIP and a NodePort Service: both are counted', async () => {
      await create('cluster-ip', 'ClusterIP')
      await create('node-port', 'NodePort')
      await expectUsed(context, quota, {
        services: '2',
        'services.nodeports': '1',
        'services.loadbalancers': '0',
      })
    })
    await step('a LoadBalancer Service, which takes a second node port, is refused', async () => {
      const { reason, message } = await refused(403, create('load-balancer', 'LoadBalancer'))
      expect(reason).toBe('Forbidden')
      expect(message).toContain(
        `exceeded quota: ${quota}, requested: services.nodeports=1, used: services.nodeports=1, limited: services.nodeports=1`,
      )
    })
    await step('delete the Services: nothing is counted', async () => {
      await core.deleteNamespacedService({ namespace, name: 'cluster-ip' })
      await core.deleteNamespacedService({ namespace, name: 'node-port' })
      await expectUsed(context, quota, { services: '0', 'services.nodeports': '0' })
    })
  },
)

conformance(
  '[sig-api-machinery] ResourceQuota should create a ResourceQuota and capture the life of a pod. [Conformance]',
  async context => {
    const { core, namespace, step } = context
    const dongle = 'example.com/dongle'
    const counted = {
      pods: '1',
      cpu: '500m',
      memory: '252Mi',
      'ephemeral-storage': '30Gi',
      [`requests.${dongle}`]: '2',
    }
    await step('create a quota for pods and what they request', () =>
      createQuota(context, quota, {
        hard: {
          pods: '5',
          cpu: '1',
          memory: '500Mi',
          'ephemeral-storage': '50Gi',
          [`requests.${dongle}`]: '3',
        },
      }),
    )
    await step('create a pod within it: what it requests is counted', async () => {
      const requests = { cpu: '500m', memory: '252Mi', 'ephemeral-storage': '30Gi', [dongle]: '2' }
      const body = pod('counted', { requests, limits: { [dongle]: '2' } })
      await core.createNamespacedPod({ namespace, body })
      await expectUsed(context, quota, counted)
    })
    await step('a pod that requests more than is left is refused', async () => {
      const body = pod('too-large', { requests: { cpu: '600m', memory: '100Mi' } })
      const request = core.createNamespacedPod({ namespace, body })
      expect((await refused(403, request)).message).toContain('exceeded quota: test-quota')
    })
    await step('so is one that requests more of an extended resource than is left', async () => {
      const requests = { cpu: '100m', memory: '50Mi', 'ephemeral-storage': '10Gi', [dongle]: '2' }
      const body = pod('too-many-dongles', { requests, limits: { [dongle]: '2' } })
      const request = core.createNamespacedPod({ namespace, body })
      expect((await refused(403, request)).message).toContain(`requests.${dongle}=2`)
    })
    await step('a pod may not change what it requests, and the count stays', async () => {
      const body = await core.readNamespacedPod({ namespace, name: 'counted' })
      const [container] = body.spec?.containers ?? []
      if (container) container.resources = { requests: { cpu: '100m', memory: '100Mi' } }
      await refused(422, core.replaceNamespacedPod({ namespace, name: 'counted', body }))
      expect(await readUsed(context, quota)).toMatchObject(counted)
    })
    await step('delete the pod: nothing is counted', async () => {
      await core.deleteNamespacedPod({ namespace, name: 'counted', gracePeriodSeconds: 0 })
      await expectUsed(context, quota, {
        pods: '0',
        cpu: '0',
        memory: '0',
        'ephemeral-storage': '0',
        [`requests.${dongle}`]: '0',
      })
    })
  },
)

/** Steps for two quotas of which a pod counts for one alone. */
async function expectCountedByOne(
  context: ConformanceContext,
  { body, by, notBy, amounts }: { body: V1Pod; by: string; notBy: string; amounts: Amounts },
): Promise<void> {
  const { core, namespace, step } = context
  const nothing = Object.fromEntries(Object.keys(amounts).map(resource => [resource, '0']))
  const name = body.metadata?.name ?? ''
  await step(`create ${name}: ${by} counts it, ${notBy} does not`, async () => {
    await core.createNamespacedPod({ namespace, body })
    await expectUsed(context, by, amounts)
    expect(await readUsed(context, notBy)).toMatchObject(nothing)
  })
  await step(`delete ${name}: ${by} counts it no longer`, async () => {
    await core.deleteNamespacedPod({ namespace, name, gracePeriodSeconds: 0 })
    await expectUsed(context, by, nothing)
  })
}

conformance(
  '[sig-api-machinery] ResourceQuota should verify ResourceQuota with terminating scopes. [Conformance]',
  async context => {
    const hard = {
      pods: '5',
      'requests.cpu': '1',
      'requests.memory': '500Mi',
      'limits.cpu': '2',
      'limits.memory': '1Gi',
    }
    await context.step('create a quota of each scope', async () => {
      await createQuota(context, 'terminating', { hard, scopes: ['Terminating'] })
      await createQuota(context, 'not-terminating', { hard, scopes: ['NotTerminating'] })
    })
    const resources = {
      requests: { cpu: '500m', memory: '200Mi' },
      limits: { cpu: '1', memory: '400Mi' },
    }
    const amounts = {
      pods: '1',
      'requests.cpu': '500m',
      'requests.memory': '200Mi',
      'limits.cpu': '1',
      'limits.memory': '400Mi',
    }
    await expectCountedByOne(context, {
      body: pod('lasting', resources),
      by: 'not-terminating',
      notBy: 'terminating',
      amounts,
    })
    await expectCountedByOne(context, {
      body: pod('ending', resources, { activeDeadlineSeconds: 3600 }),
      by: 'terminating',
      notBy: 'not-terminating',
      amounts,
    })
  },
)

conformance(
  '[sig-api-machinery] ResourceQuota should verify ResourceQuota with best effort scope. [Conformance]',
  async context => {
    await context.step('create a quota of each scope', async () => {
      const hard = { pods: '5' }
      await createQuota(context, 'best-effort', { hard, scopes: ['BestEffort'] })
      await createQuota(context, 'not-best-effort', { hard, scopes: ['NotBestEffort'] })
    })
    await expectCountedByOne(context, {
      body: pod('without-requests'),
      by: 'best-effort',
      notBy: 'not-best-effort',
      amounts: { pods: '1' },
    })
    const amounts = { cpu: '500m', memory: '200Mi' }
    await expectCountedByOne(context, {
      body: pod('with-requests', { requests: amounts, limits: { cpu: '1', memory: '400Mi' } }),
      by: 'not-best-effort',
      notBy: 'best-effort',
      amounts: { pods: '1' },
    })
  },
)
