import type { Clock } from '#base/clock.ts'
import { collectionPath } from '#clusters/paths.ts'
import type { OutputOf } from '#contract/contract.ts'
import type { ResourceInfo, TableRow } from '#contract/tables.ts'
import type { OpenCluster } from '../clusters/open-clusters.ts'
import { list, object, text, type Untyped } from '../status/conditions.ts'

type Found = OutputOf<'objects.find'>['found'][number]

/** Kinds that people look for by name, the likelier first. */
const soughtAfter = [
  'deployments',
  'statefulsets',
  'daemonsets',
  'services',
  'pods',
  'ingresses',
  'cronjobs',
  'jobs',
  'configmaps',
  'secrets',
  'persistentvolumeclaims',
  'nodes',
  'namespaces',
  'serviceaccounts',
  'horizontalpodautoscalers',
  'persistentvolumes',
  'storageclasses',
]
const mostCustomKinds = 20
const mostOfKind = 500
const shown = 9
/** While somebody types, what was listed counts as fresh. */
const freshMs = 10_000

interface Names {
  readonly at: number
  readonly items: Promise<readonly Named[]>
}
type Named = Pick<Found, 'name'> & { readonly namespace?: string; readonly row?: TableRow }

/** Finds objects of a cluster by parts of their names: of the lists that are open, and of others by their names alone. */
export class ObjectFinder {
  readonly #clock: Clock
  readonly #names = new WeakMap<OpenCluster, Map<string, Names>>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  async find(
    cluster: OpenCluster,
    { text: sought, namespaces }: { text: string; namespaces: string[] },
    signal: AbortSignal,
  ): Promise<OutputOf<'objects.find'>> {
    const words = sought.toLowerCase().split(/\s+/).filter(Boolean)
    const kinds = kindsOf(cluster.resources)
    // Who may read one namespace often may not read all.
    const [only] = namespaces.length === 1 ? namespaces : []
    const all = await Promise.all(
      kinds.map(async (info, rank) => {
        const names = await this.#namesOf(cluster, info, info.namespaced ? only : undefined, signal)
        return names.flatMap(one => {
          if (one.namespace && namespaces.length && !namespaces.includes(one.namespace)) return []
          const score = scoreOf(one.name, info, words)
          return score === undefined ? [] : [{ one, info, score, rank }]
        })
      }),
    )
    const found = all.flat().sort((a, b) => b.score - a.score || a.rank - b.rank)
    return {
      found: found.slice(0, shown).map(({ one, info }) => foundOf(one, info)),
      more: Math.max(0, found.length - shown),
    }
  }

  async #namesOf(
    cluster: OpenCluster,
    info: ResourceInfo,
    namespace: string | undefined,
    signal: AbortSignal,
  ): Promise<readonly Named[]> {
    const open = openRows(cluster, info) ?? openRows(cluster, info, namespace)
    if (open) return open
    const names = this.#names.get(cluster) ?? new Map<string, Names>()
    this.#names.set(cluster, names)
    const key = collectionPath(info, namespace)
    const known = names.get(key)
    if (known && this.#clock.monotonic() - known.at < freshMs) return known.items
    // What one search began another may use, so it isn't cancelled with the first one.
    const items = listNames(cluster, key).catch(() => [])
    names.set(key, { at: this.#clock.monotonic(), items })
    signal.throwIfAborted()
    return items
  }
}

function kindsOf(resources: readonly ResourceInfo[]): ResourceInfo[] {
  const listed = resources.filter(
    ({ verbs, group }) => verbs.includes('list') && !group.startsWith('metrics.'),
  )
  const builtIn = soughtAfter.flatMap(
    name => listed.find(({ resource, custom }) => resource === name && !custom) ?? [],
  )
  return [...builtIn, ...listed.filter(({ custom }) => custom).slice(0, mostCustomKinds)]
}

/** The rows of a list, of one namespace or of all, that some view holds open. */
function openRows(
  cluster: OpenCluster,
  info: ResourceInfo,
  namespace?: string,
): Named[] | undefined {
  const { group, version, resource } = info
  const key = JSON.stringify([group, version, resource, namespace, undefined, undefined])
  const feed = cluster.feeds.get(key)
  if (!feed?.synced) return undefined
  return [...feed.rows.values()].map(row => ({
    name: row.name,
    row,
    ...(row.namespace && { namespace: row.namespace }),
  }))
}

async function listNames(cluster: OpenCluster, path: string): Promise<Named[]> {
  const response = await cluster.connection.transport.request({
    method: 'GET',
    path,
    query: { limit: String(mostOfKind) },
    headers: {
      accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json',
    },
    signal: new AbortController().signal,
  })
  const answer = await response.json<Untyped>()
  return list(answer['items']).map(item => {
    const { name, namespace } = object(item['metadata'])
    return { name: text(name), ...(namespace ? { namespace: text(namespace) } : {}) }
  })
}

/** Every word must be in the name, or be what the kind is called; a name that begins with what was typed comes first. */
function scoreOf(name: string, info: ResourceInfo, words: readonly string[]): number | undefined {
  const kindNames = [info.kind.toLowerCase(), info.resource, ...info.shortNames]
  const ofName = words.filter(word => name.includes(word))
  const isFound = words.every(word => name.includes(word) || kindNames.includes(word))
  if (!isFound || !ofName.length) return undefined
  const [first = ''] = ofName
  return name === first ? 3 : name.startsWith(first) ? 2 : 1
}

const foundOf = ({ name, namespace, row }: Named, info: ResourceInfo): Found => ({
  resource: { group: info.group, version: info.version, resource: info.resource },
  kind: info.kind,
  name,
  ...(namespace ? { namespace } : {}),
  ...(row?.status ? { status: row.status } : {}),
  ...(row?.held ? { held: true } : {}),
})
