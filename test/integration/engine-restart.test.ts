import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type DockerCluster, startDockerCluster } from '../support/docker-cluster.ts'
import { startDockerd, type TestEngine } from '../support/dockerd.ts'
import { eventually } from '../support/eventually.ts'
import { lacksDockerd, titled } from '../support/lanes.ts'
import { ownNodePort } from '../support/own-numbers.ts'

const lack = await lacksDockerd()
const nodePort = await ownNodePort()
const suite = titled('an engine %s is restarted under pods', lack)

const workloads = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: web
          image: nginx:1.14.2
          imagePullPolicy: IfNotPresent
          readinessProbe: { httpGet: { port: 80, path: / }, periodSeconds: 1 }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { type: NodePort, selector: { app: web }, ports: [{ port: 80, nodePort: ${nodePort} }] }
---
apiVersion: v1
kind: Pod
metadata: { name: shell }
spec:
  terminationGracePeriodSeconds: 1
  containers:
    - { name: main, image: 'test/shell:1', volumeMounts: [{ name: data, mountPath: /data }] }
  volumes: [{ name: data, emptyDir: {} }]
`

describe.skipIf(lack).each([
  ['that keeps containers running', true],
  ['that takes its containers down', false],
] as const)(suite, (_name, liveRestore) => {
  const owned = new AsyncDisposableStack()
  let engine: TestEngine
  let local: DockerCluster

  beforeAll(async () => {
    engine = owned.use(await startDockerd({ filters: true, liveRestore }))
    for (const image of ['nginx:1.14.2', 'test/shell:1'] as const) await engine.loadImage(image)
    local = owned.use(
      await startDockerCluster(engine, {
        name: liveRestore ? 'kept' : 'ended',
        removesVolumes: !liveRestore,
      }),
    )
    await run('apply -f -', { input: workloads })
    await run('wait pods --all --for=condition=Ready --timeout=60s', { timeoutMs: 70_000 })
    await local.inPod('echo tea > /data/cargo', 'shell')
  })
  afterAll(() => owned.disposeAsync())

  const run: DockerCluster['run'] = (...call) => local.run(...call)
  const column = (path: string) =>
    run(`get pods --sort-by=.metadata.uid -o jsonpath={.items[*]${path}}`)
  const page = async () => (await fetch(`http://127.0.0.1:${nodePort}/`)).text()
  const untilReady = async () => {
    const ready = '.status.conditions[?(@.type=="Ready")].status'
    await eventually(
      async () => {
        expect(await column(ready)).toBe('True True True')
        expect(await page()).toContain('nginx 1.14.2')
        expect(await local.inPod('timeout 5 wget -qO- http://web/', 'shell')).toContain('nginx')
      },
      { timeoutMs: 60_000 },
    )
  }

  test('the same pods are ready again, and their volumes kept', async () => {
    await eventually(async () => expect(await page()).toContain('nginx 1.14.2'))
    const uids = await column('.metadata.uid')
    const containers = await column('.status.containerStatuses[0].containerID')
    await engine.restartDaemon()
    const restarts = () => column('.status.containerStatuses[0].restartCount')
    // An engine on its way down may let one more container start, and end it as well.
    if (!liveRestore)
      await eventually(async () => expect(await restarts()).toMatch(/^[12] [12] [12]$/), {
        timeoutMs: 60_000,
      })
    await untilReady()
    expect(await column('.metadata.uid')).toBe(uids)
    expect(await local.inPod('cat /data/cargo', 'shell')).toBe('tea\n')
    if (liveRestore) expect(await restarts()).toBe('0 0 0')
    const now = await column('.status.containerStatuses[0].containerID')
    if (liveRestore) expect(now).toBe(containers)
    else expect(now.split(' ').some(id => containers.includes(id))).toBe(false)
  })

  test('what happens afterwards is seen as before', async () => {
    await run('run newcomer --image=test/shell:1')
    await run('wait pod/newcomer --for=condition=Ready --timeout=30s')
    // The shell's own end may come before its exit code.
    await local.inPod('kill 1', 'newcomer')
    await eventually(async () =>
      expect(
        await run('get pod newcomer -o jsonpath={.status.containerStatuses[0].restartCount}'),
      ).toBe('1'),
    )
    await run('delete pod newcomer --grace-period=1 --timeout=20s')
    await run('expose deployment web --name=later --port=80')
    await eventually(async () =>
      expect(await local.inPod('timeout 5 wget -qO- http://later/', 'shell')).toContain('nginx'),
    )
  })
})
