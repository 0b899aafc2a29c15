import type { Transport } from '#client/transport.ts'

/** A kind that a cluster serves. The core group is the empty string. */
export interface ServedResource {
  group: string
  version: string
  resource: string
  kind: string
  singular: string
  namespaced: boolean
  verbs: string[]
  shortNames: string[]
  categories: string[]
  subresources: string[]
}

interface ResourceDiscovery {
  resource: string
  responseKind?: { kind?: string }
  scope: string
  singularResource?: string
  verbs?: string[]
  shortNames?: string[]
  categories?: string[]
  subresources?: { subresource: string }[]
}
interface GroupDiscovery {
  metadata?: { name?: string }
  versions: { version: string; resources?: ResourceDiscovery[] }[]
}

const aggregatedAccept =
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,' +
  'application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json'

/**
 * Everything a cluster serves, each kind once in its preferred version, from aggregated discovery (two requests), or group
 * by group from servers older than 1.26. (https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api)
 */
export async function discover(
  transport: Transport,
  signal: AbortSignal,
): Promise<ServedResource[]> {
  const answers = await Promise.all(
    ['/api', '/apis'].map(path => get(transport, path, aggregatedAccept, signal)),
  )
  const groups: GroupDiscovery[] = []
  for (const answer of answers) {
    if (answer['kind'] === 'APIGroupDiscoveryList')
      groups.push(...(answer['items'] as GroupDiscovery[]))
    else groups.push(...(await legacyGroups(transport, answer, signal)))
  }
  return groups.flatMap(preferredResources)
}

async function get(
  transport: Transport,
  path: string,
  accept: string,
  signal: AbortSignal,
): Promise<Record<string, unknown>> {
  const response = await transport.request({ method: 'GET', path, headers: { accept }, signal })
  return response.json()
}

/** Versions come in order of preference: a kind is taken from the first that serves it. */
function preferredResources(group: GroupDiscovery): ServedResource[] {
  const found = new Map<string, ServedResource>()
  for (const { version, resources = [] } of group.versions) {
    for (const resource of resources) {
      if (found.has(resource.resource)) continue
      found.set(resource.resource, {
        group: group.metadata?.name ?? '',
        version,
        resource: resource.resource,
        kind: resource.responseKind?.kind ?? '',
        singular: resource.singularResource ?? '',
        namespaced: resource.scope === 'Namespaced',
        verbs: resource.verbs ?? [],
        shortNames: resource.shortNames ?? [],
        categories: resource.categories ?? [],
        subresources: (resource.subresources ?? []).map(({ subresource }) => subresource),
      })
    }
  }
  return [...found.values()]
}

interface LegacyResource {
  name: string
  kind: string
  singularName?: string
  namespaced: boolean
  verbs: string[]
  shortNames?: string[]
  categories?: string[]
}

async function legacyGroups(
  transport: Transport,
  answer: Record<string, unknown>,
  signal: AbortSignal,
): Promise<GroupDiscovery[]> {
  if (answer['kind'] === 'APIVersions') return [await legacyGroup(transport, '', ['v1'], signal)]
  const groups = (answer['groups'] ?? []) as {
    name: string
    versions: { version: string }[]
    preferredVersion?: { version: string }
  }[]
  return Promise.all(
    groups.map(({ name, versions, preferredVersion }) => {
      const rest = versions
        .map(({ version }) => version)
        .filter(version => version !== preferredVersion?.version)
      return legacyGroup(
        transport,
        name,
        [...(preferredVersion ? [preferredVersion.version] : []), ...rest],
        signal,
      )
    }),
  )
}

async function legacyGroup(
  transport: Transport,
  name: string,
  versions: string[],
  signal: AbortSignal,
): Promise<GroupDiscovery> {
  const found = await Promise.all(
    versions.map(async version => {
      const path = name ? `/apis/${name}/${version}` : `/api/${version}`
      // An aggregated API that is down must not hide everything else.
      const answer = await get(transport, path, 'application/json', signal).catch(() => ({
        resources: [],
      }))
      return {
        version,
        resources: legacyResources((answer['resources'] ?? []) as LegacyResource[]),
      }
    }),
  )
  return { metadata: { name }, versions: found }
}

function legacyResources(resources: LegacyResource[]): ResourceDiscovery[] {
  return resources
    .filter(({ name }) => !name.includes('/'))
    .map(resource => ({
      resource: resource.name,
      responseKind: { kind: resource.kind },
      scope: resource.namespaced ? 'Namespaced' : 'Cluster',
      singularResource: resource.singularName ?? '',
      verbs: resource.verbs,
      shortNames: resource.shortNames ?? [],
      categories: resource.categories ?? [],
      subresources: resources
        .filter(({ name }) => name.startsWith(`${resource.name}/`))
        .map(({ name }) => ({ subresource: name.slice(resource.name.length + 1) })),
    }))
}
