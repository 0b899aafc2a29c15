import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLogger } from '#base/logger.ts'
import { events, leases, nodes, pods } from '#client/resource-types.ts'
import { Client } from '#client/rest.ts'
import type { Pod, ResourceRequirements } from '#kubernetes/api/core-v1.ts'
import { isNotFound } from '#kubernetes/status-error.ts'
import type { NodeHandle } from '#node/node.ts'
import { eventually } from '../support/eventually.ts'
import { kubectlOutput, splitCommand } from '../support/kubectl.ts'
import { startCluster, type TestCluster } from '../support/start-cluster.ts'
import { startTestNode } from '../support/test-node.ts'

let cluster: TestCluster
let node: NodeHandle
let client: Client

const warnings: string[] = []
const logger = createLogger({
  write: line => warnings.push(line),
  now: () => Date.now(),
  level: 'warn',
})

const start = () => startTestNode(cluster, { logger, kubeletVersion: 'v1.35.6' })

beforeAll(async () => {
  cluster = await startCluster()
  client = new Client(cluster.admin)
  node = await start()
})
afterAll(async () => {
  await node?.[Symbol.asyncDispose]()
  await cluster?.[Symbol.asyncDispose]()
})

async function createPod(name: string, change: (pod: Pod & { spec: object }) => void = () => {}) {
  const pod: Pod & { spec: NonNullable<Pod['spec']> } = {
    metadata: { name, namespace: 'default' },
    spec: {
      nodeName: 'test-node',
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 1,
      containers: [{ name: 'app', image: 'nginx:1.14.2' }],
    },
  }
  change(pod)
  return client.create(pods, pod)
}

const run = (command: string) => kubectlOutput(cluster.kubeconfig, splitCommand(command))
const getPod = (name: string) => client.get(pods, { namespace: 'default', name })

const condition = (pod: Pod, type: string) =>
  pod.status?.conditions?.find(one => one.type === type)?.status

test('the node registers as Ready with capacity and a lease', async () => {
  const { status, metadata } = await client.get(nodes, { name: 'test-node' })
  expect(status?.conditions?.find(({ type }) => type === 'Ready')).toMatchObject({
    status: 'True',
    reason: 'KubeletReady',
    message: 'kubelet is posting ready status',
  })
  expect(status?.capacity?.['pods']).toBe('110')
  expect(status?.nodeInfo?.kubeletVersion).toBe('v1.35.6')
  expect(metadata.labels?.['kubernetes.io/hostname']).toBe('test-node')
  await eventually(async () => {
    const lease = await client.get(leases, { namespace: 'kube-node-lease', name: 'test-node' })
    expect(lease.spec).toMatchObject({ holderIdentity: 'test-node', leaseDurationSeconds: 40 })
  })
})

test('a pod bound to the node runs and is ready', async () => {
  await createPod('web')
  const pod = await eventually(async () => {
    const found = await getPod('web')
    expect(found.status?.phase).toBe('Running')
    expect(condition(found, 'Ready')).toBe('True')
    return found
  })
  expect(pod.status?.podIP).toMatch(/^10\.244\.0\.\d+$/)
  expect(pod.status?.podIPs).toEqual([{ ip: pod.status?.podIP }])
  expect(condition(pod, 'PodReadyToStartContainers')).toBe('True')
  expect(pod.status?.containerStatuses).toMatchObject([
    { name: 'app', ready: true, started: true, restartCount: 0, state: { running: {} } },
  ])
})

test('a deleted pod ends and leaves the API', async () => {
  await createPod('short')
  await eventually(async () => expect((await getPod('short')).status?.phase).toBe('Running'))
  await client.delete(pods, { namespace: 'default', name: 'short' })
  await eventually(async () => {
    await expect(getPod('short')).rejects.toSatisfy(isNotFound)
  })
})

test('an image that cannot be had shows ErrImagePull, then ImagePullBackOff', async () => {
  await createPod('broken', pod => {
    Object.assign(pod.spec, { containers: [{ name: 'app', image: 'absent.invalid/app:1' }] })
  })
  const waiting = async () =>
    (await getPod('broken')).status?.containerStatuses?.[0]?.state?.waiting
  await eventually(async () => expect((await waiting())?.reason).toBe('ErrImagePull'))
  await eventually(async () => expect((await waiting())?.reason).toBe('ImagePullBackOff'))
  expect((await waiting())?.message).toMatch(
    /^Back-off pulling image "absent\.invalid\/app:1": ErrImagePull: .*no such host/,
  )
  expect((await getPod('broken')).status?.phase).toBe('Pending')
})

