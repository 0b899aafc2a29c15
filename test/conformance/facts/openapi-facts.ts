import { describe, expect, test } from 'vitest'
import type { FactServer } from './fact-server.ts'
import {
  apiVersionOf,
  type FieldFact,
  flatMembers,
  isTypeMeta,
  rootOf,
  type StructFact,
  structs,
} from './facts-table.ts'
import { reachableStructs } from './reachable.ts'
import type { Tally } from './tally.ts'

const gvk = 'x-kubernetes-group-version-kind'
/** How many versions the document of Kubernetes 1.35 lists, and some of those that it serves none of. */
const registeredVersions = 62
const unserved = [
  'admission.k8s.io/v1',
  'apps/v1beta2',
  'extensions/v1beta1',
  'resource.k8s.io/v1alpha3',
]

/** Holds names, types, merge keys, list types, required fields, enums and defaults of `fields.tsv` against OpenAPI. */
export function openApiFacts(server: () => FactServer, tally: Tally): void {
  describe('OpenAPI', () => {
    test('v2 has every field with its type and how it merges', async () => {
      const { api, served } = server()
      const { definitions } = await api.get('/openapi/v2')
      const { referred, all } = reachableStructs(served)
      expect(Object.fromEntries(differencesOf(referred, definitions))).toEqual({})
      tally.count('fields', rowsOf([...all]), ...unreachable(all))
    })

    test('v3 has every field with its type and how it merges', async () => {
      const { api, served } = server()
      for (const [root, kinds] of Map.groupBy(served, rootOf)) {
        const { components } = await api.get(`/openapi/v3${root}`)
        const { referred } = reachableStructs(kinds)
        const differences = differencesOf(referred, components.schemas)
        expect(Object.fromEntries(differences), root).toEqual({})
      }
    })

    test('v2 and v3 have DeleteOptions and WatchEvent in every version of every group', async () => {
      const { api, served } = server()
      const { definitions } = await api.get('/openapi/v2')
      const { components } = await api.get('/openapi/v3/api/v1')
      for (const kind of ['DeleteOptions', 'WatchEvent']) {
        const name = definitionName(`meta.k8s.io/v1.${kind}`)
        const kinds = definitions[name][gvk]
        expect(components.schemas[name][gvk], kind).toEqual(kinds)
        expect(kinds).toHaveLength(registeredVersions)
        expect(new Set(kinds.map((one: { kind: string }) => one.kind))).toEqual(new Set([kind]))
        const versions = kinds.map(apiVersionOf)
        expect(versions).toEqual(expect.arrayContaining(served.map(apiVersionOf)))
        expect(versions).toEqual(expect.arrayContaining([...unserved]))
      }
    })

    test('v3 gives every kind its group, version and kind', async () => {
      const { api, served } = server()
      for (const [root, kinds] of Map.groupBy(served, rootOf)) {
        const { components } = await api.get(`/openapi/v3${root}`)
        for (const { group, version, kind } of kinds) {
          const schema = components.schemas[definitionName(`${group || 'core'}/${version}.${kind}`)]
          expect(schema[gvk], `${apiVersionOf({ group, version })} ${kind}`).toEqual([
            { group, version, kind },
          ])
        }
      }
    })
  })
}

const rowsOf = (names: readonly string[]) =>
  names.reduce((sum, name) => sum + (structs.get(name)?.members.length ?? 0), 0)

function unreachable(known: ReadonlySet<string>): string[] {
  const others = [...structs.keys()].filter(name => !known.has(name))
  return [`${rowsOf(others)} of ${others.length} structs that no served body holds`]
}

type Schema = Record<string, unknown> & {
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  additionalProperties?: Schema
  allOf?: Schema[]
}

function* differencesOf(
  names: Iterable<string>,
  schemas: Record<string, Schema>,
): Generator<[name: string, difference: unknown]> {
  for (const name of names) {
    const struct = structs.get(name)
    if (!struct || isScalar(struct)) continue
    const schema = schemas[definitionName(name)]
    if (!schema) {
      yield [name, 'is not there']
      continue
    }
    const expected = expectedSchema(struct)
    const actual = observedSchema(schema)
    for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)]))
      if (JSON.stringify(expected[key]) !== JSON.stringify(actual[key]))
        yield [`${name}.${key}`, { expected: expected[key], actual: actual[key] }]
  }
}

/** Structs with a JSON form of their own. */
const isScalar = ({ name }: StructFact) =>
  /\.(Time|MicroTime|Duration|FieldsV1|Timestamp|JSONSchemaPropsOr\w+)$/.test(name)

