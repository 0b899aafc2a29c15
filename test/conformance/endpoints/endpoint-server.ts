import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import type { ByteStream, ProcessSession } from '#base/streams.ts'
import type { KubeletConnection } from '#control-plane/apiserver/kubelet-connection.ts'
import { byteStream } from '#platform/node-streams.ts'
import { RawApi } from '../../support/raw-api.ts'
import { startCluster, type TestCluster } from '../../support/start-cluster.ts'

/** An API server, and four who ask it. */
export interface EndpointServer extends AsyncDisposable {
  readonly cluster: TestCluster
  readonly admin: RawApi
  /** Known, and allowed nothing but what everybody is. */
  readonly nobody: RawApi
  /** Without credentials. */
  readonly anonymous: RawApi
  /** With a token that is none. */
  readonly unknown: RawApi
}

/** Starts an API server without controllers. Whatever it dials is one small HTTP server that answers everything. */
export async function startEndpointServer(): Promise<EndpointServer> {
  await using starting = new AsyncDisposableStack()
  const cluster = starting.use(await startCluster({ controllers: false }))
  const { url, certificates } = cluster.controlPlane
  const { issueClientCertificate, attachNode } = cluster.controlPlane
  const backend = await startBackend()
  starting.defer(() => void backend.close())
  attachNode(pretendConnection(backend), { dial: async () => dialed(backend) })
  const admin = certificates.clients['admin']
  const nobody = await issueClientCertificate({ commonName: 'nobody', organizations: [] })
  const as = (identity?: { key: string; certificate: string }, token?: string) =>
    starting.use(
      new RawApi({
        url,
        ca: certificates.ca.certificate,
        identity: identity && { key: identity.key, cert: identity.certificate },
        ...(token === undefined ? {} : { token }),
      }),
    )
  const clients = {
    admin: as(admin),
    nobody: as(nobody),
    anonymous: as(),
    unknown: as(undefined, 'nonsense'),
  }
  await clients.admin.request('POST', '/api/v1/namespaces/default/serviceaccounts', {
    body: { metadata: { name: 'default' } },
  })
  const owned = starting.move()
  return { cluster, ...clients, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

async function startBackend(): Promise<Server> {
  const server = createServer((_request, response) => response.end('from behind the proxy'))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return server
}

const dialed = (backend: Server): ByteStream =>
  byteStream(connect((backend.address() as AddressInfo).port, '127.0.0.1'))

function pretendConnection(backend: Server): KubeletConnection {
  async function* nothing() {}
  const session: ProcessSession = {
    stdin: undefined,
    stdout: nothing(),
    stderr: nothing(),
    exit: Promise.resolve(0),
    resize: async () => {},
    close: () => {},
  }
  return {
    logs: async () => nothing(),
    exec: async () => session,
    attach: async () => session,
    portForward: async () => dialed(backend),
    usage: async () => ({ at: 0, windowMs: 1, containers: [] }),
  }
}
