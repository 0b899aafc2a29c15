import { X509Certificate } from 'node:crypto'
import { errorMessage } from '#base/errors.ts'
import type { OutputOf } from '#contract/contract.ts'
import { object, text, type Untyped } from '../status/conditions.ts'

/** What the certificate of a TLS Secret says of itself; the first one where it holds a chain. Nothing of its key. */
export function readCertificate(secret: Untyped): OutputOf<'objects.certificate'> {
  const encoded = text(object(secret['data'])['tls.crt'])
  try {
    const { subject, issuer, subjectAltName, validFrom, validTo } = new X509Certificate(
      Buffer.from(encoded, 'base64'),
    )
    return {
      subject: inOneLine(subject),
      issuer: inOneLine(issuer),
      names: (subjectAltName ?? '').split(', ').filter(Boolean).map(withoutType),
      from: new Date(validFrom).toISOString(),
      until: new Date(validTo).toISOString(),
    }
  } catch (error) {
    return { problem: `tls.crt holds no certificate: ${errorMessage(error)}` }
  }
}

const inOneLine = (name: string) => name.split('\n').join(', ')

/** `DNS:shop.example.com` as `shop.example.com`. */
const withoutType = (name: string) => name.slice(name.indexOf(':') + 1)
