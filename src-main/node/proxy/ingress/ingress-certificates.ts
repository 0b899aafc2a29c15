import { createSecureContext, type SecureContext } from 'node:tls'
import type { Clock } from '#base/clock.ts'
import { errorMessage } from '#base/errors.ts'
import type { Secret } from '#kubernetes/api/core-v1.ts'
import type { Ingress } from '#kubernetes/api/networking-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { issueCertificates, type KeyPair } from '#platform/issue-certificates.ts'
import { hostName, wildcardOf } from './routing-table.ts'

const year = 365 * 24 * 60 * 60_000

interface ReadSecret {
  /** The Secret's resourceVersion. */
  version: string
  context?: SecureContext
  problem?: string
}

type FindSecret = (key: string) => Stored<Secret> | undefined

/** Certificates by host, out of the Secrets that ingresses name; for any other host one that nobody vouches for. */
export class IngressCertificates {
  readonly #findSecret: FindSecret
  readonly #clock: Clock
  readonly #issue: typeof issueCertificates
  /** By `namespace/name` of the Secret: read once for each of its versions. */
  readonly #read = new Map<string, ReadSecret>()
  #secretOf = new Map<string, string>()
  #used: ReadonlySet<string> = new Set()
  #fallback: Promise<KeyPair> | undefined

  constructor(findSecret: FindSecret, clock: Clock, issue = issueCertificates) {
    this.#findSecret = findSecret
    this.#clock = clock
    this.#issue = issue
  }

  /** Takes over which hosts have which Secret; of ingresses that claim the same host the first has it. */
  set(ingresses: readonly Stored<Ingress>[]): void {
    this.#secretOf = new Map()
    for (const ingress of ingresses) {
      for (const { host, secret } of claimsOf(ingress)) {
        if (!this.#secretOf.has(host)) this.#secretOf.set(host, secret)
      }
    }
    this.#used = new Set(this.#secretOf.values())
    for (const key of [...this.#read.keys()]) if (!this.#used.has(key)) this.#read.delete(key)
  }

  /** Whether an ingress names this Secret, by `namespace/name`. */
  uses(key: string): boolean {
    return this.#used.has(key)
  }

  /** Takes the host's own certificate, that of a wildcard, or the fallback. */
  async contextFor(name: string): Promise<SecureContext> {
    const host = hostName(name)
    for (const pattern of [host, wildcardOf(host), anyHost]) {
      const key = this.#secretOf.get(pattern)
      const context = key && this.#readSecret(key).context
      if (context) return context
    }
    const { certificate, key } = await this.fallback()
    return createSecureContext({ cert: certificate, key })
  }

  /** The certificate for whoever names no host, or one that no Secret is for; made when it is first wanted. */
  fallback(): Promise<KeyPair> {
    this.#fallback ??= this.#makeFallback().catch(error => {
      this.#fallback = undefined
      throw error
    })
    return this.#fallback
  }

  /** What is wrong with the Secrets of an ingress, in words; empty when nothing is. */
  problems({ metadata, spec }: Stored<Ingress>): string[] {
    const names = new Set((spec.tls ?? []).flatMap(({ secretName }) => secretName || []))
    return [...names].flatMap(name => {
      const { problem } = this.#readSecret(`${metadata.namespace}/${name}`)
      return problem ? `Secret ${JSON.stringify(name)} ${problem}` : []
    })
  }

  #readSecret(key: string): ReadSecret {
    const secret = this.#findSecret(key)
    if (!secret) return { version: '', problem: 'is not there' }
    const version = secret.metadata.resourceVersion
    const known = this.#read.get(key)
    if (known?.version === version) return known
    const read = { version, ...readContext(secret) }
    this.#read.set(key, read)
    return read
  }

  async #makeFallback(): Promise<KeyPair> {
    const now = this.#clock.now()
    const names = ['localhost', '*.localhost']
    const request = {
      organizations: ['Slipway'],
      names,
      addresses: ['127.0.0.1', '::1'],
      notBefore: now - 5 * 60_000,
      notAfter: now + year,
    }
    const { leaves, authority } = await this.#issue({
      authority: { ...request, purpose: 'authority', commonName: 'Slipway ingress default' },
      leaves: [{ ...request, purpose: 'server', commonName: 'Slipway ingress default' }],
    })
    const [leaf] = leaves
    return { certificate: `${leaf?.certificate}\n${authority.certificate}`, key: leaf?.key ?? '' }
  }
}

const anyHost = ''

/** The hosts of an ingress' certificates; those that name none are for the hosts of its rules. */
function claimsOf({ metadata, spec }: Stored<Ingress>): { host: string; secret: string }[] {
  const ruled = (spec.rules ?? []).map(({ host = anyHost }) => host)
  return (spec.tls ?? []).flatMap(({ hosts, secretName }) => {
    if (!secretName) return []
    const named = hosts?.length ? hosts : ruled.length ? ruled : [anyHost]
    return named.map(host => ({ host, secret: `${metadata.namespace}/${secretName}` }))
  })
}

function readContext({ data = {} }: Secret): { context: SecureContext } | { problem: string } {
  const [cert, key] = [data['tls.crt'], data['tls.key']].map(text =>
    Buffer.from(text ?? '', 'base64'),
  )
  if (!cert?.length || !key?.length) return { problem: 'has no tls.crt or no tls.key' }
  try {
    return { context: createSecureContext({ cert, key }) }
  } catch (error) {
    return { problem: `can't be used: ${errorMessage(error)}` }
  }
}
