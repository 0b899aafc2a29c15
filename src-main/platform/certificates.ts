import { createPrivateKey, X509Certificate } from 'node:crypto'
import { CertificateFiles } from './certificate-files.ts'
import {
  type CertificateRequest,
  issueCertificates,
  type KeyPair,
  signRequest,
} from './issue-certificates.ts'

export { type KeyPair, readRequest } from './issue-certificates.ts'

/** Who a client certificate speaks for: Kubernetes reads the common name as user, the organizations as groups. */
export interface ClientSubject {
  commonName: string
  organizations: string[]
}

export interface CertificateOptions {
  /** Where the PEM files lie: `ca`, `apiserver`, one pair per client, and `sa.key`. */
  directory: string
  serverNames: string[]
  serverAddresses: string[]
  /** Client certificates to keep beside them, by file name. */
  clients?: Record<string, ClientSubject>
  /** How long server and client certificates live; a year unless given. */
  lifeMs?: number
  /** Milliseconds since the epoch. */
  now: number
}

/** What a server needs to listen. */
export interface ServerIdentity {
  ca: KeyPair
  server: KeyPair
  /** PEM of the EC P-256 key that signs service-account tokens (ES256). */
  serviceAccountKey: string
}

export interface Certificates extends ServerIdentity {
  /** By the names given in `CertificateOptions.clients`. */
  clients: Record<string, KeyPair>
  /** When to call `ensureCertificates` again, in milliseconds since the epoch. */
  renewAt: number
}

const day = 24 * 60 * 60_000
const authorityLifeMs = 3650 * day
const leafLifeMs = 365 * day
/** Certificates begin in the past, for peers whose clocks run behind, and for a machine whose own clock is set back. */
const backdateMs = (lifeMs: number) => Math.min(day, lifeMs / 10)

/**
 * Reads the cluster's certificates, issuing what is missing, damaged, due, or doesn't name the server any more.
 * The authority keeps its key when it is renewed, so that what it signed, and who trusts it, goes on as before.
 * Throws when a key that can't be replaced is lost or damaged, naming the file. Where they are issued, `onServer` is told
 * when the server could listen, before clients have theirs and any is kept.
 */
export async function ensureCertificates(
  options: CertificateOptions,
  onServer?: (identity: ServerIdentity) => void,
): Promise<Certificates> {
  const files = new CertificateFiles(options.directory)
  const signingKey = files.ensureSigningKey()
  const tellServer = (pairs: Pick<ServerIdentity, 'ca' | 'server'>) => {
    const told = signingKey.then(key => onServer?.({ ...pairs, serviceAccountKey: key }))
    told.catch(() => {}) // thrown below
  }
  const [serviceAccountKey, { ca, leaves }] = await Promise.all([
    signingKey,
    ensurePairs(files, options, tellServer),
  ])
  const { [serverFile]: server, ...clients } = Object.fromEntries(leaves)
  return {
    ca,
    server: server as KeyPair,
    clients,
    serviceAccountKey,
    renewAt: Math.min(...[ca, ...leaves.values()].map(renewalDueAt)),
  }
}

async function ensurePairs(
  files: CertificateFiles,
  options: CertificateOptions,
  onServer: (pairs: Pick<ServerIdentity, 'ca' | 'server'>) => void,
): Promise<{ ca: KeyPair; leaves: Map<string, KeyPair> }> {
  const requests = Object.entries(leafRequests(options))
  const [storedAuthority, ...stored] = await Promise.all([
    files.readAuthority(),
    ...requests.map(([name]) => files.readPair(name)),
  ])
  const authority = { key: '', certificate: '', ...storedAuthority }
  const ca = isUsable(authority, options.now) ? authority : undefined
  const leaves = new Map<string, KeyPair>()
  const due: [string, CertificateRequest][] = []
  requests.forEach(([name, request], index) => {
    const pair = stored[index]
    const isGood = ca && pair && isUsable(pair, options.now) && fits(pair, request, ca)
    if (isGood) leaves.set(name, pair)
    else due.push([name, request])
  })
  if (ca && !due.length) return { ca, leaves }
  const issued = await issueCertificates(
    {
      authority: ca ?? authorityRequest(options.now, storedAuthority?.key),
      leaves: due.map(([, request]) => request),
    },
    ({ authority, first }) => {
      if (due[0]?.[0] === serverFile) onServer({ ca: authority, server: first })
    },
  )
  // Side by side: after a crash in between, leaves of an authority that was not kept are issued again.
  const fresh: [string, KeyPair][] = issued.leaves.map((pair, n) => [due[n]?.[0] ?? '', pair])
  const writes: [string, KeyPair][] = ca ? fresh : [['ca', issued.authority], ...fresh]
  await Promise.all(writes.map(([name, pair]) => files.writePair(name, pair)))
  for (const [name, pair] of fresh) leaves.set(name, pair)
  return { ca: issued.authority, leaves }
}

