import type { FlowSchema } from '#kubernetes/api/flowcontrol-v1.ts'
import type { RequestInfo } from '../request-info.ts'
import type { UserInfo } from '../server-request.ts'
import { matchesEverything, matchesRequest, rulesFor } from './flow-schema-match.ts'
import type { PriorityLevel } from './priority-level.ts'

/** Where a request belongs: the schema that it matches, and the level of that. */
export interface Flow {
  readonly schema: Readonly<FlowSchema>
  readonly level: PriorityLevel
  /** Headers of its answer: the uids, since names are the administrators' own business. */
  readonly headers: Readonly<Record<string, string>>
}

type Rules = ReturnType<typeof rulesFor>

/** What is known of a user's requests. */
interface KnownUser {
  groups: readonly string[]
  /** The flows whose rules name the user, in their order. */
  candidates: readonly { flow: Flow; rules: Rules }[]
  /** The flow of everything this user asks, where the first candidate speaks of every request. */
  always: Flow | undefined
  byRequest: Map<string, Flow | undefined>
}

const mostUsers = 1000
const mostRequests = 1000

/** Finds the flow of requests; remembers what it found, as long as the schemas stay as they are. */
export class FlowIndex {
  readonly #flows: readonly Flow[]
  readonly #users = new Map<string, KnownUser>()

  /** `schemas` whose level is not among `levels` match nothing. */
  constructor(schemas: Iterable<Readonly<FlowSchema>>, levels: ReadonlyMap<string, PriorityLevel>) {
    this.#flows = [...schemas].sort(byPrecedence).flatMap(schema => {
      const level = levels.get(schema.spec.priorityLevelConfiguration.name)
      return level ? [{ schema, level, headers: headersOf(schema, level) }] : []
    })
  }

  /** The flow of a request; the last one, `catch-all`, of whatever no schema speaks of. */
  flowOf(user: UserInfo, info: RequestInfo): Flow | undefined {
    const known = this.#known(user)
    if (known.always) return known.always
    const { verb, group, resource, subresource, namespace } = info
    const key = info.isResource
      ? `${verb} ${group} ${resource} ${subresource} ${namespace}`
      : `${verb} ${info.path}`
    let flow = known.byRequest.get(key)
    if (!flow) {
      flow = known.candidates.find(({ rules }) => matchesRequest(rules, info))?.flow
      flow ??= this.#flows.findLast(({ schema }) => schema.metadata.name === 'catch-all')
      if (known.byRequest.size >= mostRequests) known.byRequest.clear()
      known.byRequest.set(key, flow)
    }
    return flow
  }

  #known(user: UserInfo): KnownUser {
    const known = this.#users.get(user.name)
    if (known && isSame(known.groups, user.groups)) return known
    const candidates = this.#flows.flatMap(flow => {
      const rules = rulesFor(flow.schema, user)
      return rules.length ? [{ flow, rules }] : []
    })
    const [first] = candidates
    const always = first && matchesEverything(first.rules) ? first.flow : undefined
    const found = { groups: user.groups, candidates, always, byRequest: new Map() }
    if (this.#users.size >= mostUsers) this.#users.clear()
    this.#users.set(user.name, found)
    return found
  }
}

/** What tells a request's flow from others of its schema. */
export function flowKey({ schema }: Flow, user: UserInfo, { namespace }: RequestInfo): string {
  const { type } = schema.spec.distinguisherMethod ?? {}
  const distinguisher = type === 'ByUser' ? user.name : type === 'ByNamespace' ? namespace : ''
  return `${schema.metadata.name}\n${distinguisher}`
}

function headersOf({ metadata }: Readonly<FlowSchema>, level: PriorityLevel) {
  const prefix = 'x-kubernetes-pf'
  return {
    ...(metadata.uid ? { [`${prefix}-flowschema-uid`]: metadata.uid } : {}),
    ...(level.uid ? { [`${prefix}-prioritylevel-uid`]: level.uid } : {}),
  }
}

/** The smaller number first, then by name. */
const byPrecedence = (a: Readonly<FlowSchema>, b: Readonly<FlowSchema>): number =>
  (a.spec.matchingPrecedence ?? 0) - (b.spec.matchingPrecedence ?? 0) ||
  ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1)

function isSame(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false
  return true
}