const packages: Record<string, string> = {
  'meta.k8s.io': 'io.k8s.apimachinery.pkg.apis.meta',
  'apiextensions.k8s.io': 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions',
  'apiregistration.k8s.io': 'io.k8s.kube-aggregator.pkg.apis.apiregistration',
}

/** `io.k8s.api.rbac.v1.Role` for `rbac.authorization.k8s.io/v1.Role`. */
function definitionName(name: string): string {
  const [, group = '', version = '', type = ''] = /^(.*)\/(.*?)\.(.*)$/.exec(name) ?? []
  return `${packages[group] ?? `io.k8s.api.${group.split('.')[0]}`}.${version}.${type}`
}

/** What is compared of a struct: each field's line, what is required, and whether it is owned as a whole. */
function expectedSchema(struct: StructFact): Record<string, unknown> {
  const members = flatMembers(struct)
  const typeMeta = struct.members.some(isTypeMeta) ? ['apiVersion', 'kind'] : []
  return {
    ...Object.fromEntries(typeMeta.map(name => [name, ['string']])),
    ...Object.fromEntries(members.map(member => [member.json, expectedLine(member)])),
    '(required)': members
      .filter(({ required }) => required)
      .map(({ json }) => json)
      .toSorted(),
    '(atomic)': struct.atomic,
  }
}

function expectedLine(field: FieldFact): unknown[] {
  const { patchStrategy, patchMergeKey, listType, listMapKeys, structType } = field
  return [
    expectedType(field, field.type),
    ...labelled('patch', patchStrategy),
    ...labelled('key', patchMergeKey),
    ...labelled('list', listType),
    ...labelled('keys', listMapKeys.join(',')),
    ...labelled('map', structType),
    ...labelled('enum', field.enum.toSorted().join('|')),
  ]
}

function observedSchema(schema: Schema): Record<string, unknown> {
  const fields = Object.entries(schema.properties ?? {})
  return {
    ...Object.fromEntries(fields.map(([name, property]) => [name, observedLine(property)])),
    '(required)': (schema.required ?? []).toSorted(),
    '(atomic)': schema['x-kubernetes-map-type'] === 'atomic',
  }
}

function observedLine(property: Schema): unknown[] {
  const text = (key: string) => String(property[`x-kubernetes-${key}`] ?? '')
  return [
    observedType(property),
    ...labelled('patch', text('patch-strategy')),
    ...labelled('key', text('patch-merge-key')),
    ...labelled('list', text('list-type')),
    ...labelled('keys', text('list-map-keys')),
    ...labelled('map', text('map-type')),
    ...labelled('enum', enumOf(property)),
  ]
}

const labelled = (label: string, text: string) => (text ? [`${label}=${text}`] : [])

function enumOf({ enum: values, items, additionalProperties }: Schema): string {
  const inner = values ?? items?.['enum'] ?? additionalProperties?.['enum']
  return ((inner as string[] | undefined) ?? []).toSorted().join('|')
}

const named: Record<string, string> = {
  'string:quantity': 'io.k8s.apimachinery.pkg.api.resource.Quantity',
  'string:date-time': 'io.k8s.apimachinery.pkg.apis.meta.v1.Time',
  'string:date-time-micro': 'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime',
  'int-or-string': 'io.k8s.apimachinery.pkg.util.intstr.IntOrString',
  'object:raw': 'io.k8s.apimachinery.pkg.runtime.RawExtension',
  any: 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON',
  'object|boolean':
    'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool',
  'object|array': 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray',
  'object|array<string>':
    'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray',
}

/** `array<map<string>>`, `integer int32`, or a definition's name. */
function expectedType(field: FieldFact, type: string): string {
  const list = /^(array|map)<(.*)>$/.exec(type)
  if (list) return `${list[1]}<${expectedType(field, list[2] ?? '')}>`
  if (type === 'object:raw' && field.json === 'fieldsV1')
    return 'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1'
  if (type === 'integer') return `integer ${/int(32|64)/.exec(field.protobufType)?.[0] ?? '?'}`
  if (type === 'number') return 'number double'
  if (type === 'string:byte') return 'string byte'
  if (named[type]) return named[type]
  return type === 'object' && field.struct ? definitionName(field.struct) : type
}

function observedType(schema: Schema): string {
  const reference = schema['$ref'] ?? schema.allOf?.[0]?.['$ref']
  if (typeof reference === 'string') return reference.split('/').at(-1) ?? ''
  if (schema.items) return `array<${observedType(schema.items)}>`
  if (schema.additionalProperties) return `map<${observedType(schema.additionalProperties)}>`
  return [schema['type'], schema['format']].filter(Boolean).join(' ')
}
