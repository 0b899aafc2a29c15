import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto'
import net from 'node:net'
import * as der from './der.ts'

/** A certificate and its private key, both PEM. */
export interface KeyPair {
  certificate: string
  key: string
}

/** What a certificate is to say. Times are milliseconds since the epoch. */
export interface CertificateRequest {
  purpose: 'authority' | 'server' | 'client'
  commonName: string
  organizations: string[]
  /** DNS names a server answers to. */
  names: string[]
  /** IP addresses a server answers to. */
  addresses: string[]
  notBefore: number
  notAfter: number
  /** Certify this private key (PKCS #8 PEM) instead of a new one. */
  key?: string
}

export interface IssueOrder {
  /** The authority that signs; a request means that it is made first, self-signed. */
  authority: KeyPair | CertificateRequest
  leaves: CertificateRequest[]
}

export interface IssueResult {
  authority: KeyPair
  /** In the order of `IssueOrder.leaves`. */
  leaves: KeyPair[]
}

/** The name, as it stands in the certificate, and the key that sign. */
interface Issuer {
  name: Buffer
  key: KeyObject
}

const oid = {
  commonName: '2.5.4.3',
  organization: '2.5.4.10',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
}

/** Issues certificates (RFC 5280) with keys on P-256, in a few milliseconds. Throws when the authority's key is of another type. */
export function issueCertificates({ authority, leaves }: IssueOrder): IssueResult {
  const pair = 'purpose' in authority ? certify(authority) : authority
  const issuer = { name: subjectOf(pair.certificate), key: createPrivateKey(pair.key) }
  return { authority: pair, leaves: leaves.map(leaf => certify(leaf, issuer)) }
}

function certify(request: CertificateRequest, issuer?: Issuer): KeyPair {
  const key = request.key ? createPrivateKey(request.key) : newKey()
  const subject = toName(request)
  const signer = issuer ?? { name: subject, key }
  if (signer.key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    throw new Error(
      "the authority's key is not on P-256: restore the one that the cluster was made with",
    )
  }
  const algorithm = der.sequence(der.objectIdentifier(oid.ecdsaWithSha256))
  const body = der.sequence(
    der.tagged(0, der.integer(Buffer.from([2])), 'constructed'), // version 3
    der.integer(serialNumber()),
    algorithm,
    signer.name,
    der.sequence(der.time(request.notBefore), der.time(request.notAfter)),
    subject,
    publicKeyInfo(key),
    der.tagged(3, der.sequence(...extensions(request, key, signer.key)), 'constructed'),
  )
  const certificate = der.sequence(body, algorithm, der.bitString(sign('sha256', body, signer.key)))
  return {
    certificate: toPem(certificate),
    key: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

/** The text armour of RFC 7468. */
function toPem(certificate: Buffer): string {
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}

const newKey = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey

const publicKeyInfo = (key: KeyObject): Buffer =>
  createPublicKey(key).export({ type: 'spki', format: 'der' })

/** The encoded name of whom a certificate is about: what it issues must repeat it to the byte. */
function subjectOf(certificate: string): Buffer {
  const [body = Buffer.of()] = der.partsOf(new X509Certificate(certificate).raw)
  const subject = der.partsOf(body)[5]
  if (!subject) throw new Error("the authority's certificate names nobody")
  return subject
}

function toName({ commonName, organizations }: CertificateRequest): Buffer {
  const part = (type: string, value: string) =>
    der.set(der.sequence(der.objectIdentifier(type), der.utf8String(value)))
  return der.sequence(
    ...organizations.map(organization => part(oid.organization, organization)),
    part(oid.commonName, commonName),
  )
}

function extensions(request: CertificateRequest, key: KeyObject, signer: KeyObject): Buffer[] {
  const isAuthority = request.purpose === 'authority'
  const signerId = der.tagged(0, keyIdentifier(signer), 'primitive')
  const list = [
    extension(
      oid.basicConstraints,
      der.sequence(...(isAuthority ? [der.truth()] : [])),
      'critical',
    ),
    extension(oid.keyUsage, keyUsage(isAuthority), 'critical'),
    extension(oid.subjectKeyIdentifier, der.octetString(keyIdentifier(key))),
    extension(oid.authorityKeyIdentifier, der.sequence(signerId)),
  ]
  if (!isAuthority) {
    const use = request.purpose === 'server' ? oid.serverAuth : oid.clientAuth
    list.push(extension(oid.extKeyUsage, der.sequence(der.objectIdentifier(use))))
  }
  const names = [
    ...request.names.map(name => der.tagged(2, Buffer.from(name), 'primitive')),
    ...request.addresses.map(address => der.tagged(7, addressBytes(address), 'primitive')),
  ]
  if (names.length) list.push(extension(oid.subjectAltName, der.sequence(...names)))
  return list
}

const extension = (type: string, content: Buffer, critical?: 'critical'): Buffer =>
  der.sequence(
    der.objectIdentifier(type),
    ...(critical ? [der.truth()] : []),
    der.octetString(content),
  )

/** digitalSignature (bit 0) for all; keyCertSign (5) and cRLSign (6) for an authority. */
const keyUsage = (isAuthority: boolean): Buffer =>
  isAuthority ? der.bitString(Buffer.of(0b1000_0110), 1) : der.bitString(Buffer.of(0b1000_0000), 7)

/** The SHA-1 of the key's bits (RFC 5280 §4.2.1.2, method 1): a name, not a proof. */
function keyIdentifier(key: KeyObject): Buffer {
  const [, bits = Buffer.of()] = der.partsOf(publicKeyInfo(key))
  return createHash('sha1').update(bits.subarray(3)).digest()
}

/** Sixteen random bytes, positive and without leading zeroes (RFC 5280 §4.1.2.2). */
function serialNumber(): Buffer {
  const bytes = randomBytes(16)
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40
  return bytes
}

/** Four or sixteen bytes. Throws when it is no IP address. */
function addressBytes(address: string): Buffer {
  if (net.isIPv4(address)) return Buffer.from(address.split('.').map(Number))
  if (!net.isIPv6(address)) throw new Error(`${address} is not an IP address`)
  const { hostname } = new URL(`http://[${address}]`)
  const [head = '', tail] = hostname.slice(1, -1).split('::')
  const groups = (text: string | undefined) => (text ? text.split(':') : [])
  const [first, last] = [groups(head), groups(tail)]
  const zeroes = Array.from({ length: 8 - first.length - last.length }, () => '0')
  return Buffer.from(
    [...first, ...zeroes, ...last].map(group => group.padStart(4, '0')).join(''),
    'hex',
  )
}
