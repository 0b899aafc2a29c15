import { describe, expect, test } from 'vitest'
import type { FactServer } from './fact-server.ts'
import { apiVersionOf, type ResourceFact, rootOf } from './facts-table.ts'
import type { Tally } from './tally.ts'

/** Holds `resources.tsv` against the server's discovery, in both of its forms. */
export function discoveryFacts(server: () => FactServer, tally: Tally): void {
  describe('discovery', () => {
    test('lists every resource and subresource with its names, scope and verbs', async () => {
      const { api, served } = server()
      const found: Entries = {}
      for (const root of new Set(served.map(rootOf))) {
        const { groupVersion, resources } = await api.get(root)
        for (const { name, verbs, ...rest } of resources as LegacyEntry[])
          found[`${groupVersion}/${name}`] = { ...rest, verbs: verbs.toSorted() }
      }
      const expected = Object.assign({}, ...served.map(legacyEntries))
      expect(ofKinds(found, served)).toEqual(expected)
      tally.count('resources', Object.keys(expected).length)
    })

    test('says the same in its aggregated form', async () => {
      const { api, served } = server()
      const found: Entries = {}
      for (const path of ['/api', '/apis'])
        for (const { metadata, versions } of (await api.get(path, { accept: aggregated })).items)
          for (const { version, resources } of versions)
            for (const entry of resources as AggregatedEntry[]) {
              const apiVersion = apiVersionOf({ group: metadata.name ?? '', version })
              found[`${apiVersion}/${entry.resource}`] = inOrder(entry)
            }
      const expected = served.map(fact => [nameOf(fact), inOrder(aggregatedEntry(fact))] as const)
      expect(ofKinds(found, served)).toEqual(Object.fromEntries(expected))
    })
  })
}

const aggregated = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'

/** What discovery says, by `apps/v1/deployments/scale`. */
type Entries = Record<string, object>
type LegacyEntry = { name: string; verbs: string[] }
interface AggregatedEntry {
  resource: string
  verbs: string[]
  subresources?: { subresource: string; verbs: string[] }[]
}

const nameOf = (resource: ResourceFact) => `${apiVersionOf(resource)}/${resource.resource}`

/** The entries of these kinds and of their subresources. */
function ofKinds(entries: Entries, kinds: readonly ResourceFact[]): Entries {
  const names = kinds.map(nameOf)
  const isOwn = (entry: string) =>
    names.some(name => entry === name || entry.startsWith(`${name}/`))
  return Object.fromEntries(Object.entries(entries).filter(([name]) => isOwn(name)))
}

interface SubresourceFact {
  name: string
  group: string
  version: string
  kind: string
  verbs: string[]
  isForeign: boolean
}

/** `scale(autoscaling/v1/Scale):get,patch,update` or `status(Pod):get`. */
function subresourcesOf({ subresources, ...owner }: ResourceFact): SubresourceFact[] {
  return subresources.map(text => {
    const [, name = '', type = '', verbs = ''] = /^(.*)\((.*)\):(.*)$/.exec(text) ?? []
    const [kind = '', version, group] = type.split('/').toReversed()
    return {
      name,
      group: group ?? owner.group,
      version: version ?? owner.version,
      kind,
      verbs: verbs.split(',').toSorted(),
      isForeign: version !== undefined,
    }
  })
}

function legacyEntries(resource: ResourceFact): Entries {
  const { singular, namespaced, kind, verbs, storageVersionHash } = resource
  const name = nameOf(resource)
  const parts = subresourcesOf(resource).map(part => [
    `${name}/${part.name}`,
    {
      singularName: '',
      namespaced,
      ...(part.isForeign ? { group: part.group, version: part.version } : {}),
      kind: part.kind,
      verbs: part.verbs,
    },
  ])
  return {
    [name]: {
      singularName: singular,
      namespaced,
      kind,
      verbs: verbs.toSorted(),
      ...namesOf(resource),
      ...(storageVersionHash ? { storageVersionHash } : {}),
    },
    ...Object.fromEntries(parts),
  }
}

function aggregatedEntry(resource: ResourceFact): AggregatedEntry {
  const { group, version, kind, namespaced, singular, verbs } = resource
  const parts = subresourcesOf(resource).map(part => ({
    subresource: part.name,
    responseKind: { group: part.group, version: part.version, kind: part.kind },
    verbs: part.verbs,
  }))
  return {
    resource: resource.resource,
    verbs,
    ...{ responseKind: { group, version, kind }, singularResource: singular },
    ...{ scope: namespaced ? 'Namespaced' : 'Cluster', ...namesOf(resource) },
    ...(parts.length ? { subresources: parts } : {}),
  }
}

const namesOf = ({ shortNames, categories }: ResourceFact) => ({
  ...(shortNames.length ? { shortNames } : {}),
  ...(categories.length ? { categories } : {}),
})

/** Verbs and subresources in one order. */
function inOrder({ verbs, subresources, ...rest }: AggregatedEntry): object {
  const parts = subresources
    ?.map(part => ({ ...part, verbs: part.verbs.toSorted() }))
    .toSorted((a, b) => (a.subresource < b.subresource ? -1 : 1))
  return { ...rest, verbs: verbs.toSorted(), ...(parts ? { subresources: parts } : {}) }
}
