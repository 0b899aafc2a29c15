import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { PassThrough, Writable } from 'node:stream'
import {
  AppsV1Api,
  Attach,
  CoreV1Api,
  Cp,
  Exec,
  KubeConfig,
  Log,
  makeInformer,
  PortForward,
  type V1ConfigMap,
  type V1Status,
} from '@kubernetes/client-node'
import { WebSocketHandler } from '@kubernetes/client-node/dist/web-socket-handler.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { runCommand } from '#platform/processes.ts'
import { type DockerCluster, startDockerCluster } from '../support/docker-cluster.ts'
import { startDockerd, type TestEngine } from '../support/dockerd.ts'
import { eventually } from '../support/eventually.ts'
import { TestHome } from '../support/headless.ts'
import { lacksDockerd, lacksPackage, titled } from '../support/lanes.ts'

const lack = await lacksDockerd()
const folder = path.resolve('test/fixtures/clients')

const workloads = `
apiVersion: v1
kind: Pod
metadata: { name: shell, labels: { app: shell } }
spec: { containers: [{ name: main, image: 'test/shell:1' }], terminationGracePeriodSeconds: 1 }
---
apiVersion: v1
kind: Pod
metadata: { name: web, labels: { app: web } }
spec: { containers: [{ name: main, image: 'nginx:1.14.2', imagePullPolicy: IfNotPresent }] }
---
apiVersion: v1
kind: Pod
metadata: { name: talker }
spec:
  terminationGracePeriodSeconds: 1
  containers:
    - name: main
      image: test/shell:1
      command: [sh, -c, 'n=0; while :; do n=$((n+1)); echo line $n; sleep 0.2; done']
---
apiVersion: v1
kind: Pod
metadata: { name: echo }
spec:
  terminationGracePeriodSeconds: 1
  containers:
    - { name: main, image: 'test/shell:1', stdin: true, command: [cat] }
`

