import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type DockerCluster, startDockerCluster } from '../support/docker-cluster.ts'
import { eventually } from '../support/eventually.ts'
import { lacksPodman, titled } from '../support/lanes.ts'
import { startPodman } from '../support/podman.ts'

const lack = lacksPodman()

describe.skipIf(lack)(titled('a cluster on a real Podman', lack), () => {
  const owned = new AsyncDisposableStack()
  let local: DockerCluster

  beforeAll(async () => {
    const engine = owned.use(await startPodman())
    for (const image of ['test/shell:1', 'nginx:1.14.2'] as const) await engine.loadImage(image)
    local = owned.use(await startDockerCluster(engine, { name: 'podman' }))
    await run('create deployment web --image=nginx:1.14.2 --replicas=2')
    await run('expose deployment web --port=80')
    await run('create configmap settings --from-literal=cargo=tea')
    await run('apply -f -', {
      input: `
apiVersion: v1
kind: Pod
metadata: { name: shell }
spec:
  terminationGracePeriodSeconds: 1
  containers:
    - name: main
      image: test/shell:1
      envFrom: [{ configMapRef: { name: settings } }]
      volumeMounts: [{ name: settings, mountPath: /settings }]
  volumes: [{ name: settings, configMap: { name: settings } }]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db }
spec:
  serviceName: db
  selector: { matchLabels: { app: db } }
  template:
    metadata: { labels: { app: db } }
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - name: main
          image: test/shell:1
          volumeMounts: [{ name: data, mountPath: /data }]
  volumeClaimTemplates:
    - metadata: { name: data }
      spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
`,
    })
    await run('rollout status statefulset/db --timeout=60s', { timeoutMs: 70_000 })
    await run('wait pods --all --for=condition=Ready --timeout=120s', { timeoutMs: 130_000 })
  })
  afterAll(() => owned.disposeAsync())

  const run: DockerCluster['run'] = (...call) => local.run(...call)

  test('names the engine at its node', async () => {
    const version = '-o=jsonpath={.items[0].status.nodeInfo.containerRuntimeVersion}'
    expect(await run(`get nodes ${version}`)).toMatch(/^podman:\/\/\d/)
  })

  test('its pods reach a service by name, which answers with the pods’ names', async () => {
    const names = await run('get pods -l app=web -o jsonpath={.items[*].metadata.name}')
    const answered = new Set<string>()
    await eventually(async () => {
      const page = await local.inPod('timeout 5 wget -qO- http://web/', 'shell')
      answered.add(page.trim().split(' ').at(-1) ?? '')
      expect([...answered].sort()).toEqual(names.split(' ').sort())
    })
  })

  test('a pod has its name, its settings as variables and files, and its log', async () => {
    const script = 'hostname; echo $cargo; cat /settings/cargo; echo; echo said > /proc/1/fd/1'
    expect(await local.inPod(script, 'shell')).toBe('shell\ntea\ntea\n')
    await eventually(async () => expect(await run('logs shell')).toBe('said\n'))
  })

  test('a container that ends is started again', async () => {
    await local.inPod('kill 1', 'shell')
    const restarts = '-o=jsonpath={.status.containerStatuses[0].restartCount}'
    await eventually(async () => expect(await run(`get pod shell ${restarts}`)).toBe('1'))
    await run('wait pod/shell --for=condition=Ready --timeout=30s')
  })

  test('a claim’s data outlives the pod, and the files of other pods stay', async () => {
    await local.inPod('echo tea > /data/cargo', 'db-0')
    await run('delete pod db-0 --timeout=60s', { timeoutMs: 70_000 })
    await run('rollout status statefulset/db --timeout=60s', { timeoutMs: 70_000 })
    expect(await local.inPod('cat /data/cargo', 'db-0')).toBe('tea\n')
    expect(await local.inPod('cat /settings/cargo', 'shell')).toBe('tea')
  })

  test('a deleted pod is gone, and nothing was warned of', async () => {
    await run('delete pod shell --timeout=60s', { timeoutMs: 70_000 })
    expect(local.warnings).toEqual([])
  })
})
