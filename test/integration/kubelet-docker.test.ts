import os from 'node:os'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLogger } from '#base/logger.ts'
import {
  configMaps,
  deployments,
  events,
  horizontalPodAutoscalers,
  nodes,
  pods,
  secrets,
  serviceAccounts,
} from '#client/resource-types.ts'
import { Client } from '#client/rest.ts'
import type { Pod, PodSpec } from '#kubernetes/api/core-v1.ts'
import { isNotFound } from '#kubernetes/status-error.ts'
import type { NodeHandle } from '#node/node.ts'
import { readLimits } from '#node/runtimes/conformance/pod-settings.ts'
import { startDockerd, type TestEngine, testAgentImage } from '../support/dockerd.ts'
import { eventually } from '../support/eventually.ts'
import { lacksDockerd, titled } from '../support/lanes.ts'
import { ownRanges } from '../support/own-numbers.ts'
import { startRegistry } from '../support/registry.ts'
import { startCluster, type TestCluster } from '../support/start-cluster.ts'
import { startTestNode } from '../support/test-node.ts'

const lack = await lacksDockerd()
/** What users are promised; a machine with more to do than it can gets more time. */
const withinTwoSeconds = () => {
  const isOverloaded = (os.loadavg()[0] ?? 0) > 2 * os.availableParallelism()
  return { timeoutMs: isOverloaded ? 10_000 : 2000 }
}
const image = 'test/shell:1'
const { podCidr, serviceCidr } = await ownRanges()
const serviceAddress = (number: number) => serviceCidr.replace(/0\/24$/, String(number))
const gateway = podCidr.replace(/0\/24$/, '1')
const warnings: string[] = []
const logger = createLogger({
  write: line => warnings.push(line),
  now: () => Date.now(),
  level: 'warn',
})

