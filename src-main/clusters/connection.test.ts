import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import { type AddressInfo, connect, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { TLSSocket } from 'node:tls'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { FakeClock } from '#base/fake-clock.ts'
import {
  type CertificateRequest,
  type IssueResult,
  issueCertificates,
} from '#platform/issue-certificates.ts'
import { connectCluster } from './connection.ts'
import { ExecCredentials } from './exec-credential.ts'
import type { ExecConfig, KubeconfigCluster, KubeconfigUser } from './kubeconfig.ts'

const start = Date.UTC(2026, 0, 1)
const certificate = (
  purpose: CertificateRequest['purpose'],
  commonName: string,
): CertificateRequest => ({
  purpose,
  commonName,
  organizations: [],
  names: ['localhost'],
  addresses: ['127.0.0.1'],
  notBefore: Date.now() - 60_000,
  notAfter: Date.now() + 3_600_000,
})
const keys: IssueResult = await issueCertificates({
  authority: certificate('authority', 'test'),
  leaves: [certificate('server', 'cluster'), certificate('client', 'by-plugin')],
})
const [serverKeys, clientKeys] = keys.leaves

let folder: string
let servers: Server[]
let requests: IncomingMessage[]
let answer: (request: IncomingMessage) => { code: number; body: unknown }

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'connection-'))
  servers = []
  requests = []
  answer = () => ({ code: 200, body: { kind: 'NamespaceList', items: [] } })
})
afterEach(async () => {
  for (const server of servers) server.close()
  await rm(folder, { recursive: true, force: true })
})

