import { existsSync } from 'node:fs'
import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { CoreV1Api, KubeConfig, makeInformer, type V1ConfigMap } from '@kubernetes/client-node'
import { describe, expect, test } from 'vitest'
import { sleep, systemClock } from '#base/clock.ts'
import { eventually } from '../support/eventually.ts'
import { type ReadyLine, TestHome } from '../support/headless.ts'
import { kubectl, kubectlOutput, toolPath } from '../support/kubectl.ts'
import { titled } from '../support/lanes.ts'
import { WebApp } from '../support/web-app.ts'

const isFull = process.env['SLIPWAY_TEST_FULL'] === '1'
/** Past the 40 s that a node may be silent. In the long run past the five minutes after which its pods are evicted. */
const asleepMs = isFull ? 400_000 : 65_000
const machine = process.arch === 'arm64' ? 'aarch64' : 'x86_64'
const fakeClock = `/usr/lib/${machine}-linux-gnu/faketime/libfaketimeMT.so.1`
const lacksFakeClock = existsSync(fakeClock)
  ? undefined
  : 'faketime is not installed (apt-get install faketime)'

/** Three pods that tolerate an unreachable node for a second only: a node that is given up costs them at once. */
const timid = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: timid }
spec:
  replicas: 3
  selector: { matchLabels: { app: timid } }
  template:
    metadata: { labels: { app: timid } }
    spec:
      tolerations:
        - { key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute, tolerationSeconds: 1 }
        - { key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute, tolerationSeconds: 1 }
      containers:
        - name: main
          image: a
          livenessProbe: { exec: { command: [ls] }, periodSeconds: 1, failureThreshold: 1 }
