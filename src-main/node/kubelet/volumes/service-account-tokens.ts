import type { Clock } from '#base/clock.ts'
import type { Client } from '#client/rest.ts'
import type { TokenRequest } from '#kubernetes/api/authentication-v1.ts'
import type { ServiceAccountTokenProjection } from '#kubernetes/api/core-v1.ts'
import type { BoundPod } from '../pod-facts.ts'

interface Held {
  token: string
  /** Milliseconds since the epoch. */
  renewAt: number
}

const dayMs = 24 * 3_600_000

/** Tokens of service accounts, bound to pods; asked for anew at 80 % of their life or after a day, as upstream does. */
export class ServiceAccountTokens {
  readonly #client: Client
  readonly #clock: Clock
  readonly #held = new Map<string, Held>()

  constructor(client: Client, clock: Clock) {
    this.#client = client
    this.#clock = clock
  }

  async get(pod: BoundPod, projection: ServiceAccountTokenProjection): Promise<string> {
    const key = `${pod.metadata.uid}/${JSON.stringify([projection.audience, projection.expirationSeconds])}`
    const held = this.#held.get(key)
    if (held && held.renewAt > this.#clock.now()) return held.token
    const issued = await this.#request(pod, projection)
    this.#held.set(key, issued)
    return issued.token
  }

  /** When the first of a pod's tokens has to be renewed; undefined when it has none. */
  nextRenewal(podUid: string): number | undefined {
    let earliest: number | undefined
    for (const [key, { renewAt }] of this.#held)
      if (key.startsWith(`${podUid}/`) && renewAt < (earliest ?? Number.POSITIVE_INFINITY))
        earliest = renewAt
    return earliest
  }

  forget(podUid: string): void {
    for (const key of this.#held.keys()) if (key.startsWith(`${podUid}/`)) this.#held.delete(key)
  }

  async #request(
    { metadata, spec }: BoundPod,
    { audience, expirationSeconds = 3600 }: ServiceAccountTokenProjection,
  ): Promise<Held> {
    const namespace = encodeURIComponent(metadata.namespace ?? '')
    const account = encodeURIComponent(spec.serviceAccountName || 'default')
    const body: TokenRequest = {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      metadata: {},
      spec: {
        audiences: audience ? [audience] : [],
        expirationSeconds,
        boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: metadata.name, uid: metadata.uid },
      },
    }
    const { status } = await this.#client.raw<TokenRequest>({
      method: 'POST',
      path: `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`,
      body,
    })
    if (!status) throw new Error(`the answer to a token request for ${account} has no token`)
    const now = this.#clock.now()
    const lifeMs = Date.parse(status.expirationTimestamp) - now
    return { token: status.token, renewAt: now + Math.min(lifeMs * 0.8, dayMs) }
  }
}
