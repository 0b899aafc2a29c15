import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { readCertificate } from './certificates.ts'

test('readCertificate says whose a certificate is, for which names and until when', () => {
  const pem = execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
      ...['-keyout', '/dev/null', '-days', '30', '-subj', '/O=Shop/CN=shop.example.com'],
      ...['-addext', 'subjectAltName=DNS:shop.example.com,IP:10.0.0.1'],
    ],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  )
  const certificate = readCertificate({ data: { 'tls.crt': pem.toString('base64') } })
  expect(certificate).toMatchObject({
    subject: 'O=Shop, CN=shop.example.com',
    issuer: 'O=Shop, CN=shop.example.com',
    names: ['shop.example.com', '10.0.0.1'],
  })
  const { from = '', until = '' } = certificate as { from?: string; until?: string }
  expect(Date.parse(until) - Date.parse(from)).toBe(30 * 24 * 3600 * 1000)
})

test('readCertificate says when there is none', () => {
  expect(readCertificate({ data: { 'tls.crt': 'bm8=' } })).toEqual({
    problem: expect.stringContaining('tls.crt holds no certificate'),
  })
})
