import 'reflect-metadata'
import { execFileSync } from 'node:child_process'
import { createPrivateKey, sign, verify, X509Certificate } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import tls from 'node:tls'
import * as x509 from '@peculiar/x509'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  ensureCertificates,
  issueClientCertificate,
  renewalDueAt,
  type ServerIdentity,
} from './certificates.ts'

const day = 24 * 60 * 60_000
const options = () => ({
  directory,
  serverNames: ['localhost', 'kubernetes.default.svc'],
  serverAddresses: ['127.0.0.1', '::1', 'fd00:10:96::1', '10.96.0.1'],
  clients: { admin: { commonName: 'kubernetes-admin', organizations: ['system:masters', 'ops'] } },
  now: Date.now(),
})
let directory: string

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'certificates-'))
})
afterEach(() => rm(directory, { recursive: true }))

test('a fresh directory gets a chain that TLS accepts in both directions', async () => {
  const { ca, server, clients } = await ensureCertificates(options())
  const listener = tls.createServer({
    cert: server.certificate,
    key: server.key,
    ca: ca.certificate,
    requestCert: true,
  })
  const seen = new Promise<tls.PeerCertificate>((resolve, reject) => {
    listener.on('secureConnection', socket => resolve(socket.getPeerCertificate()))
    listener.on('tlsClientError', reject)
  })
  await new Promise<void>(resolve => listener.listen(0, '127.0.0.1', resolve))
  const { port } = listener.address() as { port: number }
  const socket = tls.connect({
    host: '127.0.0.1',
    port,
    servername: 'kubernetes.default.svc',
    ca: ca.certificate,
    cert: clients['admin']?.certificate,
    key: clients['admin']?.key,
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('secureConnect', resolve)
    socket.once('error', reject)
  })
  expect((await seen).subject).toEqual({
    CN: 'kubernetes-admin',
    O: ['system:masters', 'ops'],
  })
  socket.destroy()
  listener.close()
})

test('a server has what it needs to listen before anything is kept, as it is kept in the end', async () => {
  const told: ServerIdentity[] = []
  let kept: string[] = []
  const all = await ensureCertificates(options(), identity => {
    told.push(identity)
    kept = readdirSync(directory)
  })
  const { ca, server, serviceAccountKey } = all
  expect(told).toEqual([{ ca, server, serviceAccountKey }])
  expect(kept.filter(name => name.endsWith('.crt'))).toEqual([])
  await ensureCertificates(options(), identity => told.push(identity))
  expect(told).toHaveLength(1)
})

test('certificates name their keys, and that of their authority, by the SHA-1 of its bits', async () => {
  const { ca, server } = await ensureCertificates(options())
  const keyIdOf = async ({ certificate }: { certificate: string }) => {
    const { publicKey } = new x509.X509Certificate(certificate)
    return (await x509.SubjectKeyIdentifierExtension.create(publicKey)).keyId
  }
  const named = ({ certificate }: { certificate: string }) => {
    const parsed = new x509.X509Certificate(certificate)
    return [
      parsed.getExtension(x509.SubjectKeyIdentifierExtension)?.keyId,
      parsed.getExtension(x509.AuthorityKeyIdentifierExtension)?.keyId,
    ]
  }
  const [authority, own] = [await keyIdOf(ca), await keyIdOf(server)]
  expect(named(ca)).toEqual([authority, authority])
  expect(named(server)).toEqual([own, authority])
})

test('openssl verifies the chain for its purposes and names, and not for others', async () => {
  await ensureCertificates(options())
  const file = (name: string) => path.join(directory, name)
  const openssl = (...args: string[]) =>
    execFileSync('openssl', ['verify', '-x509_strict', '-CAfile', file('ca.crt'), ...args], {
      stdio: 'pipe',
    }).toString()
  const server = file('apiserver.crt')
  expect(openssl('-purpose', 'sslserver', '-verify_ip', '10.96.0.1', server)).toContain('OK')
  expect(openssl('-purpose', 'sslserver', '-verify_hostname', 'localhost', server)).toContain('OK')
  expect(openssl('-purpose', 'sslserver', '-verify_ip', 'fd00:10:96::1', server)).toContain('OK')
  expect(openssl('-purpose', 'sslclient', file('admin.crt'))).toContain('OK')
  expect(() => openssl('-purpose', 'sslclient', server)).toThrow()
  expect(() => openssl('-verify_hostname', 'example.com', server)).toThrow()
})

test('an authority that another program made is taken up as it is', async () => {
  const file = (name: string) => path.join(directory, name)
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' }).toString()
  openssl(
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
    ...['-subj', '/C=CH/O=Example/CN=An authority', '-days', '30'],
    ...['-addext', 'keyUsage=critical,keyCertSign'],
    ...['-addext', 'subjectKeyIdentifier=0102030405060708'],
    ...['-addext', 'authorityKeyIdentifier=none'],
    ...['-keyout', file('ca.key'), '-out', file('ca.crt')],
  )
  const before = await readFile(file('ca.crt'), 'utf8')
  await ensureCertificates(options())
  expect(await readFile(file('ca.crt'), 'utf8')).toBe(before)
  const server = file('apiserver.crt')
  expect(openssl('verify', '-x509_strict', '-CAfile', file('ca.crt'), server)).toContain('OK')
  const issuer = openssl(
    'x509',
    '-in',
    server,
    '-noout',
    '-issuer',
    '-nameopt',
    'RFC2253,show_type',
  )
  expect(issuer).toContain('C=PRINTABLESTRING:CH')
})

