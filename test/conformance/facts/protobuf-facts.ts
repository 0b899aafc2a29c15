import { describe, expect, test } from 'vitest'
import { decodeProtobuf, encodeProtobuf } from '#control-plane/apiserver/codec/protobuf.ts'
import { resources as definitions } from '#control-plane/resources/index.ts'
import type { Revision } from '#control-plane/storage/store.ts'
import { sampleObject } from '../../support/sample-objects.ts'
import type { FactServer } from './fact-server.ts'
import { apiVersionOf, type ResourceFact, resources, rootOf, structs } from './facts-table.ts'
import { type Flavour, fillStruct } from './fill-struct.ts'
import { carried, decodeByFacts, encodeByFacts } from './protobuf-by-facts.ts'
import type { Tally } from './tally.ts'

/** Holds the protobuf numbers and wire types of `fields.tsv` against the codec, and against the server. */
export function protobufFacts(server: () => FactServer, tally: Tally): void {
  describe.each<Flavour>(['first', 'second'])(
    'protobuf, every field of a kind filled (with the %s of two types)',
    flavour => {
      test('is read by its numbers', () => {
        const asserted = new Set<string>()
        for (const { struct, apiVersion, kind } of kinds()) {
          const object = { apiVersion, kind, ...fillStruct(struct, flavour) }
          expect(decodeProtobuf(encodeByFacts(struct, object)), struct).toEqual(object)
          count(struct, asserted)
        }
        if (flavour === 'first') tally.count('protobuf numbers', rowsOf(asserted))
      })

      test('is written by its numbers', () => {
        for (const { struct, apiVersion, kind } of kinds()) {
          const object = { apiVersion, kind, ...fillStruct(struct, flavour) }
          expect(decodeByFacts(struct, encodeProtobuf(object)), struct).toEqual(object)
        }
      })

      test('is what the server answers for an object as JSON has it', async () => {
        const { api, cluster, served } = server()
        for (const resource of served.filter(isKept)) {
          const object = planted(resource, flavour)
          const { key, path } = placeOf(resource, object.metadata)
          const revision = await cluster.store.put(key, Buffer.from(JSON.stringify(object)), none)
          const stored = {
            ...object,
            metadata: { ...object.metadata, resourceVersion: `${revision}` },
          }
          expect(await api.get(`${path}?resourceVersion=${revision}`), path).toEqual(stored)
          const { bytes } = await api.request('GET', path, { headers: { accept: protobuf } })
          expect(decodeByFacts(structName(resource), bytes), path).toEqual(stored)
          await cluster.store.delete(key, revision)
        }
      })
    },
  )

  test('an object that is written as protobuf is what it is as JSON', async () => {
    const { api, samples } = server()
    for (const [kind, { resource, list }] of samples) {
      const body = anotherSample(kind, resource)
      const headers = { 'content-type': protobuf, accept: 'application/json' }
      const answers = [
        await api.request('POST', `${list}?dryRun=All`, { body }),
        await api.request('POST', `${list}?dryRun=All`, {
          body: encodeByFacts(structName(resource), body),
          headers,
        }),
      ]
      const [asJson, asProtobuf] = answers.map(({ status, json }) => ({
        code: status,
        ...timeless(json),
      }))
      expect(asProtobuf, kind).toEqual(asJson)
      expect(asProtobuf?.code, JSON.stringify(asProtobuf)).toBe(201)
    }
  })
}

/** What a key's revision is before it is written. */
const none = 0 as Revision

const protobuf = 'application/vnd.kubernetes.protobuf'

const structName = ({ group, version, kind }: ResourceFact) =>
  `${group || 'core'}/${version}.${kind}`

/** Every stable kind, whether it is served or not: the codec knows them all. */
const kinds = () =>
  resources.map(resource => ({
    struct: structName(resource),
    apiVersion: apiVersionOf(resource),
    kind: resource.kind,
  }))

/** Adds a struct and what lies in it. */
function count(name: string, found: Set<string>): void {
  const struct = structs.get(name)
  if (!struct || found.has(name)) return
  found.add(name)
  for (const member of struct.members) count(member.struct, found)
}

const rowsOf = (names: ReadonlySet<string>) =>
  [...names].reduce((sum, name) => {
    const struct = structs.get(name)
    return sum + (struct ? carried(struct).length : 0)
  }, 0)

/** The definition of a kind that lies in the store as itself. */
const definitionOf = ({ group, version, resource }: ResourceFact) =>
  definitions.find(
    one =>
      one.group === group &&
      one.version === version &&
      one.plural === resource &&
      !one.storedAs &&
      !one.virtual,
  )

const isKept = (resource: ResourceFact) => definitionOf(resource) !== undefined

type Json = Record<string, unknown>

interface Metadata {
  name: string
  namespace?: string
}

/** An object as the store has it, with everything filled; it was never created. */
function planted(resource: ResourceFact, flavour: Flavour) {
  const { metadata, ...rest } = fillStruct(structName(resource), flavour)
  const { resourceVersion: _, namespace: __, selfLink: ___, ...kept } = metadata as Json
  const place: Metadata = {
    name: 'planted',
    ...(resource.namespaced ? { namespace: 'planted' } : {}),
  }
  return {
    kind: resource.kind,
    apiVersion: apiVersionOf(resource),
    metadata: { ...kept, ...place },
    ...rest,
  }
}

function placeOf(resource: ResourceFact, { name, namespace }: Metadata) {
  const prefix = definitionOf(resource)?.storagePrefix ?? ''
  const scope = namespace ? `/namespaces/${namespace}` : ''
  return {
    key: [prefix, namespace, name].filter(Boolean).join('/'),
    path: `${rootOf(resource)}${scope}/${resource.resource}/${name}`,
  }
}

/** A sample that isn't there yet. */
function anotherSample(kind: string, { namespaced }: ResourceFact): Json {
  const body = sampleObject(kind, {
    name: 'another',
    namespace: namespaced ? 'default' : undefined,
  })
  const text = JSON.stringify(body)
    .replaceAll(/(samples|remote)\.example\.com/g, '$1.others.example.com')
    .replaceAll('10.96.77.7', '10.96.77.8')
  return JSON.parse(text) as Json
}

/** An answer without what differs from one create to the next. */
function timeless(object: Json): Json {
  const text = JSON.stringify(object)
    .replaceAll(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, '"a time"')
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'a uid')
    .replaceAll(/10\.96\.\d+\.\d+/g, 'an address')
    .replaceAll(/kube-api-access-\w{5}/g, 'kube-api-access')
  return JSON.parse(text) as Json
}
