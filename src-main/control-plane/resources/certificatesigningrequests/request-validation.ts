import { X509Certificate } from 'node:crypto'
import type {
  CertificateSigningRequest,
  CertificateSigningRequestCondition,
} from '#kubernetes/api/certificates-v1.ts'
import { checkLabel, checkSubdomain } from '#kubernetes/names.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import {
  duplicate,
  each,
  forbidden,
  invalid,
  isEqual,
  notSupported,
  required,
  tooLong,
} from '../shared/field-errors.ts'
import { byteLength } from '../shared/object-meta.ts'
import { parseCertificateRequest } from './certificate-request.ts'

const shortestSeconds = 600
const maxDomainBytes = 253
/** A domain, a slash, and a path of a subdomain and a label. */
const maxSignerNameBytes = 571
const legacySigner = 'kubernetes.io/legacy-unknown'
const usages = [
  'signing',
  'digital signature',
  'content commitment',
  'key encipherment',
  'key agreement',
  'data encipherment',
  'cert sign',
  'crl sign',
  'encipher only',
  'decipher only',
  'any',
  'server auth',
  'client auth',
  'code signing',
  'email protection',
  's/mime',
  'ipsec end system',
  'ipsec tunnel',
  'ipsec user',
  'timestamping',
  'ocsp signing',
  'microsoft sgc',
  'netscape sgc',
]
const approvals = ['Approved', 'Denied']
const finalConditions = [...approvals, 'Failed']

/** What is wrong with a CertificateSigningRequest. */
export function validateRequest(request: CertificateSigningRequest): FieldError[] {
  const { request: pem = '', usages: asked = [], signerName = '', expirationSeconds } = request.spec
  const problem = problemOf(() => parseCertificateRequest(decode(pem)))
  return [
    ...(problem ? [invalid('spec.request', pem, problem)] : []),
    ...(asked.length === 0 ? [required('spec.usages')] : []),
    ...each<string>(asked, 'spec.usages', (usage, path) =>
      usages.includes(usage) ? [] : [notSupported(path, usage, usages)],
    ),
    ...each<string>(asked, 'spec.usages', (usage, path, index) =>
      (asked as string[]).indexOf(usage) < index ? [duplicate(path, usage)] : [],
    ),
    ...validateSignerName(signerName, 'spec.signerName'),
    ...(expirationSeconds !== undefined && expirationSeconds < shortestSeconds
      ? [
          invalid(
            'spec.expirationSeconds',
            expirationSeconds,
            'may not specify a duration less than 600 seconds (10 minutes)',
          ),
        ]
      : []),
    ...validateConditions(request.status?.conditions ?? [], 'status.conditions'),
    ...validateCertificate(request.status?.certificate ?? '', 'status.certificate'),
  ]
}

/** What an update may not do to conditions and certificate, by the endpoint that it goes to. */
export function validateRequestUpdate(
  request: CertificateSigningRequest,
  old: CertificateSigningRequest,
  may: { approve?: true; sign?: true } = {},
): FieldError[] {
  const path = 'status.conditions'
  const [certificate = '', before = ''] = [request.status?.certificate, old.status?.certificate]
  return [
    ...finalConditions
      .filter(type => conditions(request, type).length < conditions(old, type).length)
      .map(type => forbidden(path, `updates may not remove a condition of type "${type}"`)),
    ...(may.approve ? [] : approvals.flatMap(type => validateKept(request, old, type, path))),
    ...(certificate === before
      ? []
      : may.sign
        ? before
          ? [forbidden('status.certificate', 'updates may not modify existing certificate content')]
          : []
        : [forbidden('status.certificate', 'updates may not set certificate content')]),
  ]
}

const conditions = (
  { status }: CertificateSigningRequest,
  wanted: string,
): CertificateSigningRequestCondition[] =>
  (status?.conditions ?? []).filter(({ type }) => type === wanted)

