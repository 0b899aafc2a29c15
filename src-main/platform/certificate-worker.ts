import 'reflect-metadata'
import { createHash, createPrivateKey, randomBytes, webcrypto } from 'node:crypto'
import { parentPort } from 'node:worker_threads'
import * as x509 from '@peculiar/x509'
import type {
  CertificateRequest,
  IssueOrder,
  IssueResult,
  KeyPair,
  RequestedIdentity,
  SigningOrder,
  ThreadMessage,
  WorkerOrder,
} from './issue-certificates.ts'

type CryptoKey = webcrypto.CryptoKey
type Keys = { publicKey: CryptoKey; privateKey: CryptoKey }
interface Issuer {
  certificate: x509.X509Certificate
  keys: Keys
  keyId: string
}

const curve = { name: 'ECDSA', namedCurve: 'P-256' }
const signing = { ...curve, hash: 'SHA-256' }

x509.cryptoProvider.set(crypto)
const tell = (message: ThreadMessage) => parentPort?.postMessage(message)
parentPort?.once('message', async (order: WorkerOrder) => tell({ answer: await carryOut(order) }))

function carryOut(order: WorkerOrder): Promise<IssueResult | string> | RequestedIdentity {
  if ('issue' in order) return issue(order.issue)
  return 'sign' in order
    ? sign(order.sign)
    : identityOf(new x509.Pkcs10CertificateRequest(order.read))
}

/** The key, the subject and the names are the request's; what the certificate is good for is said by the order. */
async function sign(order: SigningOrder): Promise<string> {
  const request = new x509.Pkcs10CertificateRequest(order.request)
  if (!(await request.verify())) throw new Error('the certificate request is not signed by its key')
  const { certificate: authority, keys, keyId } = await load(order.authority)
  const { keyUsage, extendedKeyUsage } = usagesOf(order.usages)
  const names = namesOf(request)
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: request.subjectName,
    issuer: authority.subjectName,
    notBefore: new Date(order.notBefore),
    notAfter: new Date(order.notAfter),
    publicKey: request.publicKey,
    signingKey: keys.privateKey,
    signingAlgorithm: signing,
    extensions: [
      ...(keyUsage ? [new x509.KeyUsagesExtension(keyUsage, true)] : []),
      ...(extendedKeyUsage.length ? [new x509.ExtendedKeyUsageExtension(extendedKeyUsage)] : []),
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.AuthorityKeyIdentifierExtension(keyId),
      ...(names ? [names] : []),
    ],
  })
  return `${certificate.toString('pem')}\n`
}

function namesOf({
  extensions,
}: x509.Pkcs10CertificateRequest): x509.SubjectAlternativeNameExtension | undefined {
  return extensions.find(extension => extension instanceof x509.SubjectAlternativeNameExtension)
}

function usagesOf(usages: readonly string[]): { keyUsage: number; extendedKeyUsage: string[] } {
  const { KeyUsageFlags: flags, ExtendedKeyUsage: extended } = x509
  const keyUsages: Record<string, number> = {
    signing: flags.digitalSignature,
    'digital signature': flags.digitalSignature,
    'content commitment': flags.nonRepudiation,
    'key encipherment': flags.keyEncipherment,
    'data encipherment': flags.dataEncipherment,
    'key agreement': flags.keyAgreement,
  }
  const extendedUsages: Record<string, string> = {
    'server auth': extended.serverAuth,
    'client auth': extended.clientAuth,
    'code signing': extended.codeSigning,
    'email protection': extended.emailProtection,
    timestamping: extended.timeStamping,
    'ocsp signing': extended.ocspSigning,
  }
  return {
    keyUsage: usages.reduce((sum, usage) => sum | (keyUsages[usage] ?? 0), 0),
    extendedKeyUsage: usages.flatMap(usage => extendedUsages[usage] ?? []),
  }
}

function identityOf(request: x509.Pkcs10CertificateRequest): RequestedIdentity {
  const names = namesOf(request)?.names.toJSON() ?? []
  const ofType = (wanted: string) =>
    names.filter(({ type }) => type === wanted).map(({ value }) => value)
  return {
    commonName: request.subjectName.getField('CN')[0] ?? '',
    organizations: request.subjectName.getField('O'),
    dnsNames: ofType('dns'),
    addresses: ofType('ip'),
    emails: ofType('email'),
    uris: ofType('url'),
  }
}