/** Issues a client certificate that is kept nowhere. */
export async function issueClientCertificate(
  options: ClientSubject & { ca: KeyPair; validForMs: number; now: number },
): Promise<KeyPair> {
  const { leaves } = await issueCertificates({
    authority: options.ca,
    leaves: [clientRequest(options, options.now, options.validForMs)],
  })
  return leaves[0] as KeyPair
}

/**
 * Certifies the key of a certificate request as its holder asks, from five minutes ago, and never for longer than the
 * authority itself lives. Answers PEM.
 */
export function signCertificateRequest(options: {
  request: string
  usages: readonly string[]
  ca: KeyPair
  validForMs: number
  now: number
}): Promise<string> {
  const { request, usages, ca, validForMs, now } = options
  const { validToDate } = new X509Certificate(ca.certificate)
  return signRequest({
    request,
    usages,
    authority: ca,
    notBefore: now - signedBackdateMs,
    notAfter: Math.min(now + validForMs, validToDate.getTime()),
  })
}

const signedBackdateMs = 5 * 60_000

/** When a certificate has lived two thirds of its life, in milliseconds since the epoch. */
export function renewalDueAt(pair: { certificate: string }): number {
  const { validFromDate, validToDate } = new X509Certificate(pair.certificate)
  const from = validFromDate.getTime()
  return from + ((validToDate.getTime() - from) * 2) / 3
}

const serverFile = 'apiserver'

function leafRequests(options: CertificateOptions): Record<string, CertificateRequest> {
  const { now, clients = {}, lifeMs = leafLifeMs } = options
  const requests: Record<string, CertificateRequest> = {
    [serverFile]: {
      purpose: 'server',
      commonName: 'kube-apiserver',
      organizations: [],
      names: [...new Set(options.serverNames)],
      addresses: [...new Set(options.serverAddresses)],
      notBefore: now - backdateMs(lifeMs),
      notAfter: now + lifeMs,
    },
  }
  for (const [name, subject] of Object.entries(clients)) {
    requests[name] = clientRequest(subject, now, lifeMs)
  }
  return requests
}

function clientRequest(subject: ClientSubject, now: number, lifeMs: number): CertificateRequest {
  return {
    purpose: 'client',
    commonName: subject.commonName,
    organizations: subject.organizations,
    names: [],
    addresses: [],
    notBefore: now - backdateMs(lifeMs),
    notAfter: now + lifeMs,
  }
}

function authorityRequest(now: number, key: string | undefined): CertificateRequest {
  return {
    purpose: 'authority',
    commonName: 'kubernetes',
    organizations: [],
    names: [],
    addresses: [],
    notBefore: now - backdateMs(authorityLifeMs),
    notAfter: now + authorityLifeMs,
    ...(key ? { key } : {}),
  }
}

/** Whether certificate and key belong together and are within the first two thirds of their life. */
function isUsable(pair: KeyPair, now: number): boolean {
  try {
    const certificate = new X509Certificate(pair.certificate)
    return (
      certificate.checkPrivateKey(createPrivateKey(pair.key)) &&
      certificate.validFromDate.getTime() <= now &&
      now < renewalDueAt(pair)
    )
  } catch {
    return false
  }
}

/** Whether a stored leaf was signed by this authority and says at least what is asked for now. */
function fits(pair: KeyPair, request: CertificateRequest, ca: KeyPair): boolean {
  const certificate = new X509Certificate(pair.certificate)
  const organizations = request.organizations.map(organization => `O=${organization}`)
  return (
    certificate.verify(new X509Certificate(ca.certificate).publicKey) &&
    certificate.subject === [...organizations, `CN=${request.commonName}`].join('\n') &&
    request.names.every(name => certificate.checkHost(name)) &&
    request.addresses.every(address => certificate.checkIP(address))
  )
}
