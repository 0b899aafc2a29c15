import type { Clock } from '#base/clock.ts'
import type { Transport } from '#client/transport.ts'
import type { AccessQuestion } from '#contract/access.ts'
import type { ResourceInfo } from '#contract/tables.ts'
import { KeptAnswers } from './kept-answers.ts'

/** What reviews need of an open cluster. */
export interface ReviewedCluster {
  readonly connection: { readonly transport: Transport }
  readonly resources: readonly ResourceInfo[]
}

/** The answer to a review: of a SelfSubjectAccessReview. */
interface AccessStatus {
  readonly allowed?: boolean
  readonly reason?: string
  /** The authorizers couldn't all be asked. */
  readonly evaluationError?: string
}

const goodForMs = 30_000
const patienceMs = 10_000

/** Asks clusters what the person at the window may do, and keeps the answers for half a minute. */
export class AccessReviews {
  readonly #clock: Clock
  readonly #clusters = new WeakMap<
    ReviewedCluster,
    { readonly access: KeptAnswers<AccessStatus>; readonly user: KeptAnswers<string | undefined> }
  >()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Why the person may not do each of these; null where they may or where nobody knows. Never fails. */
  review(cluster: ReviewedCluster, asked: readonly AccessQuestion[]): Promise<(string | null)[]> {
    return Promise.all(asked.map(question => this.#refusal(cluster, question).catch(() => null)))
  }

  async #refusal(cluster: ReviewedCluster, question: AccessQuestion): Promise<string | null> {
    const { name, ...anyName } = question
    let status = await this.#access(cluster, anyName)
    // A role may name single objects.
    if (!status.allowed && name) status = await this.#access(cluster, question)
    if (status.allowed || status.evaluationError) return null
    const refused = `${await this.#who(cluster)} may not ${wordsOf(question, cluster.resources)}`
    return status.reason ? `${refused}: ${status.reason}` : refused
  }

  #access(cluster: ReviewedCluster, question: AccessQuestion): Promise<AccessStatus> {
    return this.#keptOf(cluster).access.get(JSON.stringify(question), async () => {
      const review = await this.#ask(cluster, {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: { resourceAttributes: question },
      })
      return (review['status'] ?? { evaluationError: 'no status' }) as AccessStatus
    })
  }

  /** `user jane`; of a server that doesn't tell, `you`. */
  async #who(cluster: ReviewedCluster): Promise<string> {
    const user = await this.#keptOf(cluster)
      .user.get('', async () => {
        const review = await this.#ask(cluster, {
          apiVersion: 'authentication.k8s.io/v1',
          kind: 'SelfSubjectReview',
        })
        const { userInfo } = (review['status'] ?? {}) as { userInfo?: { username?: string } }
        return userInfo?.username
      })
      .catch(() => undefined)
    return user ? `user ${user}` : 'you'
  }

  async #ask(
    { connection }: ReviewedCluster,
    review: { apiVersion: string; kind: string; spec?: unknown },
  ): Promise<Record<string, unknown>> {
    const patience = new AbortController()
    using _timer = this.#clock.after(patienceMs, () => patience.abort())
    const response = await connection.transport.request({
      method: 'POST',
      path: `/apis/${review.apiVersion}/${review.kind.toLowerCase()}s`,
      body: review,
      signal: patience.signal,
    })
    return response.json<Record<string, unknown>>()
  }

  #keptOf(cluster: ReviewedCluster) {
    const known = this.#clusters.get(cluster)
    if (known) return known
    const made = {
      access: new KeptAnswers<AccessStatus>(this.#clock, goodForMs),
      user: new KeptAnswers<string | undefined>(this.#clock, goodForMs),
    }
    this.#clusters.set(cluster, made)
    return made
  }
}

/** `delete pods in namespace web`, `patch deployments.apps/scale in every namespace`, `patch nodes`. */
function wordsOf(
  { verb, group, resource, subresource, namespace }: AccessQuestion,
  resources: readonly ResourceInfo[],
): string {
  const isNamespaced = resources.some(
    info => info.namespaced && info.group === group && info.resource === resource,
  )
  const what = `${resource}${group && `.${group}`}${subresource ? `/${subresource}` : ''}`
  const where = namespace ? ` in namespace ${namespace}` : isNamespaced ? ' in every namespace' : ''
  return `${verb} ${what}${where}`
}
