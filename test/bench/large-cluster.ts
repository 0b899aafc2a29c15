import type { Figure, Scale } from './figure.ts'
import { createMany } from './objects.ts'
import { ServedCluster } from './served-cluster.ts'

const deployments = '/apis/apps/v1/namespaces/default/deployments'

interface Deployment {
  metadata: { name: string; generation: number }
  status: {
    observedGeneration?: number
    replicas?: number
    updatedReplicas?: number
    availableReplicas?: number
  }
}

/** What many nodes, many pods and many objects take: no budget names them, they show where growth hurts. */
export async function measureLargeCluster(scale: Scale): Promise<Figure[]> {
  const { nodes, largePods, rolloutReplicas, namespaceObjects } = scale
  await using cluster = await ServedCluster.start('--api-port', '0', '--nodes', String(nodes))
  const started = cluster.startupMs
  const rollout = await measureRollout(cluster, rolloutReplicas)
  const deletion = await measureDeletion(cluster, namespaceObjects)
  const filled = await measureFilling(cluster, largePods)
  return [
    {
      measure: `${count(nodes)} simulated nodes: start → all Ready`,
      budget: '',
      figure: seconds(started),
    },
    ...rollout,
    deletion,
    ...filled,
    await measureIdle(cluster, scale),
  ]
}

/** A Deployment comes up, and is rolled out anew with the defaults of 25 % surge and unavailable. */
async function measureRollout(cluster: ServedCluster, replicas: number): Promise<Figure[]> {
  const { client } = cluster
  const created = await timed(async () => {
    await client.request(deployments, 'POST', deployment('rollout', replicas))
    await untilAvailable(cluster, 'rollout', replicas)
  })
  const rolled = await timed(async () => {
    const containers = [{ name: 'main', image: 'web:2' }]
    const change = {
      spec: { template: { metadata: { labels: { release: '2' } }, spec: { containers } } },
    }
    await client.request(`${deployments}/rollout`, 'PATCH', change)
    await untilAvailable(cluster, 'rollout', replicas)
  })
  const note = 'through every controller, scheduler and kubelet; the pods are simulated'
  return [
    {
      measure: `a Deployment of ${count(replicas)} replicas: API write → all available`,
      budget: '',
      figure: seconds(created),
      note,
    },
    {
      measure: `its rollout to a new image`,
      budget: '',
      figure: seconds(rolled),
      note: '25 % at a time',
    },
  ]
}

/** A namespace of ConfigMaps and Secrets goes. */
async function measureDeletion(cluster: ServedCluster, objects: number): Promise<Figure> {
  const { client } = cluster
  const path = '/api/v1/namespaces/doomed'
  await client.request('/api/v1/namespaces', 'POST', { metadata: { name: 'doomed' } })
  const half = Math.ceil(objects / 2)
  for (const [plural, kind] of [
    ['configmaps', 'ConfigMap'],
    ['secrets', 'Secret'],
  ] as const) {
    await createMany(client, `${path}/${plural}`, half, index => ({
      apiVersion: 'v1',
      kind,
      metadata: { name: `object-${index}` },
    }))
  }
  const took = await timed(async () => {
    const watched = watch(cluster, '/api/v1/namespaces', 'doomed')
    await client.request(path, 'DELETE')
    await watched.until(({ type }) => type === 'DELETED')
  })
  return {
    measure: `a namespace of ${count(half * 2)} objects: DELETE → gone`,
    budget: '',
    figure: seconds(took),
    note: 'ConfigMaps and Secrets',
  }
}

/** Deployments of a thousand pods each, one behind the other. */
async function measureFilling(cluster: ServedCluster, pods: number): Promise<Figure[]> {
  const each = Math.min(1000, pods)
  const took = await timed(async () => {
    for (let at = 0; at * each < pods; at++) {
      const name = `filling-${at}`
      await cluster.client.request(deployments, 'POST', deployment(name, each))
      await untilAvailable(cluster, name, each)
    }
  })
  const resident = await cluster.residentMb()
  return [
    {
      measure: `${count(pods)} pods by Deployments of ${count(each)}: API writes → all available`,
      budget: '',
      figure: `${seconds(took)} (${Math.round(pods / (took / 1000))} pods/s)`,
    },
    { measure: 'RSS then', budget: '', figure: `${Math.round(resident)} MB` },
  ]
}

async function measureIdle(cluster: ServedCluster, { idleMs }: Scale): Promise<Figure> {
  const before = await cluster.cpuMs()
  await new Promise(resolve => setTimeout(resolve, idleMs))
  const share = ((await cluster.cpuMs()) - before) / idleMs
  return {
    measure: 'CPU while they rest',
    budget: '',
    figure: `${(share * 100).toFixed(1)} % of a core`,
    note: 'every node renews its lease each 10 s',
  }
}

const deployment = (name: string, replicas: number) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: {
        automountServiceAccountToken: false,
        terminationGracePeriodSeconds: 0,
        containers: [{ name: 'main', image: 'web:1' }],
      },
    },
  },
})

/** Waits until a Deployment has so many replicas of its newest template, all available, and no others. */
async function untilAvailable(
  cluster: ServedCluster,
  name: string,
  replicas: number,
): Promise<void> {
  await watch(cluster, deployments, name).until(({ object }) => {
    const { metadata, status } = object as Deployment
    return (
      status.observedGeneration === metadata.generation &&
      status.replicas === replicas &&
      status.updatedReplicas === replicas &&
      status.availableReplicas === replicas
    )
  })
}

/** Watches one object, from its present state on. */
function watch({ client }: ServedCluster, list: string, name: string) {
  const stream = client.stream(`${list}?watch=1&fieldSelector=metadata.name%3D${name}`)
  return {
    async until(matches: (event: { type: string; object: unknown }) => boolean): Promise<void> {
      let rest = ''
      for await (const chunk of stream) {
        const lines = (rest + chunk).split('\n')
        rest = lines.pop() ?? ''
        // Leaving the loop ends the stream.
        if (lines.some(line => matches(JSON.parse(line)))) return
      }
      throw new Error(`the watch of ${list}/${name} ended`)
    },
  }
}

async function timed(run: () => Promise<void>): Promise<number> {
  const started = performance.now()
  await run()
  return performance.now() - started
}

const count = (value: number) => value.toLocaleString('en')
const seconds = (time: number) => `${(time / 1000).toFixed(1)} s`
