import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '#base/clock.ts'
import { createLogger } from '#base/logger.ts'
import { endpointSlices, services } from '#client/resource-types.ts'
import { Client } from '#client/rest.ts'
import { SharedInformers } from '#client/shared-informers.ts'
import type { Service } from '#kubernetes/api/core-v1.ts'
import { removeServiceRules, type ServiceProxy, startProxy } from '#node/proxy/proxy.ts'
import { eventually } from '../support/eventually.ts'
import { titled } from '../support/lanes.ts'
import { canMakeNetworks, PodNetwork } from '../support/pod-network.ts'
import { startCluster } from '../support/start-cluster.ts'

const lack = (await canMakeNetworks()) ? undefined : 'needs root, ip and nft on Linux'

describe.skipIf(lack)(titled('services in the kernel', lack), () => {
  const owned = new AsyncDisposableStack()
  const log: string[] = []
  const logger = createLogger({ write: line => log.push(line), now: Date.now })
  let network: PodNetwork
  let client: Client
  let informers: SharedInformers
  let proxy: ServiceProxy
  const addresses: Record<string, string> = {}

  beforeAll(async () => {
    network = owned.use(await PodNetwork.create())
    for (const pod of ['a', 'b', 'c']) addresses[pod] = await network.addPod(pod)
    await Promise.all(['a', 'b', 'node'].map(name => network.serve(name, 8080)))
    await network.shell(
      'node',
      `nft 'add table ip filter; add chain ip filter DOCKER-USER;
        add chain ip filter FORWARD { type filter hook forward priority filter; policy drop; };
        add rule ip filter FORWARD jump DOCKER-USER; add rule ip filter FORWARD iifname pods0 accept;
        add rule ip filter FORWARD ct state established accept'`,
    )
    const cluster = owned.use(await startCluster({ controllers: false }))
    client = new Client(cluster.admin)
    informers = owned.use(new SharedInformers({ client, clock: systemClock, logger }))
    await addService('web', ['a', 'b'], { type: 'NodePort' }, 30_080)
    proxy = start()
    await proxy.synced
  }, 60_000)
  afterAll(async () => {
    await proxy?.[Symbol.asyncDispose]()
    await owned.disposeAsync()
  })

  const start = () =>
    startProxy({
      informers,
      client,
      clusterName: 'test-1',
      serviceCidr: '10.96.0.0/16',
      network,
      hostAgent: async () => network.agent(),
      apiServer: { address: network.gateway, port: 8080 },
      dial: undefined,
      nodePortAddresses: 'any',
      clock: systemClock,
      logger,
    })

  async function addService(
    name: string,
    pods: string[],
    spec: Service['spec'] = {},
    nodePort?: number,
  ): Promise<string> {
    const ports = (['TCP', 'UDP'] as const).map((protocol, index) => ({
      name: protocol.toLowerCase(),
      protocol,
      port: 80,
      targetPort: 8080,
      ...(nodePort ? { nodePort: nodePort + index } : {}),
    }))
    const metadata = { name, namespace: 'default' }
    const service = await client.create(services, { metadata, spec: { ports, ...spec } })
    await client.create(endpointSlices, sliceOf(name, pods))
    return service.spec?.clusterIP ?? ''
  }

  const sliceOf = (name: string, pods: string[]) => ({
    metadata: {
      name: `${name}-slice`,
      namespace: 'default',
      labels: { 'kubernetes.io/service-name': name },
    },
    addressType: 'IPv4' as never,
    endpoints: pods.map(pod => ({
      addresses: [addresses[pod] ?? ''],
      conditions: { ready: true },
    })),
    ports: [
      { name: 'tcp', protocol: 'TCP', port: 8080 },
      { name: 'udp', protocol: 'UDP', port: 8080 },
    ],
  })

  const clusterIP = async (name: string) =>
    (await client.get(services, { namespace: 'default', name })).spec?.clusterIP ?? ''

  async function askOften(from: string, address: string, port: number, protocol?: 'udp') {
    const answers = new Set<string>()
    for (let turn = 0; turn < 12 && answers.size < 2; turn++) {
      answers.add(await network.ask(from, address, port, protocol))
    }
    return [...answers].sort()
  }

  test('a pod reaches every endpoint by the cluster address, over TCP and UDP', async () => {
    const web = await clusterIP('web')
    expect(await askOften('c', web, 80)).toEqual(['a', 'b'])
    expect(await askOften('c', web, 80, 'udp')).toEqual(['a', 'b'])
  })

  test('a pod reaches itself through its own service', async () => {
    const self = await addService('self', ['a'])
    await eventually(async () => expect(await network.ask('a', self, 80)).toBe('a'))
    expect(await network.ask('a', self, 80, 'udp')).toBe('a')
  })

  test('the node reaches services by their address', async () => {
    expect(await askOften('node', await clusterIP('web'), 80)).toEqual(['a', 'b'])
  })

  test('node ports answer pods, the node and neighbours, past what Docker drops', async () => {
    expect(await askOften('c', network.gateway, 30_080)).toEqual(['a', 'b'])
    expect(await askOften('node', '192.0.2.1', 30_080)).toEqual(['a', 'b'])
    expect(await askOften('outside', '192.0.2.1', 30_080)).toEqual(['a', 'b'])
    await expect(network.ask('outside', addresses['a'] ?? '', 8080)).rejects.toThrow('timeout')
  })

  test('the service kubernetes leads to the API server', async () => {
    expect(await network.ask('c', await clusterIP('kubernetes'), 443)).toBe('node')
  })

  test('a service without endpoints is refused at once, and served when it gets one', async () => {
    const empty = await addService('empty', [])
    await eventually(() => expect(network.ask('c', empty, 80)).rejects.toThrow('ECONNREFUSED'))
    const slice = { ...sliceOf('empty', ['b']) }
    const { endpoints } = slice
    const name = { namespace: 'default', name: 'empty-slice' }
    await client.patch(endpointSlices, name, { endpoints }, { type: 'merge' })
    await eventually(async () => expect(await network.ask('c', empty, 80)).toBe('b'))
  })

  test('with session affinity a client stays with its endpoint', async () => {
    const sticky = await addService('sticky', ['a', 'b'], { sessionAffinity: 'ClientIP' })
    const first = await eventually(() => network.ask('c', sticky, 80))
    for (let turn = 0; turn < 8; turn++) expect(await network.ask('c', sticky, 80)).toBe(first)
  })

  test('the rules come back when the agent was lost with everything it had set', async () => {
    await network.shell(
      'node',
      'nft delete table ip slipway_test_1; nft flush chain ip filter DOCKER-USER',
    )
    await network.killAgents()
    const web = await clusterIP('web')
    await network.serve('node', 8081)
    await eventually(async () => expect(await askOften('c', web, 80)).toEqual(['a', 'b']))
    expect(await askOften('outside', '192.0.2.1', 30_080)).toEqual(['a', 'b'])
  })

  test('a deleted service leaves no rule', async () => {
    const gone = await addService('gone', ['a'])
    await eventually(async () => expect(await network.ask('c', gone, 80)).toBe('a'))
    await client.delete(services, { namespace: 'default', name: 'gone' })
    await eventually(async () =>
      expect(await network.shell('node', 'nft list ruleset')).not.toContain(gone),
    )
  })

  test('rules outlive the proxy and go with the cluster', async () => {
    const web = await clusterIP('web')
    await proxy[Symbol.asyncDispose]()
    expect(await askOften('c', web, 80)).toEqual(['a', 'b'])
    await removeServiceRules(network.agent(), 'test-1')
    const left = await network.shell('node', 'nft list ruleset')
    expect(left).not.toContain('slipway')
    expect(log.filter(line => line.includes('nft:'))).toEqual([])
  })
})
