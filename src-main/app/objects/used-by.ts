import { isDeepStrictEqual } from 'node:util'
import type { Clock } from '#base/clock.ts'
import { Emitter } from '#base/emitter.ts'
import { errorMessage } from '#base/errors.ts'
import type { Transport } from '#client/transport.ts'
import { collectionPath } from '#clusters/paths.ts'
import type { OutputOf } from '#contract/contract.ts'
import type { ObjectName } from '#contract/objects.ts'
import type { Pod } from '#kubernetes/api/core-v1.ts'
import type { GroupVersionResource } from '#kubernetes/objects.ts'
import { podReferences, type ReferencedKind } from '#kubernetes/pod-references.ts'
import { latest } from '../latest.ts'
import { list, object, text, type Untyped } from '../status/conditions.ts'
import { watchObjects } from './watch-objects.ts'

type Answer = OutputOf<'objects.usedBy'>
type User = Answer['found'][number]

/** Objects that may use another, and whether one does: then how, in words that may be empty. */
interface Users {
  readonly kind: string
  readonly resource: GroupVersionResource
  /** None = all of them. */
  readonly namespace?: string | undefined
  readonly use: (candidate: Untyped) => string | undefined
}

const shown = 20

interface Seen {
  readonly found: readonly (User & { readonly created: string })[]
  readonly failure?: string
}

/**
 * What uses an object, the newest first, again whenever that changes. A kind that can't be listed is named, and the others
 * are still looked through.
 */
export async function* watchUsers(
  transport: Transport,
  of: ObjectName,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<Answer, void, void> {
  const users = usersOf(of)
  const seen = new Map<Users, Seen>()
  const changed = new Emitter<void>()
  const ending = new AbortController()
  const see = (of: Users, what: Seen) => {
    seen.set(of, what)
    changed.emit()
  }
  for (const one of users)
    void follow(transport, one, clock, AbortSignal.any([signal, ending.signal]), see)
  let last: Answer | undefined
  try {
    for await (const _ of latest([changed], () => {}, signal)) {
      if (seen.size < users.length) continue
      const answer = answerOf(users, seen)
      if (!isDeepStrictEqual(answer, last)) yield answer
      last = answer
    }
  } finally {
    ending.abort()
  }
}

async function follow(
  transport: Transport,
  users: Users,
  clock: Clock,
  signal: AbortSignal,
  see: (users: Users, what: Seen) => void,
): Promise<void> {
  const query = {
    path: collectionPath(users.resource, users.namespace),
    keeps: (candidate: Untyped) => users.use(candidate) !== undefined,
  }
  try {
    for await (const found of watchObjects(transport, query, clock, signal))
      see(users, { found: [...found.values()].flatMap(item => userOf(item, users)) })
  } catch (error) {
    see(users, { found: [], failure: errorMessage(error) })
  }
}

function answerOf(users: readonly Users[], seen: ReadonlyMap<Users, Seen>): Answer {
  const found = [...seen.values()]
    .flatMap(one => one.found)
    .sort((a, b) => b.created.localeCompare(a.created) || a.name.localeCompare(b.name))
  return {
    found: found.slice(0, shown).map(({ created: _, ...user }) => user),
    more: Math.max(0, found.length - shown),
    failed: users.flatMap(one => {
      const message = seen.get(one)?.failure
      return message === undefined ? [] : [{ kind: one.kind, message }]
    }),
  }
}

function userOf(item: Untyped, { kind, use }: Users): (User & { created: string })[] {
  const how = use(item)
  if (how === undefined) return []
  const { name, namespace, creationTimestamp } = object(item['metadata'])
  return [
    {
      kind,
      name: text(name),
      ...(namespace ? { namespace: text(namespace) } : {}),
      how,
      created: text(creationTimestamp),
    },
  ]
}

/** Where to look for what uses an object; nowhere for kinds that nothing refers to by name. */
function usersOf(of: ObjectName): Users[] {
  const { resource, group } = of.resource
  switch (group ? `${resource}.${group}` : resource) {
    case 'configmaps':
      return [podsWith(of, 'configMap')]
    case 'secrets':
      return [podsWith(of, 'secret'), ingressesWith(of)]
    case 'persistentvolumeclaims':
      return [podsWith(of, 'claim')]
    case 'serviceaccounts':
      return [podsWith(of, 'serviceAccount'), ...bindings(of.namespace, binds(of))]
    case 'roles.rbac.authorization.k8s.io':
      return bindings(of.namespace, gives('Role', of)).slice(0, 1)
    case 'clusterroles.rbac.authorization.k8s.io':
      return bindings(undefined, gives('ClusterRole', of))
    case 'cronjobs.batch':
      return [jobsOf(of)]
    default:
      return []
  }
}

const podsWith = ({ name, namespace }: ObjectName, kind: ReferencedKind): Users => ({
  kind: 'Pod',
  resource: { group: '', version: 'v1', resource: 'pods' },
  namespace,
  use: pod =>
    [...podReferences(pod as unknown as Pod)].some(one => one.kind === kind && one.name === name)
      ? ''
      : undefined,
})

const ingressesWith = ({ name, namespace }: ObjectName): Users => ({
  kind: 'Ingress',
  resource: { group: 'networking.k8s.io', version: 'v1', resource: 'ingresses' },
  namespace,
  use: ({ spec }) =>
    list(object(spec)['tls']).some(({ secretName }) => secretName === name) ? '' : undefined,
})

const jobsOf = ({ name, namespace }: ObjectName): Users => ({
  kind: 'Job',
  resource: { group: 'batch', version: 'v1', resource: 'jobs' },
  namespace,
  use: ({ metadata, status }) => {
    const owners = list(object(metadata)['ownerReferences'])
    if (!owners.some(owner => owner['kind'] === 'CronJob' && owner['name'] === name))
      return undefined
    const conditions = list(object(status)['conditions'])
    const isTrue = (type: string) =>
      conditions.some(one => one['type'] === type && one['status'] === 'True')
    return isTrue('Complete') ? 'completed' : isTrue('Failed') ? 'failed' : 'running'
  },
})

/** The bindings of a namespace, or of all, and those of the whole cluster. */
function bindings(namespace: string | undefined, use: Users['use']): Users[] {
  const resource = (plural: string) => ({
    group: 'rbac.authorization.k8s.io',
    version: 'v1',
    resource: plural,
  })
  return [
    { kind: 'RoleBinding', resource: resource('rolebindings'), namespace, use },
    { kind: 'ClusterRoleBinding', resource: resource('clusterrolebindings'), use },
  ]
}

/** Bindings that give a service account something. */
const binds =
  ({ name, namespace }: ObjectName): Users['use'] =>
  ({ subjects, roleRef }) => {
    const isGiven = list(subjects).some(
      one =>
        one['kind'] === 'ServiceAccount' && one['name'] === name && one['namespace'] === namespace,
    )
    const { kind, name: role } = object(roleRef)
    return isGiven ? `gives ${text(kind)} ${text(role)}` : undefined
  }

/** Bindings that give a role to somebody. */
const gives =
  (kind: string, { name }: ObjectName): Users['use'] =>
  ({ subjects, roleRef }) => {
    const { kind: ofKind, name: role } = object(roleRef)
    if (ofKind !== kind || role !== name) return undefined
    const whom = list(subjects).map(one => `${text(one['kind'])} ${text(one['name'])}`)
    return whom.length ? `to ${whom.join(', ')}` : 'to nobody'
  }
