import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pods } from '#client/resource-types.ts'
import { runChecked } from '#platform/processes.ts'
import { eventually } from '../../support/eventually.ts'
import { lacksDockerd, titled } from '../../support/lanes.ts'
import { Shop, shopHost } from '../../support/shop.ts'
import { startLoad } from '../../support/steady-load.ts'

const lack =
  process.env['SLIPWAY_TEST_FULL'] === '1' ? await lacksDockerd() : 'part of npm run test:full'
const suite = titled('the reference application, plain', lack)
const namespace = 'plain'

let shop: Shop

interface RunningContainer {
  id: string
  pod: string
  /** `POD` for the one that holds a pod's network. */
  name: string
}

const inNamespace = (...args: string[]) => shop.kubectl(['-n', namespace, ...args])

/** The running containers of the application as the engine knows them. */
async function containers(): Promise<RunningContainer[]> {
  const label = (name: string) => `{{.Label "io.kubernetes.${name}"}}`
  const labels = ['pod.namespace', 'pod.name', 'container.name'].map(label)
  const format = ['{{.ID}}', ...labels].join('\t')
  const lines = await shop.engine.docker('ps', '--no-trunc', '--format', format)
  return lines
    .split('\n')
    .map(line => line.split('\t'))
    .filter(fields => fields[1] === namespace)
    .map(([id = '', , pod = '', name = '']) => ({ id, pod, name }))
}

/** Another container has taken the place of this one, and all pods are ready. */
async function isReplaced(victim: RunningContainer): Promise<void> {
  const now = await containers()
  const { items } = await shop.docker.client.list(pods, { namespace })
  // The autoscaler may have taken the pod away meanwhile.
  if (items.some(({ metadata }) => metadata.name === victim.pod)) {
    const successor = now.find(({ pod, name }) => pod === victim.pod && name === victim.name)
    expect(successor?.id ?? victim.id).not.toBe(victim.id)
  }
  const unready = items.filter(
    ({ status }) => !status?.conditions?.some(one => one.type === 'Ready' && one.status === 'True'),
  )
  expect(unready.map(({ metadata }) => metadata.name)).toEqual([])
}

describe.skipIf(lack)(suite, () => {
  beforeAll(async () => {
    shop = await Shop.open('plain')
    await shop.kubectl(['create', 'namespace', namespace])
  }, 300_000)
  afterAll(() => shop?.[Symbol.asyncDispose]())

  test('is applied with kubectl, and works', async () => {
    const manifests = await shop.helm('template', 'shop')
    await shop.kubectl(['-n', namespace, 'apply', '-f', '-'], manifests)
    for (const name of ['deployment/api', 'deployment/web', 'deployment/worker']) {
      await inNamespace('rollout', 'status', name, '--timeout=120s')
    }
    await inNamespace('rollout', 'status', 'statefulset/postgres', '--timeout=60s')
    expect(await shop.orderAndWait('tea')).toMatchObject({ orders: 1 })
  })

  test('stands load through the Ingress', async () => {
    for (const path of ['/', '/api/version']) {
      const url = `http://127.0.0.1:${shop.ports.http}${path}`
      const load = ['-t2', '-c32', '-d5s', '-H', `Host: ${shopHost}`]
      const report = await runChecked('wrk', [...load, url])
      expect(report).not.toMatch(/Non-2xx|Socket errors/)
      expect(Number(/(\d+) requests in/.exec(report)?.[1])).toBeGreaterThan(100)
    }
  })

  test('every container is killed in turn behind Kubernetes’ back; all comes back, and the data is there', async () => {
    let { orders } = await shop.orderAndWait('before')
    for (const victim of await containers()) {
      const what = `${victim.pod} ${victim.name}`
      await shop.engine.docker('kill', victim.id)
      await eventually(() => isReplaced(victim), { timeoutMs: 90_000, everyMs: 250 })
      orders++
      expect((await shop.orderAndWait(what)).orders, what).toBe(orders)
    }
  }, 900_000)

  test('is scaled by its HorizontalPodAutoscaler while its API is busy', async () => {
    const load = startLoad(shop.ports.http, shopHost, [
      { path: '/api/burn?200', isFine: status => status === 200 },
    ])
    const replicas = ['get', 'hpa', 'api', '-o', 'jsonpath={.status.currentReplicas}']
    try {
      await eventually(
        async () => expect(Number(await inNamespace(...replicas))).toBeGreaterThan(2),
        { timeoutMs: 120_000, everyMs: 1000 },
      )
      await inNamespace('rollout', 'status', 'deployment/api', '--timeout=60s')
    } finally {
      expect([...(await load.stop()).failures]).toEqual([])
    }
  })
})
