import {
  createHash,
  createPrivateKey,
  createPublicKey,
  type JsonWebKey,
  type KeyObject,
  randomUUID,
  sign,
  verify,
} from 'node:crypto'
import type { Clock } from '#base/clock.ts'
import { serviceAccountUser } from '#kubernetes/service-account-user.ts'

/** What a bound token says. Names as in the token itself. */
export interface TokenClaims {
  aud: string[]
  exp: number
  iat: number
  nbf: number
  iss: string
  jti: string
  sub: string
  'kubernetes.io': {
    namespace: string
    serviceaccount: { name: string; uid: string }
    pod?: { name: string; uid: string }
    secret?: { name: string; uid: string }
    node?: { name: string; uid?: string }
    warnafter?: number
  }
}

/** What a token says that a Secret holds. It has neither audience nor end: it holds as long as its Secret does. */
export interface SecretTokenClaims {
  iss: typeof secretTokenIssuer
  sub: string
  'kubernetes.io/serviceaccount/namespace': string
  'kubernetes.io/serviceaccount/secret.name': string
  'kubernetes.io/serviceaccount/service-account.name': string
  'kubernetes.io/serviceaccount/service-account.uid': string
}

const secretTokenIssuer = 'kubernetes/serviceaccount'

export interface TokenRequest {
  namespace: string
  serviceAccount: { name: string; uid: string }
  audiences: string[]
  lifetimeSeconds: number
  bound?: { pod?: Reference; secret?: Reference; node?: { name: string; uid?: string } }
}

interface Reference {
  name: string
  uid: string
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const clockSkewSeconds = 10

/** Signs and checks service-account tokens: JSON web tokens by ES256. */
export class ServiceAccountTokens {
  readonly issuer: string
  readonly #key: KeyObject
  readonly #public: KeyObject
  readonly #keyId: string
  readonly #clock: Clock
  readonly #known = new Map<string, TokenClaims>()

  /** `key` is the PEM of an EC P-256 private key. */
  constructor(options: { key: string; issuer: string; clock: Clock }) {
    this.issuer = options.issuer
    this.#clock = options.clock
    this.#key = createPrivateKey(options.key)
    this.#public = createPublicKey(this.#key)
    const der = this.#public.export({ type: 'spki', format: 'der' })
    this.#keyId = createHash('sha256').update(der).digest('base64url')
  }

  /** A token, and when it ends in milliseconds since the epoch. */
  issue(request: TokenRequest): { token: string; expiresAt: number } {
    const now = Math.floor(this.#clock.now() / 1000)
    const claims: TokenClaims = {
      aud: request.audiences,
      exp: now + request.lifetimeSeconds,
      iat: now,
      iss: this.issuer,
      jti: randomUUID(),
      'kubernetes.io': {
        namespace: request.namespace,
        serviceaccount: request.serviceAccount,
        ...request.bound,
      },
      nbf: now,
      sub: serviceAccountUser(request.namespace, request.serviceAccount.name),
    }
    return { token: this.#sign(claims), expiresAt: claims.exp * 1000 }
  }

  /** A token for a Secret to hold. */
  issueForSecret(subject: {
    namespace: string
    secret: string
    serviceAccount: { name: string; uid: string }
  }): string {
    const { namespace, secret, serviceAccount } = subject
    const claims: SecretTokenClaims = {
      iss: secretTokenIssuer,
      'kubernetes.io/serviceaccount/namespace': namespace,
      'kubernetes.io/serviceaccount/secret.name': secret,
      'kubernetes.io/serviceaccount/service-account.name': serviceAccount.name,
      'kubernetes.io/serviceaccount/service-account.uid': serviceAccount.uid,
      sub: serviceAccountUser(namespace, serviceAccount.name),
    }
    return this.#sign(claims)
  }

  /** The claims of a token that we signed and that is in its time; undefined for everything else. */
  verify(token: string): TokenClaims | undefined {
    const claims = this.#known.get(token) ?? this.#check(token)
    if (!claims) return undefined
    const now = this.#clock.now() / 1000
    if (now >= claims.exp + clockSkewSeconds || now < claims.nbf - clockSkewSeconds)
      return undefined
    return claims
  }

  /** The claims of a token that we signed for a Secret; undefined for everything else. */
  verifyOfSecret(token: string): SecretTokenClaims | undefined {
    const claims = this.#open(token) as SecretTokenClaims | undefined
    return claims?.iss === secretTokenIssuer ? claims : undefined
  }

  /** The public key as a JSON web key set, for OpenID discovery. */
  keySet(): { keys: JsonWebKey[] } {
    const key = this.#public.export({ format: 'jwk' })
    return { keys: [{ use: 'sig', kid: this.#keyId, alg: 'ES256', ...key }] }
  }

  #sign(claims: object): string {
    const content = `${encode({ alg: 'ES256', kid: this.#keyId })}.${encode(claims)}`
    const options = { key: this.#key, dsaEncoding: 'ieee-p1363' } as const
    return `${content}.${sign('sha256', Buffer.from(content), options).toString('base64url')}`
  }

  #check(token: string): TokenClaims | undefined {
    const claims = this.#open(token) as TokenClaims | undefined
    if (claims?.iss !== this.issuer || !claims['kubernetes.io']) return undefined
    if (this.#known.size >= 1000) this.#known.clear()
    this.#known.set(token, claims)
    return claims
  }

  /** What a token says that has our signature. */
  #open(token: string): unknown {
    const [header = '', payload = '', signature = '', ...rest] = token.split('.')
    if (rest.length || !signature) return undefined
    const head = parse(header) as { alg?: string } | undefined
    if (head?.alg !== 'ES256') return undefined
    const isOurs = verify(
      'sha256',
      Buffer.from(`${header}.${payload}`),
      { key: this.#public, dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature, 'base64url'),
    )
    return isOurs ? parse(payload) : undefined
  }
}

function parse(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString())
  } catch {
    return undefined
  }
}
