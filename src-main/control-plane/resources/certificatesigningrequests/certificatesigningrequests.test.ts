import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type {
  CertificateSigningRequest,
  CertificateSigningRequestSpec,
} from '#kubernetes/api/certificates-v1.ts'
import { created, failuresOf, statusFailuresOf, testContext } from '../shared/testing.ts'
import { parseCertificateRequest } from './certificate-request.ts'
import { certificateSigningRequests } from './certificatesigningrequests.ts'

const pem = readFileSync('test/fixtures/certificate-requests/developer.pem', 'utf8')
const encode = (text: string) => Buffer.from(text).toString('base64')
const request = (spec: Partial<CertificateSigningRequestSpec> = {}): CertificateSigningRequest => ({
  metadata: { name: 'jane' },
  spec: {
    request: encode(pem),
    signerName: 'example.com/clients',
    usages: ['client auth'],
    ...spec,
  },
})
const approved = { type: 'Approved', status: 'True', reason: 'Asked' }

test('a request says who it is for, and who sent it', () => {
  expect(parseCertificateRequest(pem)).toEqual({ commonName: 'jane', organizations: ['devs'] })
  const { spec, status } = created(certificateSigningRequests, request({ username: 'somebody' }))
  expect(spec).toMatchObject({ username: 'admin', groups: ['system:masters'] })
  expect(status).toEqual({})
})

test('a request that was tampered with is not taken', () => {
  const der = Buffer.from(pem.replace(/-----.*-----|\s/g, ''), 'base64')
  der[20] = (der[20] ?? 0) ^ 1
  const changed = `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString('base64')}\n-----END CERTIFICATE REQUEST-----`
  expect(() => parseCertificateRequest(changed)).toThrow('not signed by the key')
})

test.each([
  [
    'a request that only begins',
    'request',
    `-----BEGIN CERTIFICATE REQUEST-----${' '.repeat(1e6)}`,
  ],
  ['certificates that only begin', 'certificate', '-----BEGIN CERTIFICATE-----\n'.repeat(50_000)],
] as const)('%s is refused as soon as it was read once', (_, field, text) => {
  const problems =
    field === 'request'
      ? failuresOf(certificateSigningRequests, request({ request: encode(text) }))
      : statusFailuresOf(certificateSigningRequests, request(), object => {
          object.status = { certificate: encode(text) }
        })
  expect(problems).toHaveLength(1)
  expect(problems[0]).toMatch(/PEM block/)
})

describe('a request with', () => {
  test.each<[string, Partial<CertificateSigningRequestSpec>, string[]]>([
    ['everything', { expirationSeconds: 600 }, []],
    [
      'another block of PEM',
      { request: encode('-----BEGIN X-----\nAAAA\n-----END X-----\n') },
      [
        `spec.request: Invalid value: "${encode('-----BEGIN X-----\nAAAA\n-----END X-----\n')}": PEM block type must be CERTIFICATE REQUEST`,
      ],
    ],
    ['no usages', { usages: [] }, ['spec.usages: Required value']],
    [
      'usages that stand there twice',
      { usages: ['client auth', 'client auth'] },
      ['spec.usages[1]: Duplicate value: "client auth"'],
    ],
    [
      'a short life',
      { expirationSeconds: 599 },
      [
        'spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 600 seconds (10 minutes)',
      ],
    ],
    [
      'the legacy signer',
      { signerName: 'kubernetes.io/legacy-unknown' },
      [
        'spec.signerName: Invalid value: "kubernetes.io/legacy-unknown": the legacy signerName is not allowed via this API version',
      ],
    ],
    [
      'a signer without a path',
      { signerName: 'example.com' },
      [
        `spec.signerName: Invalid value: "example.com": must be a fully qualified domain and path of the form 'example.com/signer-name'`,
      ],
    ],
    [
      'a signer of no domain',
      { signerName: 'example/a' },
      [
        'spec.signerName: Invalid value: "example": should be a domain with at least two segments separated by dots',
      ],
    ],
  ])('%s', (_, spec, problems) => {
    expect(failuresOf(certificateSigningRequests, request(spec))).toEqual(problems)
  })
})

test('a status brings the certificate once, and decides nothing', () => {
  const setStatus = (status: CertificateSigningRequest['status']) =>
    statusFailuresOf(certificateSigningRequests, request(), object => {
      object.status = status ?? {}
    })
  expect(setStatus({ certificate: encode('nothing') })).toEqual([
    `status.certificate: Invalid value: "${encode('nothing')}": must contain one or more CERTIFICATE PEM blocks`,
  ])
  expect(setStatus({ conditions: [approved] })).toEqual([
    'status.conditions: Forbidden: updates may not add a condition of type "Approved"',
  ])
  expect(setStatus({ conditions: [{ type: 'Failed', status: 'True' }] })).toEqual([])
})

test('an approval is stamped, and cannot be taken back', () => {
  const approval = certificateSigningRequests.subresources?.['approval']
  const old = created(certificateSigningRequests, request())
  const next = structuredClone(old)
  next.status = { conditions: [{ ...approved }] }
  approval?.prepareForUpdate?.(next, old, testContext)
  expect(next.status.conditions?.[0]?.lastUpdateTime).toBe('2026-01-02T15:04:05Z')
  expect(approval?.validateUpdate?.(next, old)).toEqual([])
  expect(approval?.validateUpdate?.(old, next)).toMatchObject([
    { message: 'Forbidden: updates may not remove a condition of type "Approved"' },
  ])
})

test.each<[string, CertificateSigningRequest['status'], string]>([
  ['nobody decided', {}, 'Pending'],
  ['it was approved', { conditions: [approved] }, 'Approved'],
  ['it was issued', { conditions: [approved], certificate: 'eA==' }, 'Approved,Issued'],
  [
    'it was denied and failed',
    { conditions: ['Denied', 'Failed'].map(type => ({ type, status: 'True' })) },
    'Denied,Failed',
  ],
])('the condition that is printed when %s', (_, status, text) => {
  const column = certificateSigningRequests.columns.find(({ name }) => name === 'Condition')
  expect(column?.value({ ...request(), ...(status ? { status } : {}) } as never, 0)).toBe(text)
})
