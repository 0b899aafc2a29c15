import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Certificates, ensureCertificates } from '#platform/certificates.ts'
import { tlsPairWarnings } from './tls-pair-warnings.ts'

let directory: string
let issued: Certificates

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'tls-pairs-'))
  issued = await ensureCertificates({
    directory,
    serverNames: ['localhost'],
    serverAddresses: [],
    clients: { admin: { commonName: 'admin', organizations: [] } },
    now: Date.now(),
  })
})
afterAll(() => rm(directory, { recursive: true }))

test('a pair that belongs together is fine, one that does not is told of', () => {
  const { server, clients } = issued
  const other = clients['admin']?.key ?? ''
  expect(tlsPairWarnings(server.certificate, server.key)).toEqual([])
  expect(tlsPairWarnings(server.certificate, other)).toEqual([
    'tls: private key does not match public key',
  ])
  expect(tlsPairWarnings(server.key, server.certificate)).toEqual([
    'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched',
  ])
  expect(tlsPairWarnings(server.certificate, server.certificate)).toEqual([
    'tls: found a certificate rather than a key in the PEM for the private key',
  ])
})

const block = (type: string, text = 'AAAA') =>
  `-----BEGIN ${type}-----\n${text}\n-----END ${type}-----\n`

test.each<[what: string, certificate: string, key: string, warning: string]>([
  ['no certificate', 'a', 'b', 'tls: failed to find any PEM data in certificate input'],
  [
    'other blocks',
    block('PUBLIC KEY') + block('X'),
    '',
    'tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: [PUBLIC KEY X]',
  ],
  ['no key', block('CERTIFICATE'), 'b', 'tls: failed to find any PEM data in key input'],
  [
    'a certificate that is none',
    block('CERTIFICATE'),
    block('PRIVATE KEY'),
    'x509: malformed certificate',
  ],
])('%s', (_what, certificate, key, warning) => {
  expect(tlsPairWarnings(certificate, key)).toEqual([warning])
})

test('a key that is none', () => {
  expect(tlsPairWarnings(issued.server.certificate, block('EC PRIVATE KEY'))).toEqual([
    'tls: failed to parse private key',
  ])
})
