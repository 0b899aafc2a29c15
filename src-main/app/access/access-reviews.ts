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

/** The answer to a SelfSubjectRulesReview. */
interface Rules {
  readonly resourceRules?: readonly { verbs?: string[]; apiGroups?: string[] }[]
  /** Not every authorizer can list its rules. */
  readonly incomplete?: boolean
}

const goodForMs = 30_000
const patienceMs = 10_000

/** Asks clusters what the person at the window may do, and keeps the answers for half a minute. */
export class AccessReviews {
  readonly #clock: Clock
  readonly #clusters = new WeakMap<
    ReviewedCluster,
    {
      readonly access: KeptAnswers<AccessStatus>
      readonly rules: KeptAnswers<Rules>
      readonly user: KeptAnswers<string | undefined>
    }
  >()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Why the person may not do each of these; null where they may or where nobody knows. Never fails. */
  review(cluster: ReviewedCluster, asked: readonly AccessQuestion[]): Promise<(string | null)[]> {
    return Promise.all(asked.map(question => this.#refusal(cluster, question).catch(() => null)))
  }

  /** Why the person may create nothing in any of these namespaces; null where they may or where nobody knows. Never fails. */
  async refusalToCreate(
    cluster: ReviewedCluster,
    namespaces: readonly string[],
  ): Promise<string | null> {
    const rules = await Promise.all(
      namespaces.map(namespace => this.#rules(cluster, namespace).catch(() => undefined)),
    )
    if (!rules.length || rules.some(one => !one || one.incomplete || allowCreating(one)))
      return null
    const where = `namespace${namespaces.length > 1 ? 's' : ''} ${namespaces.join(', ')}`
    return `${await this.#who(cluster)} may not create anything in ${where}`
  }

  #rules(cluster: ReviewedCluster, namespace: string): Promise<Rules> {
    return this.#keptOf(cluster).rules.get(namespace, async () => {
      const review = await this.#ask(cluster, {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectRulesReview',
        spec: { namespace },
      })
      return (review['status'] ?? { incomplete: true }) as Rules
    })
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
      rules: new KeptAnswers<Rules>(this.#clock, goodForMs),
      user: new KeptAnswers<string | undefined>(this.#clock, goodForMs),
    }
    this.#clusters.set(cluster, made)
    return made
  }
}

/** Everybody may ask what they may, which is a create. */
const asking = new Set(['authorization.k8s.io', 'authentication.k8s.io'])

const allowCreating = ({ resourceRules = [] }: Rules): boolean =>
  resourceRules.some(
    ({ verbs = [], apiGroups = [] }) =>
      (verbs.includes('create') || verbs.includes('*')) &&
      apiGroups.some(group => !asking.has(group)),
  )

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