test('a pod whose deadline passes before its container has started fails, and so does the container', async () => {
  await createPod('overdue', pod => {
    Object.assign(pod.spec, {
      activeDeadlineSeconds: 1,
      containers: [{ name: 'app', image: 'absent.invalid/app:1' }],
    })
  })
  await eventually(async () => {
    const { status } = await getPod('overdue')
    expect(status).toMatchObject({
      phase: 'Failed',
      reason: 'DeadlineExceeded',
      message: 'Pod was active on the node longer than the specified deadline',
    })
    expect(status?.containerStatuses?.[0]?.state).toEqual({
      terminated: {
        reason: 'ContainerStatusUnknown',
        message: 'The container could not be located when the pod was terminated',
        exitCode: 137,
      },
    })
  })
})

test('a container that fails is restarted at once, then backs off as CrashLoopBackOff', async () => {
  await createPod('crashing', pod => {
    pod.metadata.annotations = {
      'simulation.slipway.dev/exit-after': '100ms',
      'simulation.slipway.dev/exit-code': '3',
    }
  })
  const pod = await eventually(async () => {
    const found = await getPod('crashing')
    expect(found.status?.containerStatuses?.[0]?.state?.waiting?.reason).toBe('CrashLoopBackOff')
    return found
  })
  expect(pod.status?.phase).toBe('Running')
  expect(pod.status?.containerStatuses?.[0]).toMatchObject({
    restartCount: 1,
    ready: false,
    lastState: { terminated: { exitCode: 3, reason: 'Error' } },
    state: {
      waiting: {
        message: `back-off 10s restarting failed container=app pod=crashing_default(${pod.metadata.uid})`,
      },
    },
  })
})

test('a pod that is done with restartPolicy Never succeeds or fails by its exit code', async () => {
  for (const [name, code, phase] of [
    ['done', '0', 'Succeeded'],
    ['failed', '7', 'Failed'],
  ] as const) {
    await createPod(name, pod => {
      pod.metadata.annotations = {
        'simulation.slipway.dev/exit-after': '100ms',
        'simulation.slipway.dev/exit-code': code,
      }
      Object.assign(pod.spec, { restartPolicy: 'Never' })
    })
    await eventually(async () => expect((await getPod(name)).status?.phase).toBe(phase))
  }
})

test('init containers end one after the other, a sidecar goes on, and then the pod runs', async () => {
  const container = (name: string) => ({ name, image: 'example.test/app:1' })
  await createPod('prepared', pod => {
    Object.assign(pod.spec, {
      initContainers: [
        container('first'),
        { ...container('beside'), restartPolicy: 'Always' },
        container('second'),
      ],
    })
  })
  const { status } = await eventually(async () => {
    const found = await getPod('prepared')
    expect(condition(found, 'Ready')).toBe('True')
    return found
  })
  expect(status?.initContainerStatuses).toMatchObject([
    { name: 'first', state: { terminated: { exitCode: 0, reason: 'Completed' } } },
    { name: 'beside', state: { running: {} } },
    { name: 'second', state: { terminated: { exitCode: 0, reason: 'Completed' } } },
  ])
})

test('pods keep running over a restart of the node, with the same containers', async () => {
  await createPod('kept')
  const before = await eventually(async () => {
    const found = await getPod('kept')
    expect(condition(found, 'Ready')).toBe('True')
    return found
  })
  await node[Symbol.asyncDispose]()
  node = await start()
  await createPod('after')
  await eventually(async () => expect((await getPod('after')).status?.phase).toBe('Running'))
  const after = await getPod('kept')
  expect(after.status).toEqual(before.status)
})

test('a container that takes its time to start does not hold up a stop of the node', async () => {
  await createPod('slow', pod => {
    pod.metadata.annotations = { 'simulation.slipway.dev/start-after': '1h' }
  })
  await eventually(async () => {
    const created = await client.list(events, { namespace: 'default' })
    const ofSlow = created.items.filter(({ involvedObject }) => involvedObject.name === 'slow')
    expect(ofSlow.map(({ reason }) => reason)).toContain('Created')
  })
  await node[Symbol.asyncDispose]()
  node = await start()
  await client.delete(pods, { namespace: 'default', name: 'slow' })
  await eventually(async () => {
    await expect(getPod('slow')).rejects.toSatisfy(isNotFound)
  })
})

