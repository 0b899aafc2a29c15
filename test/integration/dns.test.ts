import { createSocket } from 'node:dgram'
import { Resolver } from 'node:dns/promises'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import path from 'node:path'
import dnsPacket from 'dns-packet'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemClock } from '#base/clock.ts'
import { silentLogger } from '#base/logger.ts'
import { endpointSlices, services } from '#client/resource-types.ts'
import { Client } from '#client/rest.ts'
import { SharedInformers } from '#client/shared-informers.ts'
import type { Service } from '#kubernetes/api/core-v1.ts'
import type { Endpoint, EndpointSlice } from '#kubernetes/api/discovery-v1.ts'
import { startDns } from '#node/dns/dns.ts'
import { DnsServer } from '#node/dns/dns-server.ts'
import { eventually } from '../support/eventually.ts'
import { startCluster } from '../support/start-cluster.ts'

/** The API refuses endpoints on loopback, so the server listens on another address of this machine. */
const address =
  Object.values(networkInterfaces())
    .flat()
    .find(found => found?.family === 'IPv4' && !found.internal)?.address ?? ''
const owned = new AsyncDisposableStack()
const resolver = new Resolver({ timeout: 3000, tries: 1 })
const asked: string[] = []
let client: Client
let port: number
let webIP: string

beforeAll(async () => {
  if (!address) return
  const cluster = owned.use(await startCluster({ controllers: false }))
  client = new Client(cluster.admin)
  const resolvConf = path.join(cluster.directory, 'resolv.conf')
  const upstream = owned.use(
    await DnsServer.listen({ address: '127.0.0.9', port: 0 }, answerUpstream, systemClock),
  )
  await writeFile(
    resolvConf,
    `nameserver ${address}\nnameserver [127.0.0.9]:${upstream.port}\noptions ndots:0\n`,
  )
  const informers = owned.use(
    new SharedInformers({ client, clock: systemClock, logger: silentLogger }),
  )
  await add('web', {}, [{ addresses: ['10.244.0.3'] }])
  await add('db', { clusterIP: 'None' }, [
    { addresses: ['10.244.0.5'], hostname: 'db-0', conditions: { ready: true } },
    { addresses: ['10.244.0.6'], conditions: { ready: true } },
    { addresses: ['10.244.0.7'], hostname: 'db-2', conditions: { ready: false } },
  ])
  const many = Array.from({ length: 90 }, (_, index) => `10.244.0.${100 + index}`)
  await add(
    'many',
    { clusterIP: 'None' },
    many.map(address => ({ addresses: [address] })),
  )
  const external = { type: 'ExternalName' as const, externalName: 'real.example.com' }
  await client.create(services, { metadata: name('outside'), spec: external })
  const dns = owned.use(
    startDns({
      informers,
      client,
      domain: 'cluster.local',
      clusterIP: '10.96.0.10',
      address,
      podCidr: '10.244.0.0/24',
      serviceCidr: '10.96.0.0/16',
      resolvConf,
      clock: systemClock,
      logger: silentLogger,
    }),
  )
  port = (await dns.ready)?.port ?? 0
  resolver.setServers([`${address}:${port}`])
  webIP = (await client.get(services, name('web'))).spec?.clusterIP ?? ''
})
afterAll(() => owned.disposeAsync())

const name = (service: string) => ({ name: service, namespace: 'default' })

async function add(service: string, spec: Service['spec'], endpoints: Endpoint[]): Promise<void> {
  const ports = [{ name: 'http', port: 80, targetPort: 8080 }]
  await client.create(services, { metadata: name(service), spec: { ports, ...spec } })
  await client.create(endpointSlices, {
    metadata: { ...name(service), labels: { 'kubernetes.io/service-name': service } },
    addressType: 'IPv4' as EndpointSlice['addressType'],
    endpoints,
    ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
  })
}

async function answerUpstream(message: Buffer): Promise<Buffer> {
  const { id = 0, questions = [] } = dnsPacket.decode(message)
  asked.push(questions[0]?.name ?? '')
  return dnsPacket.encode({
    type: 'response',
    id,
    flags: dnsPacket.RECURSION_AVAILABLE,
    questions,
    answers: [{ type: 'A', name: questions[0]?.name ?? '', ttl: 60, data: '198.51.100.7' }],
  })
}

async function askUdp(name: string, udpPayloadSize?: number) {
  const socket = createSocket('udp4')
  const opt = { type: 'OPT' as const, name: '.' as const, udpPayloadSize, flags: 0, options: [] }
  const query = dnsPacket.encode({
    type: 'query',
    id: 7,
    questions: [{ type: 'A', name }],
    ...(udpPayloadSize ? { additionals: [opt as never] } : {}),
  })
  socket.send(query, port, address)
  const [message] = (await once(socket, 'message')) as [Buffer]
  socket.close()
  return { bytes: message.length, packet: dnsPacket.decode(message) }
}

test.skipIf(!address)('a service has its address', async () => {
  expect(await resolver.resolve4('web.default.svc.cluster.local')).toEqual([webIP])
  expect(await resolver.resolve4('WEB.Default.svc.cluster.local')).toEqual([webIP])
})

test.skipIf(!address)(
  'a name without records of a type is no data, an unknown name does not exist',
  async () => {
    await expect(resolver.resolve6('web.default.svc.cluster.local')).rejects.toMatchObject({
      code: 'ENODATA',
    })
    for (const unknown of [
      'no.default.svc.cluster.local',
      'a.web.default.svc.cluster.local',
      'web.none.svc.cluster.local',
      'example.com.default.svc.cluster.local',
      'example.com.cluster.local',
    ]) {
      const failure = resolver.resolve4(unknown)
      await expect(failure, unknown).rejects.toMatchObject({ code: 'ENOTFOUND' })
    }
    for (const between of ['cluster.local', 'svc.cluster.local', 'default.svc.cluster.local']) {
      const failure = resolver.resolve4(between)
      await expect(failure, between).rejects.toMatchObject({ code: 'ENODATA' })
    }
  },
)

