import type { ResourceDefinition } from '#control-plane/resources/define-resource.ts'
import type { APIGroup, APIResource, APIResourceList } from '#kubernetes/api/meta-v1.ts'
import { apiVersionOf } from '#kubernetes/objects.ts'
import { compareVersions } from '#kubernetes/versions.ts'
import type { Catalog } from '../catalog.ts'
import { compareGroups } from './group-order.ts'
import { storageVersionHash, subresourcesOf, verbsOf } from './resource-list.ts'

export interface GroupVersions {
  name: string
  /** Preferred first. */
  versions: { name: string; definitions: ResourceDefinition[] }[]
}

/** Every served group with its versions and kinds, in discovery's order. */
export function groupsOf(catalog: Catalog): GroupVersions[] {
  const groups = new Map<string, Map<string, ResourceDefinition[]>>()
  for (const definition of catalog.all()) {
    const versions = groups.get(definition.group) ?? new Map<string, ResourceDefinition[]>()
    groups.set(definition.group, versions)
    versions.set(definition.version, [...(versions.get(definition.version) ?? []), definition])
  }
  return [...groups]
    .sort(([a], [b]) => compareGroups(a, b))
    .map(([name, versions]) => ({
      name,
      versions: [...versions]
        .sort(([a], [b]) => compareVersions(a, b))
        .map(([version, definitions]) => ({
          name: version,
          definitions: definitions.toSorted((a, b) => (a.plural < b.plural ? -1 : 1)),
        })),
    }))
}

/** One group as `/apis/GROUP` shows it. */
export function apiGroup({ name, versions }: GroupVersions): APIGroup {
  const shown = versions.map(({ name: version }) => ({
    groupVersion: apiVersionOf({ group: name, version }),
    version,
  }))
  return { name, versions: shown, ...(shown[0] ? { preferredVersion: shown[0] } : {}) }
}

/** What `/api/v1` and `/apis/GROUP/VERSION` show. */
export function apiResourceList(
  groupVersion: string,
  definitions: readonly ResourceDefinition[],
): APIResourceList {
  const resources = definitions.flatMap(definition => [
    apiResource(definition),
    ...subresourcesOf(definition).map(([name, subresource]) => {
      const { kind, group = '', version = 'v1', verbs } = subresource
      const isForeign = group !== definition.group || version !== definition.version
      return {
        name: `${definition.plural}/${name}`,
        singularName: '',
        namespaced: definition.namespaced,
        ...(isForeign ? { ...(group ? { group } : {}), version } : {}),
        kind,
        verbs,
      }
    }),
  ])
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources }
}

function apiResource(definition: ResourceDefinition): APIResource {
  const { plural, singular, namespaced, kind, shortNames, categories } = definition
  return {
    name: plural,
    singularName: singular,
    namespaced,
    kind,
    verbs: [...verbsOf(definition)],
    ...(shortNames ? { shortNames } : {}),
    ...(categories ? { categories } : {}),
    ...(definition.virtual ? {} : { storageVersionHash: storageVersionHash(definition) }),
  }
}

/** Groups as aggregated discovery shows them; the core group alone, or all others. */
export function aggregated(groups: readonly GroupVersions[], apiVersion: string): object {
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion,
    metadata: {},
    items: groups.map(({ name, versions }) => ({
      metadata: { ...(name ? { name } : {}), creationTimestamp: null },
      versions: versions.map(version => ({
        version: version.name,
        resources: version.definitions.map(aggregatedResource),
        freshness: 'Current',
      })),
    })),
  }
}

function aggregatedResource(definition: ResourceDefinition): object {
  const { plural, singular, namespaced, kind, group, version, shortNames, categories } = definition
  const subresources = subresourcesOf(definition).map(([name, subresource]) => ({
    subresource: name,
    responseKind: {
      group: subresource.group ?? '',
      version: subresource.version ?? 'v1',
      kind: subresource.kind,
    },
    verbs: subresource.verbs,
  }))
  return {
    resource: plural,
    responseKind: { group, version, kind },
    scope: namespaced ? 'Namespaced' : 'Cluster',
    singularResource: singular,
    verbs: verbsOf(definition),
    ...(shortNames ? { shortNames } : {}),
    ...(categories ? { categories } : {}),
    ...(subresources.length ? { subresources } : {}),
  }
}
