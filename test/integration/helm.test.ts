import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { NodeHandle } from '#node/node.ts'
import { helm, kubectl } from '../support/kubectl.ts'
import { startCluster, type TestCluster } from '../support/start-cluster.ts'
import { startTestNode } from '../support/test-node.ts'

const charts = path.resolve('test/fixtures/charts')
let cluster: TestCluster
let node: NodeHandle
/** A chart as `helm create` makes it. */
let web: string

beforeAll(async () => {
  cluster = await startCluster()
  node = await startTestNode(cluster, { nodeName: 'helm-node' })
  web = path.join(cluster.directory, 'web')
  await run(['create', web])
})
afterAll(async () => {
  await node?.[Symbol.asyncDispose]()
  await cluster?.[Symbol.asyncDispose]()
})

async function run(args: string[]): Promise<string> {
  const { code, stdout, stderr } = await helm(cluster.kubeconfig, args)
  expect({ code, stderr: code ? stderr : '' }, `helm ${args.join(' ')}`).toEqual({
    code: 0,
    stderr: '',
  })
  return stdout
}

const get = async (...args: string[]): Promise<string> =>
  (await kubectl(cluster.kubeconfig, ['get', ...args])).stdout

const statuses = async (release: string): Promise<string[]> =>
  (JSON.parse(await run(['history', release, '-o', 'json'])) as { status: string }[]).map(
    ({ status }) => status,
  )

const images = ['deployment', 'one-web', '-o', 'jsonpath={.spec.template.spec.containers[*].image}']
const applied = '{.metadata.managedFields[?(@.operation=="Apply")].manager}'
const appliers = ['service', 'one-web', '--show-managed-fields', '-o', `jsonpath=${applied}`]
test('a chart as helm makes it is installed, tested, upgraded, rolled back and uninstalled', async () => {
  expect(await run(['install', 'one', web, '--wait'])).toContain('STATUS: deployed')
  expect(await get('deployment', 'one-web', '-o', 'jsonpath={.status.readyReplicas}')).toBe('1')
  expect(await get(...appliers)).toBe('helm')
  expect(await run(['test', 'one'])).toMatch(/Phase:\s+Succeeded/)

  await run(['upgrade', 'one', web, '--wait', '--set', 'replicaCount=2,image.tag=2.0'])
  expect(await get('deployment', 'one-web', '-o', 'jsonpath={.status.readyReplicas}')).toBe('2')
  expect(await get(...images)).toBe('nginx:2.0')

  await run(['rollback', 'one', '1', '--wait'])
  expect(await get(...images)).toBe('nginx:1.16.0')
  expect(await statuses('one')).toEqual(['superseded', 'superseded', 'deployed'])
  expect(await run(['get', 'manifest', 'one'])).toContain('kind: Deployment')

  await run(['uninstall', 'one', '--wait'])
  expect(await get('deployment,replicaset,service', '-l', 'app.kubernetes.io/instance=one')).toBe(
    '',
  )
  expect(await get('secret', '-l', 'owner=helm')).toBe('')
}, 60_000)

test('an atomic upgrade that fails goes back to what ran before; an atomic install leaves nothing', async () => {
  await run(['install', 'one', web, '--wait'])
  const bad = ['--atomic', '--wait', '--timeout', '3s', '--set', 'nodeSelector.disk=none']
  const failed = await helm(cluster.kubeconfig, ['upgrade', 'one', web, ...bad])
  expect(failed.code).toBe(1)
  expect(failed.stderr).toContain('rolled back due to')
  expect(await statuses('one')).toEqual(['superseded', 'failed', 'deployed'])
  expect(await get('deployment', 'one-web', '-o', 'jsonpath={.status.readyReplicas}')).toBe('1')
  await run(['uninstall', 'one', '--wait'])

  const broken = await helm(cluster.kubeconfig, ['install', 'two', web, ...bad])
  expect(broken.code).toBe(1)
  expect(await run(['list', '-q', '--all-namespaces'])).toBe('')
  expect(await get('deployment', '-o', 'name')).toBe('')
}, 60_000)

test('a chart brings a kind and objects of it', async () => {
  const chart = path.join(charts, 'schedules')
  await run(['install', 'nightly', chart, '--wait'])
  expect(await get('ct', 'nightly', '-o', 'jsonpath={.spec.cronSpec} {.spec.replicas}')).toBe(
    '0 3 * * * 1',
  )
  await run(['upgrade', 'nightly', chart, '--wait', '--set', 'cronSpec=0 4 * * *'])
  expect(await get('ct', 'nightly', '-o', 'jsonpath={.spec.cronSpec}')).toBe('0 4 * * *')
  const refused = await helm(cluster.kubeconfig, [
    'upgrade',
    'nightly',
    chart,
    '--set',
    'cronSpec=x',
  ])
  expect(refused.stderr).toContain('spec.cronSpec in body should match')
  await run(['rollback', 'nightly', '1', '--wait'])
  await run(['uninstall', 'nightly', '--wait'])
  expect(await get('ct')).toBe('')
  expect(await get('crd', '-o', 'name')).toContain('crontabs.stable.example.com')
}, 60_000)

test('a chart with a subchart is installed as one, with the values of the parent', async () => {
  const chart = path.join(charts, 'shop')
  await run(['install', 'shop', chart, '--wait'])
  expect(await get('configmap', 'shop-store', '-o', 'jsonpath={.data.greeting}')).toBe(
    'from the shop',
  )
  expect(await get('deployment', 'shop-front', '-o', 'jsonpath={.status.readyReplicas}')).toBe('1')
  await run(['upgrade', 'shop', chart, '--set', 'store.enabled=false'])
  expect(await get('configmap', 'shop-store')).toBe('')
  await run(['uninstall', 'shop', '--wait'])
}, 60_000)