describe.skipIf(lack)(titled('pods on a real dockerd', lack), () => {
  let engine: TestEngine
  let cluster: TestCluster
  let node: NodeHandle
  let client: Client

  const start = async () => {
    const handle = await startTestNode(cluster, {
      runtime: 'docker',
      engine: { socketPath: engine.socketPath, agentImage: await testAgentImage() },
      clusterName: `kubelet-${process.pid}`,
      podCidr,
      serviceCidr,
      apiServerPort: cluster.controlPlane.port,
      logger,
    })
    await cluster.controlPlane.addListener(gateway).catch(() => {})
    return handle
  }

  beforeAll(async () => {
    engine = await startDockerd()
    await engine.loadImage(image)
    cluster = await startCluster({ serviceCidr })
    client = new Client(cluster.admin)
    node = await start()
    await eventually(() => client.get(serviceAccounts, { namespace: 'default', name: 'default' }))
    await eventually(() =>
      client.get(configMaps, { namespace: 'default', name: 'kube-root-ca.crt' }),
    )
  })
  afterAll(async () => {
    await using _engine = engine
    await using _cluster = cluster
    await using _node = node
    // The engine died once under its pods, and believes their volumes in use since.
    await node?.cleanup({ volumes: true }).catch(error => {
      expect(String(error)).toContain('the engine believes volumes in use')
    })
    expect(await engine.docker('ps', '-aq')).toBe('')
    expect(await engine.docker('network', 'ls', '-q', '--filter', 'type=custom')).toBe('')
  })

  const getPod = (name: string) => client.get(pods, { namespace: 'default', name })
  const condition = (pod: Pod, type: string) =>
    pod.status?.conditions?.find(one => one.type === type)?.status
  const firstStatus = (pod: Pod) => pod.status?.containerStatuses?.[0]

  const createPod = (name: string, spec: Partial<PodSpec> = {}, container = {}) =>
    client.create(pods, {
      metadata: { name, namespace: 'default', labels: { app: name } },
      spec: {
        nodeName: 'test-node',
        terminationGracePeriodSeconds: 1,
        containers: [{ name: 'app', image, ...container }],
        ...spec,
      },
    })
  const untilReady = (name: string) =>
    eventually(async () => {
      const pod = await getPod(name)
      expect(condition(pod, 'Ready')).toBe('True')
      return pod
    })
  const remove = (name: string) => client.delete(pods, { namespace: 'default', name })
  const engineId = (pod: Pod) => firstStatus(pod)?.containerID?.replace('docker://', '') ?? ''
  const run = async (pod: Pod, ...command: string[]) => {
    const { name = '', uid = '' } = pod.metadata
    const session = await node.connection.exec(
      { node: 'test-node', namespace: 'default', pod: name, uid, container: 'app' },
      { command, stdin: false, stdout: true, stderr: true, tty: false },
      new AbortController().signal,
    )
    let text = ''
    for await (const bytes of session.stdout) text += Buffer.from(bytes).toString()
    return text
  }
  const eventsOf = async (name: string) => {
    const { items } = await client.list(events, { namespace: 'default' })
    return items
      .filter(({ involvedObject }) => involvedObject.name === name)
      .map(({ reason, message }) => `${reason}: ${message}`)
  }

  test('a pod runs for real, with its token, its address and upstream events', async () => {
    await createPod('web')
    const pod = await untilReady('web')
    expect(pod.status).toMatchObject({ phase: 'Running', hostIP: gateway })
    expect(pod.status?.podIP?.replace(/\d+$/, '0/24')).toBe(podCidr)
    const account = '/var/run/secrets/kubernetes.io/serviceaccount'
    expect(await run(pod, 'cat', `${account}/namespace`)).toBe('default')
    expect(await run(pod, 'cat', `${account}/token`)).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/)
    expect(await run(pod, 'head', '-1', `${account}/ca.crt`)).toContain('BEGIN CERTIFICATE')
    expect(await run(pod, 'cat', '/etc/resolv.conf')).toContain(
      `nameserver ${serviceAddress(10)}\nsearch default.svc.cluster.local svc.cluster.local cluster.local`,
    )
    expect(await run(pod, 'env')).toContain(`KUBERNETES_SERVICE_HOST=${serviceAddress(1)}\n`)
    await eventually(async () =>
      expect(await eventsOf('web')).toEqual(
        expect.arrayContaining([
          `Pulled: Container image "${image}" already present on machine and can be accessed by the pod`,
          'Created: Container created',
          'Started: Container started',
        ]),
      ),
    )
  })

  test('pods resolve services and reach the API server by its service', async () => {
    const pod = await untilReady('web')
    expect(await run(pod, 'nslookup', 'kubernetes.default.svc.cluster.local')).toContain(
      serviceAddress(1),
    )
    expect(
      await run(
        pod,
        'sh',
        '-c',
        'echo | nc -w 2 kubernetes.default.svc.cluster.local 443 && echo open',
      ),
    ).toContain('open')
  })

  test('killing and pausing behind our back show within 2 s', async () => {
    await createPod('meddled')
    const pod = await untilReady('meddled')
    const quickly = withinTwoSeconds()
    await engine.docker('pause', engineId(pod))
    await eventually(
      async () => expect(condition(await getPod('meddled'), 'Ready')).toBe('False'),
      quickly,
    )
    await engine.docker('unpause', engineId(pod))
    await eventually(
      async () => expect(condition(await getPod('meddled'), 'Ready')).toBe('True'),
      quickly,
    )
    await engine.docker('kill', engineId(pod))
    await eventually(async () => {
      expect(firstStatus(await getPod('meddled'))?.lastState?.terminated?.exitCode).toBe(137)
    }, quickly)
    const after = await untilReady('meddled')
    expect(firstStatus(after)?.restartCount).toBe(1)
    expect(engineId(after)).not.toBe(engineId(pod))
  })

  test('a container that runs out of memory shows it within 2 s', async () => {
    const hog = 'x=$(head -c 64000000 /dev/zero | tr "\\0" x); echo $x'
    const command = ['sh', '-c', `until [ -e /tmp/go ]; do sleep 0.1; done; ${hog}`]
    const resources = { limits: { memory: '16Mi' } }
    await createPod('hungry', { restartPolicy: 'Never' }, { command, resources })
    const id = engineId(await untilReady('hungry'))
    const ended = engine.docker('wait', id)
    await engine.docker('exec', id, 'touch', '/tmp/go')
    expect((await ended).trim()).toBe('137')
    await eventually(async () => {
      const pod = await getPod('hungry')
      expect(pod.status?.phase).toBe('Failed')
      expect(firstStatus(pod)?.state?.terminated).toMatchObject({ reason: 'OOMKilled' })
    }, withinTwoSeconds())
  })

  test('a pod is resized in place: the kernel keeps to the new limits, and only what asks for it restarts', async () => {
    const resources = (cpu: string, memory: string) => ({
      requests: { cpu: '50m', memory: '32Mi' },
      limits: { cpu, memory },
    })
    const resizePolicy = [{ resourceName: 'memory', restartPolicy: 'RestartContainer' }]
    await createPod('resized', {}, { resources: resources('100m', '64Mi'), resizePolicy })
    const before = await untilReady('resized')
    const resize = (cpu: string, memory: string) =>
      client.patch(
        pods,
        { namespace: 'default', name: 'resized' },
        { spec: { containers: [{ name: 'app', resources: resources(cpu, memory) }] } },
        { type: 'strategic', subresource: 'resize' },
      )
    const limits = async (pod: Pod) =>
      (await run(pod, 'sh', '-c', readLimits)).trim().split(/\s+/).map(Number)
    const untilResized = (cpu: string, memory: string) =>
      eventually(async () => {
        const pod = await getPod('resized')
        expect(firstStatus(pod)).toMatchObject({ ready: true, resources: resources(cpu, memory) })
        expect(condition(pod, 'PodResizeInProgress')).toBeUndefined()
        return pod
      })
    expect(await limits(before)).toEqual([10_000, 64 * 2 ** 20])
    await resize('300m', '64Mi')
    const inPlace = await untilResized('300m', '64Mi')
    expect(await limits(inPlace)).toEqual([30_000, 64 * 2 ** 20])
    expect(engineId(inPlace)).toBe(engineId(before))
    await resize('300m', '96Mi')
    const restarted = await untilResized('300m', '96Mi')
    expect(await limits(restarted)).toEqual([30_000, 96 * 2 ** 20])
    expect(firstStatus(restarted)?.restartCount).toBe(1)
    await remove('resized')
  })

  test('init containers come first, and configuration reaches variables and files, live', async () => {
    await client.create(configMaps, {
      metadata: { name: 'settings', namespace: 'default' },
      data: { colour: 'red', 'app.conf': 'one' },
    })
    await client.create(secrets, {
      metadata: { name: 'hidden', namespace: 'default' },
      data: { key: Buffer.from('s3cret').toString('base64') },
    })
    await createPod(
      'configured',
      {
        initContainers: [
          {
            name: 'prepare',
            image,
            command: ['sh', '-c', 'echo prepared > /prepared/file'],
            volumeMounts: [{ name: 'work', mountPath: '/prepared' }],
          },
        ],
        volumes: [
          { name: 'work', emptyDir: {} },
          { name: 'settings', configMap: { name: 'settings' } },
        ],
      },
      {
        env: [
          { name: 'COLOUR', valueFrom: { configMapKeyRef: { name: 'settings', key: 'colour' } } },
          { name: 'KEY', valueFrom: { secretKeyRef: { name: 'hidden', key: 'key' } } },
          { name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
          { name: 'BOTH', value: '$(COLOUR)-$(KEY)' },
        ],
        volumeMounts: [
          { name: 'work', mountPath: '/prepared' },
          { name: 'settings', mountPath: '/settings' },
        ],
      },
    )
    const pod = await untilReady('configured')
    expect(
      await run(pod, 'sh', '-c', 'echo $BOTH $POD_IP; cat /prepared/file /settings/app.conf'),
    ).toBe(`red-s3cret ${pod.status?.podIP}\nprepared\none`)
    expect(await run(pod, 'sh', '-c', 'touch /settings/new 2>&1 || :')).toContain(
      'Read-only file system',
    )
    await client.patch(
      configMaps,
      { namespace: 'default', name: 'settings' },
      { data: { 'app.conf': 'two' } },
      { type: 'merge' },
    )
    await eventually(async () => expect(await run(pod, 'cat', '/settings/app.conf')).toBe('two'))
  })

  test('a missing ConfigMap holds a container back with upstream words until it is there', async () => {
    await createPod('waiting', {}, { envFrom: [{ configMapRef: { name: 'later' } }] })
    await eventually(async () => {
      expect(firstStatus(await getPod('waiting'))?.state?.waiting).toEqual({
        reason: 'CreateContainerConfigError',
        message: 'configmap "later" not found',
      })
    })
    await client.create(configMaps, { metadata: { name: 'later', namespace: 'default' }, data: {} })
    await untilReady('waiting')
  })

  test('probes decide on readiness and restarts', async () => {
    await createPod(
      'probed',
      {},
      {
        command: ['sh', '-c', 'touch /tmp/alive; exec httpd -f -p 8080 -h /tmp'],
        ports: [{ name: 'http', containerPort: 8080 }],
        livenessProbe: {
          exec: { command: ['cat', '/tmp/alive'] },
          periodSeconds: 1,
          failureThreshold: 1,
        },
        readinessProbe: { httpGet: { port: 'http', path: '/ready' }, periodSeconds: 1 },
      },
    )
    const pod = await eventually(async () => {
      const found = await getPod('probed')
      expect(found.status?.phase).toBe('Running')
      expect(await eventsOf('probed')).toContain(
        'Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 404',
      )
      expect(condition(found, 'Ready')).toBe('False')
      return found
    })
    await run(pod, 'touch', '/tmp/ready')
    await untilReady('probed')
    await run(pod, 'rm', '/tmp/alive')
    await eventually(async () => {
      expect(firstStatus(await getPod('probed'))?.restartCount).toBe(1)
      expect(await eventsOf('probed')).toEqual(
        expect.arrayContaining([
          expect.stringMatching(/^Unhealthy: Liveness probe failed: cat: .*No such file/),
          'Killing: Container app failed liveness probe, will be restarted',
        ]),
      )
    })
  })

  test('an absent image shows the words of the engine', async () => {
    await createPod('absent', {}, { image: 'localhost:1/absent:1' })
    await eventually(async () => {
      const { reason, message } = firstStatus(await getPod('absent'))?.state?.waiting ?? {}
      expect(reason).toBe('ImagePullBackOff')
      expect(message).toMatch(
        /^Back-off pulling image "localhost:1\/absent:1": ErrImagePull: .*connection refused/,
      )
    })
  })

  test('a private image is pulled with the credentials of a secret, and refused without', async () => {
    await using registry = await startRegistry(image, { username: 'dev', password: 'pass:word' })
    const auths = { [registry.host]: { username: 'dev', password: 'pass:word' } }
    await client.create(secrets, {
      metadata: { name: 'pull', namespace: 'default' },
      type: 'kubernetes.io/dockerconfigjson',
      data: { '.dockerconfigjson': Buffer.from(JSON.stringify({ auths })).toString('base64') },
    })
    const privately = { image: `${registry.host}/team/app:2` }
    await createPod('locked-out', {}, privately)
    await eventually(async () => {
      const { reason, message } = firstStatus(await getPod('locked-out'))?.state?.waiting ?? {}
      expect(reason).toBe('ImagePullBackOff')
      expect(message).toMatch(/no basic auth credentials|authentication required|unauthorized/)
    })
    await createPod('let-in', { imagePullSecrets: [{ name: 'pull' }] }, privately)
    await untilReady('let-in')
    const seen = (await eventsOf('let-in')).join('\n')
    expect(seen).toContain(`Pulling: Pulling image "${privately.image}"`)
    expect(seen).toMatch(
      /Pulled: Successfully pulled image ".*" in .* including waiting\)\. Image size: \d+ bytes\./,
    )
  })

  test('a container that burns CPU has its workload scaled up, by what the engine measures', async () => {
    const named = { namespace: 'default', name: 'burning' }
    const resources = { requests: { cpu: '50m' }, limits: { cpu: '200m' } }
    const command = ['sh', '-c', 'while :; do :; done']
    await client.create(deployments, {
      metadata: named,
      spec: {
        selector: { matchLabels: { app: 'burning' } },
        template: {
          metadata: { labels: { app: 'burning' } },
          spec: {
            terminationGracePeriodSeconds: 0,
            containers: [{ name: 'main', image, command, resources }],
          },
        },
      },
    })
    await client.create(horizontalPodAutoscalers, {
      metadata: named,
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'burning' },
        maxReplicas: 2,
      },
    })
    await eventually(
      async () => {
        expect((await client.get(deployments, named)).status?.readyReplicas).toBe(2)
        const { currentMetrics } = (await client.get(horizontalPodAutoscalers, named)).status ?? {}
        expect(currentMetrics?.[0]?.resource?.current.averageUtilization).toBeGreaterThan(88)
      },
      { timeoutMs: 110_000, everyMs: 500 },
    )
    await client.delete(horizontalPodAutoscalers, named)
    await client.delete(deployments, named)
  })

  test('a deleted pod has its grace, then is gone from API and engine', async () => {
    const script = 'trap "echo bye; exit 0" TERM; echo listening; while :; do sleep 0.1; done'
    const command = ['sh', '-c', script]
    await createPod('leaving', { terminationGracePeriodSeconds: 20 }, { command })
    const pod = await untilReady('leaving')
    const id = pod.status?.containerStatuses?.[0]?.containerID?.replace('docker://', '') ?? ''
    // Before that a signal to the first process of a container is lost.
    await eventually(async () => expect(await engine.docker('logs', id)).toContain('listening'))
    await remove('leaving')
    await eventually(() => expect(getPod('leaving')).rejects.toSatisfy(isNotFound))
    await eventually(async () => {
      const filter = `label=io.kubernetes.pod.uid=${pod.metadata.uid}`
      expect(await engine.docker('ps', '-aq', '--filter', filter)).toBe('')
      expect(await engine.docker('volume', 'ls', '-q', '--filter', filter)).toBe('')
    })
  })

  test('a killed sandbox is replaced, and its containers run again', async () => {
    await createPod('sandboxed')
    const pod = await untilReady('sandboxed')
    const filter = ['--filter', `label=io.kubernetes.pod.uid=${pod.metadata.uid}`]
    const infra = await engine.docker(
      'ps',
      '-q',
      ...filter,
      '--filter',
      'label=dev.slipway.role=sandbox',
    )
    await engine.docker('kill', infra.trim())
    await eventually(async () => {
      const after = await getPod('sandboxed')
      expect(firstStatus(after)?.restartCount).toBe(1)
      expect(condition(after, 'Ready')).toBe('True')
    })
    await eventually(async () =>
      expect(await eventsOf('sandboxed')).toContain(
        'SandboxChanged: Pod sandbox changed, it will be killed and re-created.',
      ),
    )
  })

  test('with the engine gone the node says why it is not ready, and pods are left alone', async () => {
    const before = await untilReady('web')
    const conditions = async () =>
      (await client.get(nodes, { name: 'test-node' })).status?.conditions?.find(
        ({ type }) => type === 'Ready',
      )
    await engine.freeze(async () => {
      await eventually(async () => {
        expect(await conditions()).toMatchObject({ status: 'False', reason: 'KubeletNotReady' })
        expect((await conditions())?.message).toContain(
          `container runtime is down: ${engine.socketPath}`,
        )
      })
    })
    await eventually(async () => expect((await conditions())?.status).toBe('True'))
    await engine.killDaemon()
    await createPod('after-crash')
    await untilReady('after-crash')
    const after = await getPod('web')
    expect(firstStatus(after)).toEqual(firstStatus(before))
  })

  test('a restart of the node adopts what runs: same containers, same status', async () => {
    const before = await untilReady('web')
    const startedAt = await engine.docker('inspect', '-f', '{{.State.StartedAt}}', engineId(before))
    await node[Symbol.asyncDispose]()
    await createPod('while-away')
    node = await start()
    await untilReady('while-away')
    const after = await getPod('web')
    expect(after.status).toEqual(before.status)
    expect(await engine.docker('inspect', '-f', '{{.State.StartedAt}}', engineId(after))).toBe(
      startedAt,
    )
  })
})
