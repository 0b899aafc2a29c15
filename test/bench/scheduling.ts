import { systemClock } from '#base/clock.ts'
import { silentLogger } from '#base/logger.ts'
import { nodes, pods, serviceAccounts, services } from '#client/resource-types.ts'
import { Client } from '#client/rest.ts'
import { SharedInformers } from '#client/shared-informers.ts'
import { runScheduler } from '#control-plane/scheduler/scheduler.ts'
import { startCluster } from '../support/start-cluster.ts'
import { type Figure, perSecond, type Scale } from './figure.ts'

/** How fast pods get their nodes. */
export async function measureScheduling({ nodes: count, scheduledPods }: Scale): Promise<Figure[]> {
  const rate = await schedulerThroughput(count, scheduledPods)
  return [
    {
      measure: `scheduler, ${count.toLocaleString('en')} simulated nodes, ${scheduledPods.toLocaleString('en')} pods`,
      budget: '≥ 500 pods/s',
      figure: perSecond(rate).replace('/s', ' pods/s'),
      met: rate >= 500,
      note: 'store in memory',
    },
  ]
}

const apps = 50

/** Pods a second that get their node, through the whole API server, with simulated nodes. */
async function schedulerThroughput(nodeCount: number, podCount: number): Promise<number> {
  await using cluster = await startCluster({ controllers: false })
  const client = new Client(cluster.admin)
  await client.create(serviceAccounts, { metadata: { name: 'default', namespace: 'default' } })
  const allocatable = { cpu: '8', memory: '32Gi', pods: '110' }
  await inBatches(nodeCount, async index => {
    const name = `node-${index}`
    const labels = { 'topology.kubernetes.io/zone': `zone-${index % 3}` }
    const node = await client.create(nodes, { metadata: { name, labels }, spec: {} })
    await client.updateStatus(nodes, { ...node, status: { allocatable, capacity: allocatable } })
    await client.patch(nodes, { name }, { spec: { taints: null } }, { type: 'merge' })
  })
  // So that pods are spread, as those of every Service are.
  await inBatches(apps, async index => {
    const spec = { selector: { app: `app-${index}` }, ports: [{ port: 80 }] }
    await client.create(services, {
      metadata: { name: `app-${index}`, namespace: 'default' },
      spec,
    })
  })
  await inBatches(podCount, async index => {
    await client.create(pods, {
      metadata: {
        name: `pod-${index}`,
        namespace: 'default',
        labels: { app: `app-${index % apps}` },
      },
      spec: {
        automountServiceAccountToken: false,
        containers: [
          { name: 'main', image: 'web', resources: { requests: { cpu: '100m', memory: '64Mi' } } },
        ],
      },
    })
  })
  await using informers = new SharedInformers({ client, clock: systemClock, logger: silentLogger })
  const { informer } = informers.use(pods)
  await informer.synced
  const { promise, resolve } = Promise.withResolvers<void>()
  let bound = 0
  informer.on({
    updated: (pod, old) => {
      if (pod.spec.nodeName && !old.spec.nodeName && ++bound === podCount) resolve()
    },
  })
  const started = performance.now()
  await using _scheduler = runScheduler({
    transport: cluster.controlPlane.transport({
      name: 'system:kube-scheduler',
      groups: ['system:authenticated'],
    }),
    clock: systemClock,
    logger: silentLogger,
    connectExtender: () => Promise.reject(new Error('no extender is configured')),
  })
  await promise
  return podCount / ((performance.now() - started) / 1000)
}

async function inBatches(count: number, work: (index: number) => Promise<void>): Promise<void> {
  for (let start = 0; start < count; start += 64) {
    const size = Math.min(64, count - start)
    await Promise.all(Array.from({ length: size }, (_, offset) => work(start + offset)))
  }
}