`

/** A simulated cluster with the timid pods on it. */
class Laptop {
  readonly kubeconfig: string
  readonly server: string

  private constructor({ kubeconfig, apiServer }: ReadyLine) {
    this.kubeconfig = kubeconfig
    this.server = apiServer
  }

  /** A headless cluster of two nodes. */
  static async start(
    home: TestHome,
    name: string,
    { args = [], env = {} }: { args?: string[]; env?: Record<string, string> } = {},
  ): Promise<Laptop> {
    const command = home.hostCommand('--cluster', name, '--nodes', '2', ...args)
    return Laptop.settled(await home.run(process.execPath, command, env).ready())
  }

  /** The cluster of a ready line, once the pods run. */
  static async settled(line: ReadyLine): Promise<Laptop> {
    const laptop = new Laptop(line)
    await eventually(() => laptop.run(['get', 'serviceaccount', 'default']))
    await laptop.run(['apply', '-f', '-'], { input: timid })
    await laptop.run(['rollout', 'status', 'deployment/timid', '--timeout=40s'], {
      timeoutMs: 45_000,
    })
    return laptop
  }

  run(args: string[], options: Parameters<typeof kubectl>[2] = {}): Promise<string> {
    return kubectlOutput(this.kubeconfig, args, options)
  }

  /** What must not change while nobody asks for it: which pods there are, and how often they were started. */
  pods(): Promise<string> {
    const columns = 'UID:.metadata.uid,RESTARTS:.status.containerStatuses[0].restartCount'
    return this.run([
      'get',
      'pods',
      '-l',
      'app=timid',
      '--sort-by=.metadata.uid',
      '-o',
      `custom-columns=${columns}`,
    ])
  }

  /** Everybody does their work: nodes renew their leases, and a new pod gets going. */
  async expectLife(name: string): Promise<void> {
    const renewals = () =>
      this.run([
        'get',
        'leases',
        '-n',
        'kube-node-lease',
        '-o',
        'jsonpath={.items[*].spec.renewTime}',
      ])
    const before = await renewals()
    await eventually(
      async () => {
        for (const [index, time] of (await renewals()).split(' ').entries())
          expect(time).not.toBe(before.split(' ')[index])
      },
      { timeoutMs: 60_000 },
    )
    await this.run(['run', name, '--image=a'])
    await this.run(['wait', `pod/${name}`, '--for=condition=Ready', '--timeout=40s'], {
      timeoutMs: 45_000,
    })
    const ready = 'jsonpath={.items[*].status.conditions[?(@.type=="Ready")].status}'
    expect(await this.run(['get', 'nodes', '-o', ready])).toMatch(/^True( True)*$/)
  }
}

describe.concurrent('a laptop', { timeout: asleepMs + 240_000 }, () => {
  test('that slept costs no pod and no restart, and its watches go on', async () => {
    await using home = await TestHome.make()
    await using app = await WebApp.start(home, '--kubeconfig', 'none')
    const laptop = await Laptop.settled(app.line)
    const before = await laptop.pods()
    const cluster = await app.clusterPid()
    const processes = [app.host.child.pid ?? 0, cluster]
    const config = new KubeConfig()
    config.loadFromFile(laptop.kubeconfig)
    const core = config.makeApiClient(CoreV1Api)
    const informer = makeInformer<V1ConfigMap>(
      config,
      '/api/v1/namespaces/default/configmaps',
      () => core.listNamespacedConfigMap({ namespace: 'default' }),
    )
    const seen: string[] = []
    informer.on('add', ({ metadata }) => seen.push(metadata?.name ?? ''))
    informer.on('error', () => void informer.start())
    await informer.start()
    for (const pid of processes) process.kill(pid, 'SIGSTOP')
    try {
      await sleep(systemClock, asleepMs)
    } finally {
      for (const pid of processes) process.kill(pid, 'SIGCONT')
    }
    await laptop.run(['create', 'configmap', 'awake'])
    await eventually(() => expect(seen).toContain('awake'))
    await laptop.expectLife('afterwards')
    expect(await laptop.pods()).toBe(before)
    expect(await app.clusterPid()).toBe(cluster)
    await informer.stop()
  })

  test.skipIf(lacksFakeClock)(
    titled('whose clock jumps eight hours ahead, and back, goes on', lacksFakeClock),
    async () => {
      await using home = await TestHome.make()
      const offset = home.file('clock')
      await writeFile(offset, '+0')
      const laptop = await Laptop.start(home, 'jumping', {
        env: {
          LD_PRELOAD: fakeClock,
          DONT_FAKE_MONOTONIC: '1',
          FAKETIME_NO_CACHE: '1',
          FAKETIME_TIMESTAMP_FILE: offset,
        },
      })
      const before = await laptop.pods()
      for (const [jump, name] of [
        ['+8h', 'ahead'],
        ['-1h', 'behind'],
      ] as const) {
        await writeFile(offset, jump)
        await laptop.expectLife(name)
        const created = Date.parse(
          await laptop.run(['get', 'pod', name, '-o', 'jsonpath={.metadata.creationTimestamp}']),
        )
        expect(Math.round((created - Date.now()) / 3_600_000)).toBe(Number.parseInt(jump, 10))
        const token = (await laptop.run(['create', 'token', 'default'])).trim()
        const alone = ['--kubeconfig', '/dev/null', '--insecure-skip-tls-verify', '--token', token]
        expect(await laptop.run(['auth', 'whoami', '--server', laptop.server, ...alone])).toContain(
          'system:serviceaccount:default:default',
        )
        expect(await laptop.pods()).toBe(before)
      }
    },
  )

  test('keeps its certificates fresh: kubectl, nodes and open watches go on over renewals', async () => {
    await using home = await TestHome.make()
    const merged = home.file('merged')
    const lifeSeconds = 15
    const laptop = await Laptop.start(home, 'renewing', {
      args: ['--certificate-life', String(lifeSeconds), '--kubeconfig', merged],
    })
    const first = home.file('first')
    await copyFile(laptop.kubeconfig, first)
    const watch = await watching(home, laptop)
    const seen = new Set<string>()
    const deadline = performance.now() + 3 * lifeSeconds * 1000
    while (performance.now() < deadline) {
      await laptop.run(['get', 'pods'])
      seen.add(await readFile(laptop.kubeconfig, 'utf8'))
      await sleep(systemClock, 500)
    }
    expect(seen.size).toBeGreaterThanOrEqual(4)
    const { code, stderr } = await kubectl(first, ['get', 'pods'])
    expect([code, stderr]).toEqual([1, expect.stringMatching(/Unauthorized|must be logged in/)])
    expect((await kubectl(merged, ['get', 'pods'])).code).toBe(0)
    await laptop.expectLife('afterwards')
    expect(watch.stdout).toContain('afterwards')
  })
})

/** A watch of kubectl's that is opened now. */
async function watching(home: TestHome, laptop: Laptop) {
  const args = ['--kubeconfig', laptop.kubeconfig, 'get', 'pods', '-w', '--no-headers']
  const watch = home.run(await toolPath('kubectl'), args)
  await eventually(() => expect(watch.stdout).toContain('timid'))
  return watch
}