async function issue({ authority, leaves }: IssueOrder): Promise<IssueResult> {
  const isNew = 'purpose' in authority
  const issuer = isNew ? await certify(authority) : await load(authority)
  const answer: IssueResult = { authority: isNew ? await toPem(issuer) : authority, leaves: [] }
  for (const leaf of leaves) {
    const pair = await toPem(await certify(leaf, issuer))
    if (!answer.leaves.length) tell({ first: { authority: answer.authority, first: pair } })
    answer.leaves.push(pair)
  }
  return answer
}

async function certify(request: CertificateRequest, issuer?: Issuer): Promise<Issuer> {
  const keys = request.key ? await loadKeys(request.key) : await newKeys()
  const keyId = await keyIdOf(keys)
  const subject = toName(request)
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject,
    issuer: issuer ? issuer.certificate.subjectName : subject,
    notBefore: new Date(request.notBefore),
    notAfter: new Date(request.notAfter),
    publicKey: keys.publicKey,
    signingKey: (issuer ?? { keys }).keys.privateKey,
    signingAlgorithm: signing,
    extensions: extensions(request, keyId, issuer?.keyId ?? keyId),
  })
  return { certificate, keys, keyId }
}

function extensions(request: CertificateRequest, keyId: string, issuerId: string) {
  const { KeyUsageFlags: usage } = x509
  const isAuthority = request.purpose === 'authority'
  const list: x509.Extension[] = [
    new x509.BasicConstraintsExtension(isAuthority, undefined, true),
    new x509.KeyUsagesExtension(
      isAuthority
        ? usage.keyCertSign | usage.cRLSign | usage.digitalSignature
        : usage.digitalSignature,
      true,
    ),
    new x509.SubjectKeyIdentifierExtension(keyId),
    new x509.AuthorityKeyIdentifierExtension(issuerId),
  ]
  if (!isAuthority) {
    const { serverAuth, clientAuth } = x509.ExtendedKeyUsage
    const use = request.purpose === 'server' ? serverAuth : clientAuth
    list.push(new x509.ExtendedKeyUsageExtension([use]))
  }
  const names: x509.JsonGeneralNames = [
    ...request.names.map(value => ({ type: 'dns' as const, value })),
    ...request.addresses.map(value => ({ type: 'ip' as const, value })),
  ]
  if (names.length) list.push(new x509.SubjectAlternativeNameExtension(names))
  return list
}

/** An empty part must be left out: the library would encode it as an empty string. */
function toName({ commonName, organizations }: CertificateRequest): x509.Name {
  return new x509.Name([
    ...organizations.map(organization => ({ O: [{ utf8String: organization }] })),
    { CN: [{ utf8String: commonName }] },
  ])
}

/** Sixteen random bytes, positive and without leading zeroes (RFC 5280 §4.1.2.2). */
function serialNumber(): string {
  const bytes = randomBytes(16)
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40
  return bytes.toString('hex')
}

function newKeys(): Promise<Keys> {
  return webcrypto.subtle.generateKey(curve, true, ['sign', 'verify'])
}

/** An authority that another program made may name its key in another way. */
async function load(pair: KeyPair): Promise<Issuer> {
  const certificate = new x509.X509Certificate(pair.certificate)
  const keys = await loadKeys(pair.key)
  const named = certificate.getExtension(x509.SubjectKeyIdentifierExtension)?.keyId
  return { certificate, keys, keyId: named ?? (await keyIdOf(keys)) }
}

/** The SHA-1 of the public key's bits, as hexadecimal (RFC 5280 §4.2.1.2). */
async function keyIdOf({ publicKey }: Keys): Promise<string> {
  const point = await webcrypto.subtle.exportKey('raw', publicKey)
  return createHash('sha1').update(new Uint8Array(point)).digest('hex')
}

/** Throws when it is no key on P-256. */
async function loadKeys(pem: string): Promise<Keys> {
  if (createPrivateKey(pem).asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    throw new Error(
      "the authority's key is not on P-256: restore the one that the cluster was made with",
    )
  }
  const privateKey = await webcrypto.subtle.importKey(
    'pkcs8',
    x509.PemConverter.decodeFirst(pem),
    curve,
    true,
    ['sign'],
  )
  const {
    d: _secret,
    key_ops: _use,
    ...point
  } = await webcrypto.subtle.exportKey('jwk', privateKey)
  const publicKey = await webcrypto.subtle.importKey('jwk', point, curve, true, ['verify'])
  return { privateKey, publicKey }
}

async function toPem({ certificate, keys }: Issuer): Promise<KeyPair> {
  const der = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)
  return {
    certificate: `${certificate.toString('pem')}\n`,
    key: `${x509.PemConverter.encode(der, 'PRIVATE KEY')}\n`,
  }
}