async function listen(server: Server): Promise<number> {
  servers.push(server)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

/** A cluster's API server, as far as signing in goes: keeps what it was asked. */
async function cluster(): Promise<KubeconfigCluster> {
  const server = https.createServer(
    {
      cert: serverKeys?.certificate,
      key: serverKeys?.key,
      ca: keys.authority.certificate,
      requestCert: true,
      rejectUnauthorized: false,
    },
    (request, response) => {
      requests.push(request)
      const { code, body } = answer(request)
      response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    },
  )
  const data = Buffer.from(keys.authority.certificate).toString('base64')
  return {
    server: `https://127.0.0.1:${await listen(server)}`,
    certificateAuthorityData: data,
  }
}

/** A credential plugin: a script that notes each run and then does `what`. */
async function plugin(what: string, part: Partial<ExecConfig> = {}): Promise<ExecConfig> {
  const command = path.join(folder, 'plugin')
  await writeFile(
    command,
    `#!/bin/sh\necho "$KUBERNETES_EXEC_INFO" >> ${folder}/runs\nrun=$(wc -l < ${folder}/runs)\n${what}\n`,
  )
  await chmod(command, 0o755)
  return {
    apiVersion: 'client.authentication.k8s.io/v1',
    command,
    args: [],
    env: [],
    provideClusterInfo: false,
    interactiveMode: 'IfAvailable',
    ...part,
  }
}
const answers = (status: object) =>
  `cat <<EOF\n${JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status })}\nEOF`
const runs = async () => (await readFile(path.join(folder, 'runs'), 'utf8')).trim().split('\n')

function connection(
  of: KubeconfigCluster,
  user: KubeconfigUser,
  { clock = new FakeClock(start), env = process.env as Record<string, string | undefined> } = {},
) {
  return connectCluster(
    { name: 'elsewhere', source: 'config', namespace: undefined, cluster: of, user },
    { userAgent: 'test', credentials: new ExecCredentials({ clock, env }), env },
  )
}
const list = { method: 'GET', path: '/api/v1/namespaces' } as const
const unauthorized = {
  code: 401,
  body: { kind: 'Status', status: 'Failure', reason: 'Unauthorized', code: 401, message: 'no' },
}

test('a plugin signs in with a token, is told of the cluster, and runs once while its answer holds', async () => {
  const clock = new FakeClock(start)
  const exec = await plugin(
    answers({ token: 'token-$run', expirationTimestamp: new Date(start + 600_000).toISOString() }),
    { provideClusterInfo: true, env: [{ name: 'PROFILE', value: 'dev' }] },
  )
  const at = await cluster()
  await using connected = await connection(at, { exec }, { clock })
  await connected.transport.request(list)
  await connected.transport.request(list)
  expect(requests.map(({ headers }) => headers.authorization)).toEqual([
    'Bearer token-1',
    'Bearer token-1',
  ])
  const [info = ''] = await runs()
  expect(JSON.parse(info)).toEqual({
    apiVersion: 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    spec: {
      interactive: false,
      cluster: {
        server: at.server,
        'certificate-authority-data': at.certificateAuthorityData,
      },
    },
  })

  await clock.advance(600_000)
  await connected.transport.request(list)
  expect(requests.at(-1)?.headers.authorization).toBe('Bearer token-2')
})

test('a token that the server refuses is asked for anew, once', async () => {
  const exec = await plugin(answers({ token: 'token-$run' }))
  answer = ({ headers }) =>
    headers.authorization === 'Bearer token-2' ? { code: 200, body: { items: [] } } : unauthorized
  await using connected = await connection(await cluster(), { exec })
  await connected.transport.request(list)
  expect(await runs()).toHaveLength(2)

  answer = () => unauthorized
  await expect(connected.transport.request(list)).rejects.toMatchObject({ code: 401 })
  expect(await runs()).toHaveLength(3)
})

test('a plugin signs in with a certificate', async () => {
  const exec = await plugin(
    answers({
      clientCertificateData: clientKeys?.certificate,
      clientKeyData: clientKeys?.key,
    }),
  )
  let subject: string | undefined
  answer = ({ socket }) => {
    const { authorized } = socket as TLSSocket
    subject = authorized ? String((socket as TLSSocket).getPeerCertificate().subject.CN) : undefined
    return { code: 200, body: { items: [] } }
  }
  await using connected = await connection(await cluster(), { exec })
  await connected.transport.request(list)
  expect(subject).toBe('by-plugin')
})

test('a plugin that fails is named with its words; one that is absent with how to install it', async () => {
  const failing = await plugin('echo "session has ended, run: cloud login" >&2; exit 3')
  await expect(connection(await cluster(), { exec: failing })).rejects.toThrow(
    `the credential plugin \`${failing.command}\` exited with code 3: session has ended, run: cloud login`,
  )
  const absent = {
    ...failing,
    command: path.join(folder, 'nowhere'),
    installHint: 'Install it from your cloud.',
  }
  await expect(connection(await cluster(), { exec: absent })).rejects.toThrow(
    /nowhere is not installed or not in PATH\nInstall it from your cloud\./,
  )
  const chatty = await plugin('echo Welcome')
  await expect(connection(await cluster(), { exec: chatty })).rejects.toThrow(
    'did not answer an ExecCredential',
  )
})

test('a proxy is gone through with its credentials, and named when it refuses', async () => {
  const through: string[] = []
  const proxy = http.createServer()
  proxy.on('connect', (request, socket) => {
    through.push(`${request.url} ${request.headers['proxy-authorization'] ?? ''}`)
    if (!request.headers['proxy-authorization']) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
      return
    }
    const [host, port] = (request.url ?? '').split(':')
    const target = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      target.pipe(socket).pipe(target)
    })
    target.on('error', () => socket.destroy())
    socket.on('error', () => target.destroy())
  })
  const proxyPort = await listen(proxy)
  const at = await cluster()
  {
    await using connected = await connection(
      { ...at, proxyUrl: `http://me:secret@127.0.0.1:${proxyPort}` },
      { token: 'abc' },
    )
    await connected.transport.request(list)
  }
  const { host } = new URL(at.server)
  expect(new Set(through)).toEqual(
    new Set([`${host} Basic ${Buffer.from('me:secret').toString('base64')}`]),
  )
  expect(requests.at(-1)?.headers.authorization).toBe('Bearer abc')

  await using refused = await connection(
    { ...at, proxyUrl: `http://127.0.0.1:${proxyPort}` },
    { token: 'abc' },
  )
  await expect(refused.transport.request(list)).rejects.toThrow(
    `the proxy 127.0.0.1:${proxyPort} answered 407 to CONNECT ${host}`,
  )
})

test('impersonation sends every group on a line of its own', async () => {
  await using connected = await connection(await cluster(), {
    token: 'abc',
    impersonate: {
      user: 'jane',
      uid: '7',
      groups: ['dev', 'system:authenticated'],
      extra: { 'acme.com/team': ['a', 'b'] },
    },
  })
  await connected.transport.request(list)
  const lines = requests.at(-1)?.rawHeaders ?? []
  const valuesOf = (name: string) =>
    lines.filter((_, at) => at % 2 === 1 && lines[at - 1]?.toLowerCase() === name)
  expect(valuesOf('impersonate-user')).toEqual(['jane'])
  expect(valuesOf('impersonate-uid')).toEqual(['7'])
  expect(valuesOf('impersonate-group')).toEqual(['dev', 'system:authenticated'])
  expect(valuesOf('impersonate-extra-acme.com%2fteam')).toEqual(['a', 'b'])
})
