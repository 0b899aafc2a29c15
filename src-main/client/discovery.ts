import type { APIGroupList, APIResourceList, APIVersions } from '#kubernetes/api/meta-v1.ts'
import { parseApiVersion } from '#kubernetes/objects.ts'
import { isNotFound } from '#kubernetes/status-error.ts'
import type { ResourceType } from './resource-types.ts'
import type { Client } from './rest.ts'

/** A resource that a server serves. */
export interface DiscoveredResource extends ResourceType {
  verbs: string[]
  shortNames: string[]
  /** Whether this is the version that its group prefers. */
  preferred: boolean
}

/** What a server serves; `failures` are the group versions that couldn't be asked, such as an aggregated one that is down. */
export interface Discovery {
  resources: DiscoveredResource[]
  failures: { groupVersion: string; error: unknown }[]
}

/** The parts of aggregated discovery (apidiscovery.k8s.io/v2) that are read here. */
interface AggregatedList {
  kind?: string
  items?: {
    metadata?: { name?: string }
    versions?: {
      version: string
      freshness?: string
      resources?: {
        resource: string
        responseKind?: { kind?: string } | null
        scope: string
        verbs?: string[]
        shortNames?: string[]
      }[]
    }[]
  }[]
}

const aggregatedAccept =
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json'

/**
 * Asks a server for everything it serves, subresources left out: two requests where it aggregates its discovery,
 * else one for each group version.
 */
export async function discover(client: Client, signal?: AbortSignal): Promise<Discovery> {
  const found: Discovery = { resources: [], failures: [] }
  const ask = <T>(path: string, accept = 'application/json') =>
    client.raw<T>({ method: 'GET', path, headers: { accept }, ...(signal ? { signal } : {}) })
  const core = await ask<AggregatedList | APIVersions>('/api', aggregatedAccept)
  const groups = await ask<AggregatedList | APIGroupList>('/apis', aggregatedAccept)
  const legacy: { groupVersion: string; path: string; preferred: boolean }[] = []
  if (isAggregated(core)) addAggregated(found, core)
  else {
    for (const version of (core as APIVersions).versions) {
      legacy.push({ groupVersion: version, path: `/api/${version}`, preferred: true })
    }
  }
  if (isAggregated(groups)) addAggregated(found, groups)
  else {
    for (const group of (groups as APIGroupList).groups) {
      for (const { groupVersion } of group.versions) {
        const preferred = groupVersion === group.preferredVersion?.groupVersion
        legacy.push({ groupVersion, path: `/apis/${groupVersion}`, preferred })
      }
    }
  }
  await Promise.all(
    legacy.map(async ({ groupVersion, path, preferred }) => {
      try {
        addLegacy(found, groupVersion, preferred, await ask<APIResourceList>(path))
      } catch (error) {
        if (!isNotFound(error)) found.failures.push({ groupVersion, error })
      }
    }),
  )
  return found
}

const isAggregated = (list: { kind?: string }): list is AggregatedList =>
  list.kind === 'APIGroupDiscoveryList'

function addAggregated(found: Discovery, list: AggregatedList): void {
  for (const { metadata, versions = [] } of list.items ?? []) {
    const group = metadata?.name ?? ''
    for (const [index, { version, freshness, resources = [] }] of versions.entries()) {
      if (freshness === 'Stale') {
        const groupVersion = group ? `${group}/${version}` : version
        found.failures.push({ groupVersion, error: new Error(`${groupVersion}: stale`) })
      }
      for (const resource of resources) {
        found.resources.push({
          group,
          version,
          resource: resource.resource,
          kind: resource.responseKind?.kind ?? '',
          namespaced: resource.scope === 'Namespaced',
          verbs: resource.verbs ?? [],
          shortNames: resource.shortNames ?? [],
          preferred: index === 0,
        })
      }
    }
  }
}

function addLegacy(
  found: Discovery,
  groupVersion: string,
  preferred: boolean,
  list: APIResourceList,
): void {
  for (const resource of list.resources) {
    if (resource.name.includes('/')) continue
    found.resources.push({
      ...parseApiVersion(groupVersion),
      resource: resource.name,
      kind: resource.kind,
      namespaced: resource.namespaced,
      verbs: resource.verbs,
      shortNames: resource.shortNames ?? [],
      preferred,
    })
  }
}