describe.skipIf(lack)(titled('clients nobody here wrote', lack), () => {
  const owned = new AsyncDisposableStack()
  let engine: TestEngine
  let local: DockerCluster
  const config = new KubeConfig()

  beforeAll(async () => {
    engine = owned.use(await startDockerd({ filters: true }))
    await Promise.all([engine.loadImage('test/shell:1'), engine.loadImage('nginx:1.14.2')])
    local = owned.use(await startDockerCluster(engine, { name: 'clients' }))
    config.loadFromFile(local.cluster.kubeconfig)
    await local.run('apply -f -', { input: workloads })
    await local.run('wait pods --all --for=condition=Ready --timeout=60s', { timeoutMs: 70_000 })
  })
  afterAll(() => owned.disposeAsync())

  async function script(interpreter: string, file: string, part: string) {
    const { cluster } = local
    const env = { ...process.env, KUBECONFIG: cluster.kubeconfig, HOME: cluster.directory }
    const args = [path.join(folder, file), part]
    const { stdout, stderr } = await runCommand(interpreter, args, { env })
    // Libraries warn of each other on stderr.
    expect(stdout, stderr).toMatch(/(^|\n)ok\n$/)
  }

  const lacksPython = lacksPackage('python3-kubernetes')
  describe.skipIf(lacksPython)(titled('python3-kubernetes', lacksPython), () => {
    test.each([
      'objects',
      'watching',
      'executing',
      'forwarding',
      'logs',
      'custom_objects',
      'dynamic_client',
    ])('%s', part => script('/usr/bin/python3', 'python_client.py', part))
  })

  const lacksRuby = lacksPackage('ruby-kubeclient')
  describe.skipIf(lacksRuby)(titled('ruby-kubeclient', lacksRuby), () => {
    test.each(['objects', 'watching', 'logs', 'custom_objects'])('%s', part =>
      script('ruby', 'ruby_client.rb', part),
    )
  })

  describe('@kubernetes/client-node', () => {
    test('a controller on an informer converges, and goes on after its watch was cut', async () => {
      const core = config.makeApiClient(CoreV1Api)
      const labelSelector = 'controlled=yes'
      const list = () => core.listNamespacedConfigMap({ namespace: 'default', labelSelector })
      const where = '/api/v1/namespaces/default/configmaps'
      const informer = makeInformer<V1ConfigMap>(config, where, list, labelSelector)
      const gone: string[] = []
      const reconcile = async ({ metadata, data = {} }: V1ConfigMap) => {
        if (data['doubled'] === `${Number(data['number']) * 2}`) return
        const doubled = `${Number(data['number']) * 2}`
        await core.patchNamespacedConfigMap({
          name: metadata?.name ?? '',
          namespace: 'default',
          body: [{ op: 'add', path: '/data/doubled', value: doubled }],
        })
      }
      informer.on('change', object => void reconcile(object))
      informer.on('add', object => void reconcile(object))
      informer.on('delete', ({ metadata }) => gone.push(metadata?.name ?? ''))
      informer.on('error', () => void informer.start())
      await informer.start()
      const create = (name: string, number: string) =>
        core.createNamespacedConfigMap({
          namespace: 'default',
          body: { metadata: { name, labels: { controlled: 'yes' } }, data: { number } },
        })
      const doubledOf = async (name: string) =>
        (await core.readNamespacedConfigMap({ name, namespace: 'default' })).data?.['doubled']
      await create('three', '3')
      await eventually(async () => expect(await doubledOf('three')).toBe('6'))
      await informer.stop()
      await create('four', '4')
      await informer.start()
      await eventually(async () => expect(await doubledOf('four')).toBe('8'))
      await eventually(() =>
        expect(informer.list().map(({ data }) => data?.['doubled'])).toEqual(['6', '8']),
      )
      await core.deleteCollectionNamespacedConfigMap({ namespace: 'default', labelSelector })
      await eventually(() => expect(gone.sort()).toEqual(['four', 'three']))
      await informer.stop()
    })

    test.each(['v5.channel.k8s.io', 'v4.channel.k8s.io'])('exec over %s', async protocol => {
      const connect = (uri: string, _offered: string[], options: object) =>
        new WebSocket(uri, [protocol], options)
      // By itself it offers all versions, and gets v5.
      const handler = new WebSocketHandler(
        config,
        isNewest(protocol) ? undefined : (connect as never),
      )
      const [out, errors] = [collect(), collect()]
      const ended = Promise.withResolvers<V1Status>()
      const script = 'read a; echo "got $a"; echo bad >&2; exit 5'
      const stdin = new PassThrough()
      stdin.write('cargo\n')
      const socket = await new Exec(config, handler).exec(
        'default',
        'shell',
        'main',
        ['sh', '-c', script],
        out,
        errors,
        stdin,
        false,
        ended.resolve,
      )
      expect(await ended.promise).toMatchObject({ reason: 'NonZeroExitCode' })
      expect(socket.protocol).toBe(protocol)
      expect([out.text, errors.text]).toEqual(['got cargo\n', 'bad\n'])
    })

    test('attach, logs and copies', async () => {
      const echoed = collect()
      const typed = new PassThrough()
      const attached = await new Attach(config).attach(
        'default',
        'echo',
        'main',
        echoed,
        null,
        typed,
        false,
      )
      typed.write('ahoy\n')
      await eventually(() => expect(echoed.text).toBe('ahoy\n'))
      attached.close()

      const command = ['sh', '-c', 'for n in 1 2 3; do echo line $n; sleep 0.3; done']
      await config.makeApiClient(CoreV1Api).createNamespacedPod({
        namespace: 'default',
        body: {
          metadata: { name: 'brief' },
          spec: {
            containers: [{ name: 'main', image: 'test/shell:1', command }],
            restartPolicy: 'Never',
          },
        },
      })
      const lines = collect()
      await eventually(() =>
        new Log(config).log('default', 'brief', 'main', lines, { follow: true }),
      )
      await eventually(() => expect(lines.text).toBe('line 1\nline 2\nline 3\n'))

      const [there, back] = ['there', 'back'].map(name => path.join(local.cluster.directory, name))
      await mkdir(there ?? '')
      await writeFile(path.join(there ?? '', 'chart.txt'), 'depth 12\n')
      const copy = new Cp(config)
      await copy.cpToPod('default', 'shell', 'main', there ?? '', '/tmp')
      await eventually(async () =>
        expect(await local.inPod('cat /tmp/chart.txt', 'shell')).toBe('depth 12\n'),
      )
      await copy.cpFromPod('default', 'shell', 'main', 'chart.txt', back ?? '', '/tmp')
      await eventually(async () =>
        expect(await readFile(path.join(back ?? '', 'chart.txt'), 'utf8')).toBe('depth 12\n'),
      )
    })

    test('a forwarded port', async () => {
      const answer = collect()
      const asked = new PassThrough()
      const socket = await new PortForward(config).portForward(
        'default',
        'web',
        [80],
        answer,
        null,
        asked,
      )
      asked.write('GET / HTTP/1.0\r\nHost: web\r\n\r\n')
      await eventually(() => expect(answer.text).toContain('nginx 1.14.2'))
      if (typeof socket !== 'function') socket.close()
    })

    test('a rollout is watched by its typed client', async () => {
      const apps = config.makeApiClient(AppsV1Api)
      const labels = { app: 'typed' }
      await apps.createNamespacedDeployment({
        namespace: 'default',
        body: {
          metadata: { name: 'typed' },
          spec: {
            selector: { matchLabels: labels },
            template: {
              metadata: { labels },
              spec: {
                containers: [{ name: 'main', image: 'test/shell:1' }],
                terminationGracePeriodSeconds: 1,
              },
            },
          },
        },
      })
      await eventually(async () => {
        const { status } = await apps.readNamespacedDeployment({
          name: 'typed',
          namespace: 'default',
        })
        expect(status?.availableReplicas).toBe(1)
      })
      await apps.deleteNamespacedDeployment({ name: 'typed', namespace: 'default' })
    })
  })

  test('an operator on @dot-i/k8s-operator keeps its kind, its status and its finalizer', async () => {
    const definition = path.join(folder, 'lighthouse.yaml')
    await local.kubectl(['apply', '-f', definition])
    await local.kubectl(['wait', '--for=condition=Established', '-f', definition])
    await using home = await TestHome.make()
    const operator = home.run(process.execPath, [path.join(folder, 'lighthouse-operator.ts')], {
      KUBECONFIG: local.cluster.kubeconfig,
    })
    await eventually(() => expect(operator.stdout + operator.stderr).toBe('watching\n'))
    const lighthouse = (colour: string) =>
      `{apiVersion: harbour.example.com/v1, kind: Lighthouse, metadata: {name: north}, spec: {colour: ${colour}}}`
    const kubectl = async (...args: string[]) => (await local.kubectl(args)).stdout
    for (const colour of ['red', 'green']) {
      await local.kubectl(['apply', '-f', '-'], { input: lighthouse(colour) })
      await eventually(async () => {
        expect(await kubectl('get', 'lighthouse', 'north', '-o', 'jsonpath={.status.lit}')).toBe(
          colour,
        )
        expect(await kubectl('get', 'configmap', 'north', '-o', 'jsonpath={.data.colour}')).toBe(
          colour,
        )
      })
    }
    expect(await kubectl('delete', 'lighthouse', 'north', '--timeout=20s')).toContain('deleted')
    expect(await kubectl('get', 'configmap', 'north', '--ignore-not-found')).toBe('')
    expect(operator.stderr).toBe('')
  })
})

const isNewest = (protocol: string) => protocol.startsWith('v5')

/** A stream that keeps what is written to it. */
function collect(): Writable & { text: string } {
  const kept = Object.assign(
    new Writable({
      write(chunk, _encoding, done) {
        kept.text += chunk
        done()
      },
    }),
    { text: '' },
  )
  return kept
}
