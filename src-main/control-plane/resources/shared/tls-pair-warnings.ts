import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto'

/** Why a certificate and a key, both as PEM, can't serve TLS together, in the words of Go; empty when they can. */
export function tlsPairWarnings(certificate: string, key: string): string[] {
  const problem = certificateProblem(certificate) ?? keyProblem(key) ?? mismatch(certificate, key)
  return problem === undefined ? [] : [problem]
}

function certificateProblem(pem: string): string | undefined {
  const types = typesOf(pem)
  if (types.includes('CERTIFICATE')) return undefined
  const [first, ...others] = types
  if (!first) return 'tls: failed to find any PEM data in certificate input'
  return others.length === 0 && first.endsWith('PRIVATE KEY')
    ? 'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched'
    : `tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: [${types.join(' ')}]`
}

function keyProblem(pem: string): string | undefined {
  const types = typesOf(pem)
  if (types.some(type => type === 'PRIVATE KEY' || type.endsWith(' PRIVATE KEY'))) return undefined
  const [first, ...others] = types
  if (!first) return 'tls: failed to find any PEM data in key input'
  return others.length === 0 && first === 'CERTIFICATE'
    ? 'tls: found a certificate rather than a key in the PEM for the private key'
    : `tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: [${types.join(' ')}]`
}

function mismatch(certificatePem: string, keyPem: string): string | undefined {
  const certified = attempt(() => new X509Certificate(certificatePem).publicKey)
  if (!certified) return 'x509: malformed certificate'
  const key = attempt(() => createPrivateKey(keyPem))
  if (!key) return 'tls: failed to parse private key'
  if (key.asymmetricKeyType !== certified.asymmetricKeyType)
    return 'tls: private key type does not match public key type'
  return derOf(createPublicKey(key)).equals(derOf(certified))
    ? undefined
    : 'tls: private key does not match public key'
}

const typesOf = (pem: string): string[] =>
  [...pem.matchAll(/-----BEGIN ([^-\n]+)-----[^-]*-----END \1-----/g)].map(([, type = '']) => type)

const derOf = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' })

function attempt<R>(parse: () => R): R | undefined {
  try {
    return parse()
  } catch {
    return undefined
  }
}
