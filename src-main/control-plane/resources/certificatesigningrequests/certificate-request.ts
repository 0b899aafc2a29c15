import { createPublicKey, verify } from 'node:crypto'

/** What a PKCS #10 certificate request says of its subject. */
export interface CertificateRequest {
  commonName: string
  organizations: string[]
}

interface Element {
  tag: number
  /** The content alone. */
  content: Buffer
  /** Tag, length and content. */
  whole: Buffer
}

const tags = { bitString: 0x03, objectIdentifier: 0x06, sequence: 0x30, set: 0x31 }
const attributes = { '2.5.4.3': 'commonName', '2.5.4.10': 'organizations' } as const
const signatures: Partial<Record<string, string>> = {
  '1.2.840.113549.1.1.11': 'sha256',
  '1.2.840.113549.1.1.12': 'sha384',
  '1.2.840.113549.1.1.13': 'sha512',
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.3': 'sha384',
  '1.2.840.10045.4.3.4': 'sha512',
}
const ed25519 = '1.3.101.112'

/**
 * Reads a certificate request in PEM and checks that its holder signed it. Throws an `Error` in upstream's words where
 * upstream has words of its own, such as for another kind of PEM block.
 */
export function parseCertificateRequest(pem: string): CertificateRequest {
  const [, type, body = ''] =
    /-----BEGIN ([^-\n]+)-----([A-Za-z0-9+/=\s]*?)-----END \1-----/.exec(pem) ?? []
  if (type !== 'CERTIFICATE REQUEST') throw new Error('PEM block type must be CERTIFICATE REQUEST')
  const { info, algorithm, signature } = splitRequest(Buffer.from(body, 'base64'))
  const [, subject, publicKey] = children(info)
  if (!subject || !publicKey) throw malformedRequest()
  checkSignature(info.whole, publicKey.whole, algorithm, signature)
  return readSubject(subject)
}

const malformedRequest = () => new Error('x509: malformed certificate request')

function splitRequest(der: Buffer): { info: Element; algorithm: string; signature: Buffer } {
  const outer = read(der)
  if (outer.whole.length !== der.length) throw new Error('asn1: syntax error: trailing data')
  const [info, algorithm, signature] = children(outer)
  if (!info || !algorithm || signature?.tag !== tags.bitString) throw malformedRequest()
  const [identifier] = children(algorithm)
  if (!identifier) throw malformedRequest()
  return { info, algorithm: objectIdentifier(identifier), signature: signature.content.subarray(1) }
}

function checkSignature(
  signed: Buffer,
  publicKey: Buffer,
  algorithm: string,
  signature: Buffer,
): void {
  const digest = signatures[algorithm]
  if (!digest && algorithm !== ed25519)
    throw new Error('x509: cannot verify signature: algorithm unimplemented')
  const key = createPublicKey({ key: publicKey, format: 'der', type: 'spki' })
  if (!verify(digest ?? null, signed, key, signature))
    throw new Error('x509: certificate request is not signed by the key that it carries')
}

function readSubject(name: Element): CertificateRequest {
  const subject: CertificateRequest = { commonName: '', organizations: [] }
  for (const part of children(name).flatMap(children)) {
    const [identifier, value] = children(part)
    if (!identifier || !value) throw malformedRequest()
    const text = value.content.toString('utf8')
    const field = (attributes as Partial<Record<string, keyof CertificateRequest>>)[
      objectIdentifier(identifier)
    ]
    if (field === 'commonName') subject.commonName = text
    else if (field) subject.organizations.push(text)
  }
  return subject
}

function children({ tag, content }: Element): Element[] {
  if (tag !== tags.sequence && tag !== tags.set) throw malformedRequest()
  const found: Element[] = []
  for (let at = 0; at < content.length; ) {
    const element = read(content.subarray(at))
    found.push(element)
    at += element.whole.length
  }
  return found
}

/** The element that a buffer begins with, by the distinguished encoding rules of ASN.1. */
function read(bytes: Buffer): Element {
  const [tag = 0, first = 0] = bytes
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f
  if (bytes.length < 2 + lengthBytes || lengthBytes > 4)
    throw new Error('asn1: syntax error: data truncated')
  const length = lengthBytes ? bytes.readUIntBE(2, lengthBytes) : first
  const start = 2 + lengthBytes
  if (bytes.length < start + length) throw new Error('asn1: syntax error: data truncated')
  const whole = bytes.subarray(0, start + length)
  return { tag, content: whole.subarray(start), whole }
}

function objectIdentifier({ tag, content }: Element): string {
  if (tag !== tags.objectIdentifier) throw malformedRequest()
  const numbers: number[] = []
  let value = 0
  for (const byte of content) {
    value = value * 128 + (byte & 0x7f)
    if (byte & 0x80) continue
    numbers.push(value)
    value = 0
  }
  const [head = 0, ...rest] = numbers
  const root = Math.min(Math.floor(head / 40), 2)
  return [root, head - root * 40, ...rest].join('.')
}
