import { Resolver } from 'node:dns/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '#base/clock.ts'
import { createLogger } from '#base/logger.ts'
import { deployments, pods, serviceAccounts, services } from '#client/resource-types.ts'
import { Client } from '#client/rest.ts'
import type { Service } from '#kubernetes/api/core-v1.ts'
import { type NodeHandle, startNode } from '#node/node.ts'
import { runChecked } from '#platform/processes.ts'
import { startDockerd, type TestEngine, testAgentImage } from '../support/dockerd.ts'
import { eventually } from '../support/eventually.ts'
import { lacksDockerd } from '../support/lanes.ts'
import { startCluster, type TestCluster } from '../support/start-cluster.ts'

const lack = await lacksDockerd()
/** Of its own, for rules and routes are the machine's. */
const serviceCidr = '10.113.0.0/16'
const dnsIP = '10.113.0.10'
const podCidr = '10.251.12.0/24'
const gateway = '10.251.12.1'
const nodePort = 31_515
const log: string[] = []
const logger = createLogger({ write: line => log.push(line), now: () => Date.now(), level: 'warn' })

describe.skipIf(lack)(`services on a real dockerd${lack ? ` (skipped: ${lack})` : ''}`, () => {
  let engine: TestEngine
  let cluster: TestCluster
  let node: NodeHandle
  let client: Client

  beforeAll(async () => {
    engine = await startDockerd({ filters: true })
    await engine.loadImage('nginx:1.14.2')
    await engine.loadImage('test/shell:1')
    cluster = await startCluster({ serviceCidr })
    client = new Client(cluster.admin)
    node = await startNode({
      transport: () => cluster.admin,
      addonTransport: cluster.admin,
      runtime: 'docker',
      engine: { socketPath: engine.socketPath, agentImage: await testAgentImage() },
      nodeName: 'test-node',
      clusterName: 'services',
      podCidr,
      dns: { ip: dnsIP, domain: 'cluster.local' },
      serviceCidr,
      apiServerPort: cluster.controlPlane.port,
      kubeletVersion: 'v1.35.6',
      dataDir: cluster.directory,
      clock: systemClock,
      logger,
    })
    cluster.controlPlane.attachNode(node.connection, node.dialer)
    await node.ready
    await cluster.controlPlane.addListener(gateway)
    await eventually(() => client.get(serviceAccounts, named('default')))
    await client.create(deployments, {
      metadata: named('web'),
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: 'web' } },
        template: {
          metadata: { labels: { app: 'web' } },
          spec: {
            containers: [
              {
                name: 'web',
                image: 'nginx:1.14.2',
                imagePullPolicy: 'IfNotPresent',
              },
            ],
          },
        },
      },
    })
    await addService('web', {
      type: 'NodePort',
      ports: [{ port: 3050, targetPort: 80, nodePort }],
    })
    await client.create(pods, {
      metadata: named('shell'),
      spec: { containers: [{ name: 'shell', image: 'test/shell:1' }] },
    })
    await eventually(
      async () => {
        const { items } = await client.list(pods, { namespace: 'default' })
        expect(items.map(({ status }) => status?.phase)).toEqual(['Running', 'Running', 'Running'])
      },
      { timeoutMs: 60_000 },
    )
  })
  afterAll(async () => {
    await using _engine = engine
    await using _cluster = cluster
    await using _node = node
    await node?.cleanup({ volumes: true })
    expect(await runChecked('nft', ['list', 'ruleset'])).not.toContain('slipway_services')
  })

  const named = (name: string) => ({ name, namespace: 'default' })
  const addService = (name: string, spec: Service['spec']) =>
    client.create(services, { metadata: named(name), spec: { selector: { app: 'web' }, ...spec } })

  async function inPod(script: string, pod = 'shell', container = 'shell'): Promise<string> {
    const { metadata } = await client.get(pods, named(pod))
    const session = await node.connection.exec(
      { node: 'test-node', namespace: 'default', pod, uid: metadata.uid, container },
      { command: ['sh', '-c', script], stdin: false, stdout: true, stderr: true, tty: false },
      new AbortController().signal,
    )
    let text = ''
    for await (const bytes of session.stdout) text += Buffer.from(bytes).toString()
    return text
  }
  const page = (host: string, port: number) => inPod(`timeout 5 wget -qO- http://${host}:${port}/`)

  test('a pod finds a service by its short and its full name', async () => {
    for (const host of ['web', 'web.default', 'web.default.svc.cluster.local']) {
      await eventually(async () => expect(await page(host, 3050), host).toContain('nginx 1.14.2'))
    }
  })

  test('connections are spread over the pods', async () => {
    const names = new Set<string>()
    await eventually(async () => {
      names.add(await page('web', 3050))
      expect(names.size).toBe(2)
    })
  })

  test('a node port answers on localhost, over IPv4, IPv6 and the pod bridge', async () => {
    for (const host of ['127.0.0.1', '[::1]', gateway]) {
      await eventually(async () => {
        const response = await fetch(`http://${host}:${nodePort}/`)
        expect(await response.text(), host).toContain('nginx 1.14.2')
      })
    }
  })

  test('a pod reaches the API server by its service', async () => {
    const answer = await inPod('timeout 5 nc kubernetes.default 443 </dev/null && echo open')
    expect(answer).toContain('open')
  })

  test('a load balancer answers on localhost and says so', async () => {
    await addService('balanced', {
      type: 'LoadBalancer',
      ports: [{ port: 38_123, targetPort: 80 }],
    })
    await eventually(async () => {
      const { status } = await client.get(services, named('balanced'))
      expect(status?.loadBalancer?.ingress).toEqual([{ hostname: 'localhost' }])
      expect(await (await fetch('http://localhost:38123/')).text()).toContain('nginx 1.14.2')
    })
  })

  test('a pod reaches itself through its own service', async () => {
    const { items } = await client.list(pods, { namespace: 'default', labelSelector: 'app=web' })
    const name = items[0]?.metadata.name ?? ''
    const labels = { metadata: { labels: { only: 'one' } } }
    await client.patch(pods, named(name), labels, { type: 'merge' })
    await addService('only', { selector: { only: 'one' }, ports: [{ port: 80 }] })
    await eventually(async () =>
      expect(await inPod('timeout 5 wget -qO- http://only/', name, 'web')).toContain(name),
    )
  })

  test('the host can ask the cluster’s DNS by its service address', async () => {
    const resolver = new Resolver({ timeout: 3000, tries: 1 })
    resolver.setServers([dnsIP])
    const { spec } = await client.get(services, named('web'))
    expect(await resolver.resolve4('web.default.svc.cluster.local')).toEqual([spec?.clusterIP])
  })

  test('nothing was warned of', () => {
    expect(log.filter(line => /nft|DNS|forward|packet filter/.test(line))).toEqual([])
  })
})