test('a container that takes its time to stop does not hold up a stop of the node, and is ended later', async () => {
  await createPod('stubborn', pod => {
    pod.metadata.annotations = { 'simulation.slipway.dev/stop-after': '1h' }
    Object.assign(pod.spec, { terminationGracePeriodSeconds: 600 })
  })
  await eventually(async () => expect((await getPod('stubborn')).status?.phase).toBe('Running'))
  await client.delete(pods, { namespace: 'default', name: 'stubborn' })
  await eventually(async () => {
    const { items } = await client.list(events, { namespace: 'default' })
    const reasons = items.filter(one => one.involvedObject.name === 'stubborn')
    expect(reasons.map(({ reason }) => reason)).toContain('Killing')
  })
  const began = performance.now()
  await node[Symbol.asyncDispose]()
  expect(performance.now() - began).toBeLessThan(30_000)
  node = await start()
  expect((await getPod('stubborn')).metadata.deletionTimestamp).toBeDefined()
  await client.delete(pods, { namespace: 'default', name: 'stubborn' }, { gracePeriodSeconds: 1 })
  await eventually(async () => {
    await expect(getPod('stubborn')).rejects.toSatisfy(isNotFound)
  })
})

const createSized = (name: string, resources: ResourceRequirements, spec: object = {}) =>
  createPod(name, pod => {
    Object.assign(pod.spec, { containers: [{ name: 'app', image: 'nginx', resources, ...spec }] })
    pod.spec.restartPolicy = 'OnFailure'
  })
const resize = (name: string, resources: ResourceRequirements) =>
  client.patch(
    pods,
    { namespace: 'default', name },
    { spec: { containers: [{ name: 'app', resources }] } },
    { type: 'strategic', subresource: 'resize' },
  )
const resizeCondition = (pod: Pod) =>
  pod.status?.conditions?.find(({ type }) => type.startsWith('PodResize'))
const eventsOf = async (name: string) => {
  const { items } = await client.list(events, { namespace: 'default' })
  return items.filter(({ involvedObject }) => involvedObject.name === name)
}
const untilSized = (name: string, resources: ResourceRequirements) =>
  eventually(async () => {
    const pod = await getPod(name)
    expect(pod.status?.containerStatuses?.[0]).toMatchObject({
      ready: true,
      allocatedResources: resources.requests,
      resources,
    })
    expect(resizeCondition(pod)).toBeUndefined()
    return pod
  })

test('a running pod is resized in place, and its events tell', async () => {
  const small = { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '2', memory: '2Gi' } }
  await createSized('grown', small)
  const before = await untilSized('grown', small)
  const large = { requests: { cpu: '2', memory: '2Gi' }, limits: { cpu: '4', memory: '4Gi' } }
  await resize('grown', large)
  const after = await untilSized('grown', large)
  expect(after.status?.containerStatuses?.[0]?.containerID).toBe(
    before.status?.containerStatuses?.[0]?.containerID,
  )
  expect(after.status?.observedGeneration).toBe(2)
  await eventually(async () => {
    const told = (await eventsOf('grown')).filter(({ reason }) => reason?.startsWith('Resize'))
    const summary =
      '{"containers":[{"name":"app","resources":{"limits":{"cpu":"4","memory":"4Gi"},"requests":{"cpu":"2","memory":"2Gi"}}}],"generation":2}'
    expect(told.map(({ type, reason, message }) => ({ type, reason, message }))).toEqual([
      { type: 'Normal', reason: 'ResizeStarted', message: `Pod resize started: ${summary}` },
      { type: 'Normal', reason: 'ResizeCompleted', message: `Pod resize completed: ${summary}` },
    ])
  })
})

test('a container that takes up memory only by a restart is restarted, though it would be done when it ends', async () => {
  const policy = [{ resourceName: 'memory', restartPolicy: 'RestartContainer' }]
  await createSized('restarted', { requests: { memory: '1Gi' } }, { resizePolicy: policy })
  await untilSized('restarted', { requests: { memory: '1Gi' } })
  await resize('restarted', { requests: { memory: '2Gi' } })
  const pod = await untilSized('restarted', { requests: { memory: '2Gi' } })
  expect(pod.status?.containerStatuses?.[0]?.restartCount).toBe(1)
  expect(pod.status?.phase).toBe('Running')
  const messages = (await eventsOf('restarted')).map(({ message }) => message)
  expect(messages).toContain('Container app resize requires restart')
})

