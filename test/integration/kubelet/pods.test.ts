import { afterAll, beforeAll, expect, test } from 'vitest'
import { leases, nodes, pods } from '#client/resource-types.ts'
import { isNotFound } from '#kubernetes/status-error.ts'
import { eventually } from '../../support/eventually.ts'
import { conditionOf, KubeletCluster } from '../../support/kubelet-cluster.ts'

let on: KubeletCluster

beforeAll(async () => {
  on = await KubeletCluster.start()
})
afterAll(() => on?.[Symbol.asyncDispose]())

test('the node registers as Ready with capacity and a lease', async () => {
  const { status, metadata } = await on.client.get(nodes, { name: 'test-node' })
  expect(status?.conditions?.find(({ type }) => type === 'Ready')).toMatchObject({
    status: 'True',
    reason: 'KubeletReady',
    message: 'kubelet is posting ready status',
  })
  expect(status?.capacity?.['pods']).toBe('110')
  expect(status?.nodeInfo?.kubeletVersion).toBe('v1.35.6')
  expect(metadata.labels?.['kubernetes.io/hostname']).toBe('test-node')
  await eventually(async () => {
    const lease = await on.client.get(leases, { namespace: 'kube-node-lease', name: 'test-node' })
    expect(lease.spec).toMatchObject({ holderIdentity: 'test-node', leaseDurationSeconds: 40 })
  })
})

test('a pod bound to the node runs and is ready', async () => {
  await on.createPod('web')
  const pod = await eventually(async () => {
    const found = await on.getPod('web')
    expect(found.status?.phase).toBe('Running')
    expect(conditionOf(found, 'Ready')).toBe('True')
    return found
  })
  expect(pod.status?.podIP).toMatch(/^10\.244\.0\.\d+$/)
  expect(pod.status?.podIPs).toEqual([{ ip: pod.status?.podIP }])
  expect(conditionOf(pod, 'PodReadyToStartContainers')).toBe('True')
  expect(pod.status?.containerStatuses).toMatchObject([
    { name: 'app', ready: true, started: true, restartCount: 0, state: { running: {} } },
  ])
})

test('a deleted pod ends and leaves the API', async () => {
  await on.createPod('short')
  await eventually(async () => expect((await on.getPod('short')).status?.phase).toBe('Running'))
  await on.client.delete(pods, { namespace: 'default', name: 'short' })
  await eventually(async () => {
    await expect(on.getPod('short')).rejects.toSatisfy(isNotFound)
  })
})

test('an image that cannot be had shows ErrImagePull, then ImagePullBackOff', async () => {
  await on.createPod('broken', pod => {
    Object.assign(pod.spec, { containers: [{ name: 'app', image: 'absent.invalid/app:1' }] })
  })
  const waiting = async () =>
    (await on.getPod('broken')).status?.containerStatuses?.[0]?.state?.waiting
  await eventually(async () => expect((await waiting())?.reason).toBe('ErrImagePull'))
  await eventually(async () => expect((await waiting())?.reason).toBe('ImagePullBackOff'))
  expect((await waiting())?.message).toMatch(
    /^Back-off pulling image "absent\.invalid\/app:1": ErrImagePull: .*no such host/,
  )
  expect((await on.getPod('broken')).status?.phase).toBe('Pending')
})

test('a pod whose deadline passes before its container has started fails, and so does the container', async () => {
  await on.createPod('overdue', pod => {
    Object.assign(pod.spec, {
      activeDeadlineSeconds: 1,
      containers: [{ name: 'app', image: 'absent.invalid/app:1' }],
    })
  })
  await eventually(async () => {
    const { status } = await on.getPod('overdue')
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
  await on.createPod('crashing', pod => {
    pod.metadata.annotations = {
      'simulation.slipway.dev/exit-after': '100ms',
      'simulation.slipway.dev/exit-code': '3',
    }
  })
  const pod = await eventually(async () => {
    const found = await on.getPod('crashing')
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
    await on.createPod(name, pod => {
      pod.metadata.annotations = {
        'simulation.slipway.dev/exit-after': '100ms',
        'simulation.slipway.dev/exit-code': code,
      }
      Object.assign(pod.spec, { restartPolicy: 'Never' })
    })
    await eventually(async () => expect((await on.getPod(name)).status?.phase).toBe(phase))
  }
})

test('init containers end one after the other, a sidecar goes on, and then the pod runs', async () => {
  const container = (name: string) => ({ name, image: 'example.test/app:1' })
  await on.createPod('prepared', pod => {
    Object.assign(pod.spec, {
      initContainers: [
        container('first'),
        { ...container('beside'), restartPolicy: 'Always' },
        container('second'),
      ],
    })
  })
  const { status } = await eventually(async () => {
    const found = await on.getPod('prepared')
    expect(conditionOf(found, 'Ready')).toBe('True')
    return found
  })
  expect(status?.initContainerStatuses).toMatchObject([
    { name: 'first', state: { terminated: { exitCode: 0, reason: 'Completed' } } },
    { name: 'beside', state: { running: {} } },
    { name: 'second', state: { terminated: { exitCode: 0, reason: 'Completed' } } },
  ])
})

test('the log of a container can be read', async () => {
  await on.createPod('talking')
  await eventually(async () => expect((await on.getPod('talking')).status?.phase).toBe('Running'))
  const { uid } = (await on.getPod('talking')).metadata
  const container = {
    node: 'test-node',
    namespace: 'default',
    pod: 'talking',
    uid,
    container: 'app',
  }
  const log = await on.node.connection.logs(container, {}, new AbortController().signal)
  let text = ''
  for await (const bytes of log) text += Buffer.from(bytes).toString()
  expect(text).toBe('simulated container app\n')
})

test('nothing was warned of', () => {
  expect(on.warnings).toEqual([])
})