function validateKept(
  request: CertificateSigningRequest,
  old: CertificateSigningRequest,
  type: string,
  path: string,
): FieldError[] {
  const [now, before] = [conditions(request, type), conditions(old, type)]
  if (now.length > before.length)
    return [forbidden(path, `updates may not add a condition of type "${type}"`)]
  return now.length < before.length || isEqual(now, before)
    ? []
    : [forbidden(path, `updates may not modify a condition of type "${type}"`)]
}

/** `domain/path`: whoever signs the requests that name it. */
function validateSignerName(name: string, path: string): FieldError[] {
  if (name === legacySigner)
    return [invalid(path, name, 'the legacy signerName is not allowed via this API version')]
  const errors = name ? [] : [required(path)]
  const segments = name.split('/')
  const [domain = '', signer = ''] = segments
  if (segments.length !== 2)
    return [
      ...errors,
      invalid(
        path,
        name,
        "must be a fully qualified domain and path of the form 'example.com/signer-name'",
      ),
    ]
  const labels = domain.split('.')
  return [
    ...errors,
    ...(byteLength(domain) > maxDomainBytes ? [tooLong(path, maxDomainBytes)] : []),
    ...validateParts(domain, labels, checkLabel, path),
    ...(labels.length < 2
      ? [invalid(path, domain, 'should be a domain with at least two segments separated by dots')]
      : []),
    ...validateParts(signer, signer.split('.'), checkSubdomain, path),
    ...(byteLength(name) > maxSignerNameBytes ? [tooLong(path, maxSignerNameBytes)] : []),
  ]
}

/** What is wrong with the first part that something is wrong with. */
function validateParts(
  whole: string,
  parts: string[],
  check: (part: string) => string[],
  path: string,
): FieldError[] {
  const wrong = parts.find(part => check(part).length > 0)
  if (wrong === undefined) return []
  return check(wrong).map(problem =>
    invalid(path, whole, `validating label ${JSON.stringify(wrong)}: ${problem}`),
  )
}

function validateConditions(all: CertificateSigningRequestCondition[], path: string): FieldError[] {
  const types = all.map(({ type = '' }) => type)
  const isBoth = approvals.every(type => types.includes(type))
  return [
    ...each(all, path, ({ type, status }, path, index) => [
      ...(type ? [] : [required(`${path}.type`)]),
      ...(status
        ? finalConditions.includes(type) && status !== 'True'
          ? [notSupported(`${path}.status`, status, ['True'])]
          : []
        : [required(`${path}.status`)]),
      ...(types.indexOf(type) < index ? [duplicate(`${path}.type`, type)] : []),
    ]),
    ...(isBoth
      ? [
          invalid(
            path,
            types.findLast(type => approvals.includes(type)),
            'Approved and Denied conditions are mutually exclusive',
          ),
        ]
      : []),
  ]
}

function validateCertificate(certificate: string, path: string): FieldError[] {
  if (!certificate) return []
  const problem = problemOf(() => checkCertificates(decode(certificate)))
  return problem ? [invalid(path, certificate, problem)] : []
}

/** Throws an `Error` in upstream's words unless the PEM holds certificates and nothing else. */
function checkCertificates(pem: string): void {
  const blocks = [
    ...pem.matchAll(/-----BEGIN ([^-\n]+)-----\n((?:(?!-----)[\s\S])*?)-----END \1-----/g),
  ]
  for (const [block, type, body = ''] of blocks) {
    if (type !== 'CERTIFICATE')
      throw new Error(`only CERTIFICATE PEM blocks are allowed, found ${JSON.stringify(type)}`)
    if (body.includes(':')) throw new Error('no PEM block headers are permitted')
    new X509Certificate(block)
  }
  if (blocks.length === 0) throw new Error('must contain one or more CERTIFICATE PEM blocks')
}

const decode = (base64: string): string => Buffer.from(base64, 'base64').toString('utf8')

function problemOf(check: () => unknown): string | undefined {
  try {
    check()
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