test('a container that is given another image is restarted with it', async () => {
  await createSized('updated', { requests: { cpu: '10m' } })
  await untilSized('updated', { requests: { cpu: '10m' } })
  const containers = [{ name: 'app', image: 'nginx:2' }]
  const named = { namespace: 'default', name: 'updated' }
  await client.patch(pods, named, { spec: { containers } }, { type: 'strategic' })
  await eventually(async () => {
    const { status } = await getPod('updated')
    expect(status?.containerStatuses?.[0]).toMatchObject({
      image: 'nginx:2',
      restartCount: 1,
      ready: true,
    })
  })
  const messages = (await eventsOf('updated')).map(({ message }) => message)
  expect(messages).toContain('Container app definition changed, will be restarted')
})

test('a resize waits for room, over a restart of the node too, and goes ahead when a pod leaves', async () => {
  const [half, most] = [{ requests: { cpu: '14' } }, { requests: { cpu: '20' } }]
  await createSized('neighbour', half)
  await createSized('waiting', half)
  await untilSized('neighbour', half)
  await untilSized('waiting', half)
  await resize('waiting', { requests: { cpu: '33' } })
  await eventually(async () => {
    expect(resizeCondition(await getPod('waiting'))).toMatchObject({
      type: 'PodResizePending',
      status: 'True',
      reason: 'Infeasible',
      message: "Node didn't have enough capacity: cpu, requested: 33000, capacity: 32000",
      observedGeneration: 2,
    })
  })
  await resize('waiting', most)
  const deferred = () =>
    eventually(async () => {
      const pod = await getPod('waiting')
      expect(resizeCondition(pod)).toMatchObject({ reason: 'Deferred', observedGeneration: 3 })
      expect(resizeCondition(pod)?.message).toMatch(
        /^Node didn't have enough resource: cpu, requested: 20000, used: \d+, capacity: 32000$/,
      )
      expect(pod.status?.containerStatuses?.[0]?.allocatedResources).toEqual(half.requests)
    })
  await deferred()
  await node[Symbol.asyncDispose]()
  node = await start()
  await deferred()
  await client.delete(pods, { namespace: 'default', name: 'neighbour' })
  await untilSized('waiting', most)
})

test('memory that is in use is not taken away: the resize goes on with an error until it asks for enough', async () => {
  const limits = (memory: string) => ({ requests: { memory }, limits: { memory } })
  await createSized('full', limits('64Mi'))
  await untilSized('full', limits('64Mi'))
  await resize('full', limits('4Mi'))
  await eventually(async () => {
    const pod = await getPod('full')
    expect(resizeCondition(pod)).toMatchObject({
      type: 'PodResizeInProgress',
      reason: 'Error',
      message: `attempting to set container "app" memory limit (${4 * 2 ** 20}) below current usage (${8 * 2 ** 20})`,
    })
    expect(pod.status?.containerStatuses?.[0]).toMatchObject({
      allocatedResources: { memory: '4Mi' },
      resources: limits('64Mi'),
    })
  })
  await resize('full', limits('16Mi'))
  await untilSized('full', limits('16Mi'))
  const reasons = (await eventsOf('full')).map(({ reason }) => reason)
  expect(reasons).toContain('ResizeError')
})

test('the log of a container can be read', async () => {
  await createPod('talking')
  await eventually(async () => expect((await getPod('talking')).status?.phase).toBe('Running'))
  const { uid } = (await getPod('talking')).metadata
  const container = {
    node: 'test-node',
    namespace: 'default',
    pod: 'talking',
    uid,
    container: 'app',
  }
  const log = await node.connection.logs(container, {}, new AbortController().signal)
  let text = ''
  for await (const bytes of log) text += Buffer.from(bytes).toString()
  expect(text).toBe('simulated container app\n')
})

test('nothing was warned of', () => {
  expect(warnings).toEqual([])
})