test.skipIf(!address)(
  'a headless service has the addresses of its ready endpoints, and their names',
  async () => {
    const addresses = await resolver.resolve4('db.default.svc.cluster.local')
    expect(addresses.sort()).toEqual(['10.244.0.5', '10.244.0.6'])
    expect(await resolver.resolve4('db-0.db.default.svc.cluster.local')).toEqual(['10.244.0.5'])
    expect(await resolver.resolve4('10-244-0-6.db.default.svc.cluster.local')).toEqual([
      '10.244.0.6',
    ])
    await expect(resolver.resolve4('db-2.db.default.svc.cluster.local')).rejects.toMatchObject({
      code: 'ENOTFOUND',
    })
  },
)

test.skipIf(!address)('named ports are SRV records', async () => {
  expect(await resolver.resolveSrv('_http._tcp.web.default.svc.cluster.local')).toMatchObject([
    { name: 'web.default.svc.cluster.local', port: 80, priority: 0, weight: 100 },
  ])
  const headless = await resolver.resolveSrv('_http._tcp.db.default.svc.cluster.local')
  expect(headless.map(({ name, port }) => `${name}:${port}`).sort()).toEqual([
    '10-244-0-6.db.default.svc.cluster.local:8080',
    'db-0.db.default.svc.cluster.local:8080',
  ])
  await expect(
    resolver.resolveSrv('_http._udp.web.default.svc.cluster.local'),
  ).rejects.toMatchObject({ code: 'ENOTFOUND' })
})

test.skipIf(!address)('addresses lead back to names', async () => {
  expect(await resolver.reverse(webIP)).toEqual(['web.default.svc.cluster.local'])
  expect(await resolver.reverse('10.244.0.5')).toEqual(['db-0.db.default.svc.cluster.local'])
  await expect(resolver.reverse('10.244.0.250')).rejects.toMatchObject({ code: 'ENOTFOUND' })
})

test.skipIf(!address)('pods have names of their addresses', async () => {
  expect(await resolver.resolve4('10-244-0-3.default.pod.cluster.local')).toEqual(['10.244.0.3'])
})

test.skipIf(!address)('the version of the specification is told', async () => {
  expect(await resolver.resolveTxt('dns-version.cluster.local')).toEqual([['1.1.0']])
})

test.skipIf(!address)('an external name leads on, with its address', async () => {
  expect(await resolver.resolveCname('outside.default.svc.cluster.local')).toEqual([
    'real.example.com',
  ])
  expect(await resolver.resolve4('outside.default.svc.cluster.local')).toEqual(['198.51.100.7'])
})

test.skipIf(!address)(
  'other names are asked of the machine’s servers, never of ourselves',
  async () => {
    expect(await resolver.resolve4('example.org')).toEqual(['198.51.100.7'])
    expect(asked.filter(question => question === 'example.org')).toHaveLength(1)
    expect(asked.some(question => question.endsWith('cluster.local'))).toBe(false)
  },
)

test.skipIf(!address)('what is too long for UDP comes over TCP', async () => {
  expect(await resolver.resolve4('many.default.svc.cluster.local')).toHaveLength(90)
})

test.skipIf(!address)(
  'an answer over UDP keeps to what the client takes, and says that it is cut',
  async () => {
    const cut = await askUdp('many.default.svc.cluster.local')
    expect(cut.bytes).toBeLessThanOrEqual(512)
    expect(cut.packet.flag_tc).toBe(true)
    const small = await askUdp('db.default.svc.cluster.local', 4096)
    expect(small.packet.flag_tc).toBe(false)
    expect(small.packet.flag_aa).toBe(true)
    expect(small.packet.additionals?.[0]).toMatchObject({ type: 'OPT', udpPayloadSize: 1232 })
  },
)

test.skipIf(!address)('what changes in the API is answered at once', async () => {
  await add('fresh', {}, [])
  await eventually(() => resolver.resolve4('fresh.default.svc.cluster.local'))
  await client.delete(services, name('fresh'))
  await eventually(() =>
    expect(resolver.resolve4('fresh.default.svc.cluster.local')).rejects.toMatchObject({
      code: 'ENOTFOUND',
    }),
  )
})

test.skipIf(!address)('the service kube-dns leads to the server', async () => {
  const service = await client.get(services, { namespace: 'kube-system', name: 'kube-dns' })
  expect(service.spec?.clusterIP).toBe('10.96.0.10')
  const slice = await client.get(endpointSlices, {
    namespace: 'kube-system',
    name: 'kube-dns-node',
  })
  expect(slice.endpoints[0]?.addresses).toEqual([address])
  expect(slice.ports?.map(({ name, port }) => `${name}:${port}`)).toEqual([
    `dns:${port}`,
    `dns-tcp:${port}`,
  ])
})

test.skipIf(!address)('bytes that are no query get no answer and do no harm', async () => {
  const socket = createSocket('udp4')
  for (const junk of [Buffer.alloc(0), Buffer.from('junk'), Buffer.alloc(600, 0xff)]) {
    await new Promise(resolve => socket.send(junk, port, address, resolve))
  }
  socket.close()
  expect(await resolver.resolve4('web.default.svc.cluster.local')).toEqual([webIP])
})
