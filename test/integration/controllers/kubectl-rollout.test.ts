import { afterAll, beforeAll, expect, test } from 'vitest'
import { nodes } from '#client/resource-types.ts'
import { Client } from '#client/rest.ts'
import { eventually } from '../../support/eventually.ts'
import { kubectl } from '../../support/kubectl.ts'
import { PretendKubelet } from '../../support/pretend-kubelet.ts'
import { startCluster, type TestCluster } from '../../support/start-cluster.ts'

let cluster: TestCluster
let kubelet: PretendKubelet

beforeAll(async () => {
  cluster = await startCluster()
  const client = new Client(cluster.admin)
  const node = await client.create(nodes, { metadata: { name: 'node-1' }, spec: {} })
  const allocatable = { cpu: '4', memory: '8Gi', pods: '110' }
  const conditions = [{ type: 'Ready', status: 'True' }]
  // The node's controllers write to it as well: this may come after them.
  const { resourceVersion: _, ...metadata } = node.metadata
  await client.updateStatus(nodes, { ...node, metadata, status: { allocatable, conditions } })
  kubelet = new PretendKubelet(client)
  kubelet.binds = false
})

afterAll(async () => {
  await kubelet?.[Symbol.asyncDispose]()
  await cluster?.[Symbol.asyncDispose]()
})

async function run(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await kubectl(cluster.kubeconfig, args)
  expect(code, `kubectl ${args.join(' ')}: ${stderr}${stdout}`).toBe(0)
  return stdout
}

const images = (name: string) =>
  run('get', 'pods', '-l', `app=${name}`, '-o', 'jsonpath={.items[*].spec.containers[0].image}')

test('kubectl creates, follows, updates, undoes, restarts and scales a deployment', async () => {
  await run('create', 'deployment', 'web', '--image=web:1', '--replicas=2')
  expect(await run('rollout', 'status', 'deployment/web', '--timeout=20s')).toContain(
    'deployment "web" successfully rolled out',
  )
  await run('set', 'image', 'deployment/web', 'web=web:2')
  await run('rollout', 'status', 'deployment/web', '--timeout=20s')
  expect(await images('web')).toBe('web:2 web:2')
  expect(await run('rollout', 'history', 'deployment/web')).toMatch(/REVISION.*\n1 .*\n2 /)
  expect(await run('rollout', 'undo', 'deployment/web')).toContain('rolled back')
  await run('rollout', 'status', 'deployment/web', '--timeout=20s')
  expect(await images('web')).toBe('web:1 web:1')
  expect(await run('rollout', 'history', 'deployment/web')).toMatch(/REVISION.*\n2 .*\n3 /)
  const before = await run('get', 'pods', '-l', 'app=web', '-o', 'name')
  await run('rollout', 'restart', 'deployment/web')
  await run('rollout', 'status', 'deployment/web', '--timeout=20s')
  const after = await run('get', 'pods', '-l', 'app=web', '-o', 'name')
  for (const name of before.trim().split('\n')) expect(after).not.toContain(name)
  await run('scale', 'deployment/web', '--replicas=3')
  await run(
    'wait',
    'deployment/web',
    '--for=jsonpath={.status.availableReplicas}=3',
    '--timeout=20s',
  )
  await run('expose', 'deployment', 'web', '--port=80')
  await eventually(async () => {
    const described = await run('describe', 'service', 'web')
    expect(described).toMatch(
      /Endpoints: +10\.244\.0\.\d+:80,10\.244\.0\.\d+:80,10\.244\.0\.\d+:80/,
    )
  })
  const described = await run('describe', 'deployment', 'web')
  expect(described).toMatch(/Progressing +True +NewReplicaSetAvailable/)
  expect(described).toMatch(/deployment-controller +Scaled up replica set web-\w+ from 0 to 2/)
  const pod = await run('describe', 'pods', '-l', 'app=web')
  expect(pod).toMatch(/Normal +Scheduled .* default-scheduler +Successfully assigned default\/web-/)
  await run('delete', 'deployment', 'web', '--cascade=foreground', '--timeout=20s')
  expect(await images('web')).toBe('')
})

test('kubectl shows why a pod waits', async () => {
  await run(
    'run',
    'greedy',
    '--image=web:1',
    '--overrides={"spec":{"containers":[{"name":"greedy","image":"web:1","resources":{"requests":{"cpu":"64"}}}]}}',
  )
  await eventually(async () => {
    expect(await run('describe', 'pod', 'greedy')).toMatch(
      /Warning +FailedScheduling .* 0\/1 nodes are available: 1 Insufficient cpu\. no new claims to deallocate, preemption: 0\/1 nodes are available: 1 Preemption is not helpful for scheduling\./,
    )
  })
})

test('kubectl deletes a namespace with all that is in it', async () => {
  await run('create', 'namespace', 'shop')
  await eventually(() =>
    run('create', 'deployment', 'cart', '-n', 'shop', '--image=web:1', '--replicas=2'),
  )
  await run('rollout', 'status', '-n', 'shop', 'deployment/cart', '--timeout=20s')
  await run('delete', 'namespace', 'shop', '--timeout=20s')
  expect(await run('get', 'pods', '-A', '-o', 'name')).not.toContain('cart')
})