describe('a pod that somebody other than the scheduler bound to the node', () => {
  beforeAll(async () => void (await run('delete pods --all')))

  const status = async (name: string) =>
    eventually(async () => {
      const { status } = await getPod(name)
      expect(['Running', 'Failed']).toContain(status?.phase)
      return status
    })
  const asking =
    (requests: Record<string, string>) =>
    ({ spec }: Pod) =>
      Object.assign(spec?.containers[0] ?? {}, { resources: { requests } })
  const events = async (name: string) =>
    (
      await run(
        `get events --field-selector involvedObject.name=${name} -o custom-columns=:.type,:.reason,:.message --no-headers`,
      )
    )
      .split('\n')
      .map(line => line.trim().replaceAll(/ {2,}/g, ' '))
  const capacity = async (name: string) =>
    (await client.get(nodes, { name: 'test-node' })).status?.allocatable?.[name] ?? ''

  test('is rejected when the node has no room for it, by the first resource that is short', async () => {
    const cpus = Number(await capacity('cpu')) * 1000
    await createPod('bulky', asking({ cpu: '1000', memory: '1000Ti' }))
    const bulky = await status('bulky')
    const message = new RegExp(
      `^Node didn't have enough resource: cpu, requested: 1000000, used: \\d+, capacity: ${cpus}$`,
    )
    expect(bulky).toEqual({
      observedGeneration: 1,
      phase: 'Failed',
      reason: 'OutOfcpu',
      message: expect.stringMatching(/^Pod was rejected: /),
      startTime: expect.stringMatching(/Z$/),
      qosClass: 'Burstable',
    })
    expect(bulky?.message?.replace('Pod was rejected: ', '')).toMatch(message)
    await eventually(async () =>
      expect(await events('bulky')).toContainEqual(
        expect.stringMatching(/^Warning OutOfcpu Node didn't have enough resource: cpu/),
      ),
    )
    expect(await run('get pod bulky --no-headers')).toMatch(/^bulky +0\/1 +OutOfcpu +0 /)
    expect(await run('describe pod bulky')).toMatch(
      /^Reason: +OutOfcpu\nMessage: +Pod was rejected/m,
    )
    await createPod('greedy', asking({ memory: '1000Ti' }))
    expect((await status('greedy'))?.reason).toBe('OutOfmemory')
  })

  test('has room again once another has gone', async () => {
    const most = `${Number(await capacity('cpu')) * 600}m`
    await createPod('most', asking({ cpu: most }))
    expect(await status('most')).toMatchObject({ phase: 'Running' })
    await createPod('late', asking({ cpu: most }))
    expect((await status('late'))?.reason).toBe('OutOfcpu')
    await run('delete pod most')
    await createPod('next', asking({ cpu: most }))
    expect((await status('next'))?.phase).toBe('Running')
    await run('delete pod late next bulky')
  })

  test('is rejected when it wants another node, or a port that is taken', async () => {
    await createPod('elsewhere', ({ spec }) =>
      Object.assign(spec ?? {}, { nodeSelector: { disk: 'ssd' } }),
    )
    expect(await status('elsewhere')).toMatchObject({
      reason: 'NodeAffinity',
      message:
        "Pod was rejected: Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
    })
    const withPort = ({ spec }: Pod) =>
      Object.assign(spec?.containers[0] ?? {}, { ports: [{ containerPort: 80, hostPort: 34_567 }] })
    await createPod('first', withPort)
    expect((await status('first'))?.phase).toBe('Running')
    await createPod('second', withPort)
    expect(await status('second')).toMatchObject({
      reason: 'NodePorts',
      message:
        "Pod was rejected: Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports",
    })
    await run('delete pod first second')
  })

  test('is rejected, whoever bound it, with sysctls that are not safe and for another system', async () => {
    await createPod('kernel', ({ spec }) =>
      Object.assign(spec ?? {}, {
        securityContext: { sysctls: [{ name: 'kernel.msgmax', value: '65536' }] },
      }),
    )
    expect(await status('kernel')).toMatchObject({
      reason: 'SysctlForbidden',
      message: 'Pod was rejected: forbidden sysctl: "kernel.msgmax" not allowlisted',
    })
    await createPod('windows', ({ spec }) => Object.assign(spec ?? {}, { os: { name: 'windows' } }))
    expect(await status('windows')).toMatchObject({
      reason: 'PodOSNotSupported',
      message: "Pod was rejected: Failed to admit pod as the OS field doesn't match node OS",
    })
    await createPod('safe', ({ spec }) =>
      Object.assign(spec ?? {}, {
        securityContext: { sysctls: [{ name: 'net.ipv4.tcp_syncookies', value: '1' }] },
      }),
    )
    expect((await status('safe'))?.phase).toBe('Running')
  })

  test('is not judged again when the kubelet comes back', async () => {
    await run('label node test-node disk=ssd')
    await createPod('settled', ({ spec }) =>
      Object.assign(spec ?? {}, { nodeSelector: { disk: 'ssd' } }),
    )
    expect((await status('settled'))?.phase).toBe('Running')
    await node[Symbol.asyncDispose]()
    await run('label node test-node disk-')
    node = await start()
    await createPod('next-to-it')
    expect((await status('next-to-it'))?.phase).toBe('Running')
    expect((await getPod('settled')).status?.phase).toBe('Running')
  })
})