test('an authority on another curve is refused', async () => {
  execFileSync('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384', '-nodes'],
    ...['-subj', '/CN=kubernetes', '-days', '30', '-keyout', path.join(directory, 'ca.key')],
    ...['-out', path.join(directory, 'ca.crt')],
  ])
  await expect(ensureCertificates(options())).rejects.toThrow('not on P-256')
})

test('every file is for its owner alone', async () => {
  await ensureCertificates(options())
  const names = await readdir(directory)
  expect(names.sort()).toEqual([
    'admin.crt',
    'admin.key',
    'apiserver.crt',
    'apiserver.key',
    'ca.crt',
    'ca.key',
    'sa.key',
  ])
  for (const name of names) {
    expect((await stat(path.join(directory, name))).mode & 0o777, name).toBe(0o600)
  }
})

test('a second start reads the same certificates', async () => {
  const first = await ensureCertificates(options())
  expect(await ensureCertificates(options())).toEqual(first)
})

test('the service-account key signs ES256', async () => {
  const { serviceAccountKey } = await ensureCertificates(options())
  const key = createPrivateKey(serviceAccountKey)
  expect(key.asymmetricKeyDetails?.namedCurve).toBe('prime256v1')
  const data = Buffer.from('token')
  expect(verify('sha256', data, key, sign('sha256', data, key))).toBe(true)
})

test('leaves are renewed after two thirds of their life, under the same authority', async () => {
  const first = await ensureCertificates(options())
  expect(first.renewAt - Date.now()).toBeGreaterThan(240 * day)
  expect(first.renewAt - Date.now()).toBeLessThan(245 * day)
  const later = await ensureCertificates({ ...options(), now: first.renewAt + 1 })
  expect(later.ca).toEqual(first.ca)
  expect(later.server).not.toEqual(first.server)
  expect(later.renewAt).toBeGreaterThan(first.renewAt)
})

test('a renewed authority keeps its key: old trust and new certificates hold together', async () => {
  const first = await ensureCertificates(options())
  const later = await ensureCertificates({ ...options(), now: renewalDueAt(first.ca) + day })
  expect(later.ca.certificate).not.toBe(first.ca.certificate)
  expect(later.ca.key).toBe(first.ca.key)
  const oldAuthority = new X509Certificate(first.ca.certificate)
  expect(new X509Certificate(later.server.certificate).verify(oldAuthority.publicKey)).toBe(true)
})

test('a server that gets another address gets another certificate', async () => {
  const first = await ensureCertificates(options())
  const moved = await ensureCertificates({
    ...options(),
    serverAddresses: ['127.0.0.1', '10.97.0.1'],
  })
  expect(moved.clients).toEqual(first.clients)
  expect(new X509Certificate(moved.server.certificate).checkIP('10.97.0.1')).toBe('10.97.0.1')
})

test('a damaged or half-written leaf is issued again', async () => {
  const first = await ensureCertificates(options())
  await writeFile(path.join(directory, 'apiserver.crt'), 'not a certificate')
  await writeFile(path.join(directory, 'admin.key'), first.server.key)
  const again = await ensureCertificates(options())
  expect(again.ca).toEqual(first.ca)
  expect(
    new X509Certificate(again.clients['admin']?.certificate ?? '').checkPrivateKey(
      createPrivateKey(await readFile(path.join(directory, 'admin.key'))),
    ),
  ).toBe(true)
})

test('an authority without its key is an error that names the file, never a new identity', async () => {
  await ensureCertificates(options())
  await rm(path.join(directory, 'ca.key'))
  await expect(ensureCertificates(options())).rejects.toThrow(/ca\.key is missing/)
})

test('issueClientCertificate says who and for how long', async () => {
  const { ca } = await ensureCertificates(options())
  const now = Date.now()
  const { certificate } = await issueClientCertificate({
    ca,
    commonName: 'system:node:slipway',
    organizations: ['system:nodes'],
    validForMs: day,
    now,
  })
  const parsed = new X509Certificate(certificate)
  expect(parsed.subject).toBe('O=system:nodes\nCN=system:node:slipway')
  expect(Math.abs(parsed.validToDate.getTime() - now - day)).toBeLessThan(2000)
  expect(parsed.verify(new X509Certificate(ca.certificate).publicKey)).toBe(true)
})

test('what issues certificates may be loaded ahead, and keeps no process that has it issue none', async () => {
  const module = (name: string) => JSON.stringify(path.resolve(import.meta.dirname, name))
  const script = (then: string) => `
    import { ensureCertificates } from ${module('certificates.ts')}
    import { expectOrder } from ${module('issue-certificates.ts')}
    expectOrder()
    ${then}`
  const run = (text: string) =>
    execFileSync(process.execPath, ['--eval', text], {
      timeout: 30_000,
      cwd: path.resolve(import.meta.dirname, '../..'),
    })
  run(script(''))
  expect(await readdir(directory)).toEqual([])
  run(script(`await ensureCertificates(${JSON.stringify(options())})`))
  expect(await readdir(directory)).toContain('apiserver.crt')
})
