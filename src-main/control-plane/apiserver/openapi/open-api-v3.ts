import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { GroupVersionKind } from '#kubernetes/objects.ts'
import { findObjectType } from '#kubernetes/schema/find-object-type.ts'
import { version as release } from '../version.ts'
import { type DescriptionOf, loadDescriptions } from './field-descriptions.ts'
import type { OperationContext } from './operation-context.ts'
import { pathItems } from './operations.ts'
import { reference, type Schema, SchemaCollection } from './schemas.ts'

/** A group-version as it is described. */
export interface OpenApiGroupVersion {
  /** Empty for the core group. */
  group: string
  version: string
  resources: readonly OpenApiResource[]
}

/** A resource as it is described. */
export interface OpenApiResource {
  plural: string
  kind: string
  namespaced: boolean
  /** The kind of its lists, where it isn't the kind and `List`. */
  listKind?: string
  verbs: readonly string[]
  subresources: readonly (GroupVersionKind & { name: string; verbs: readonly string[] })[]
  /** The schema of a kind that isn't built in; its `metadata` is filled in here. */
  schema?: Schema
}

/** A document, made at first use and kept as bytes. */
export interface OpenApiDocument {
  /** In upper-case hexadecimal: the `hash` of its URL and its ETag. */
  readonly hash: string
  json(): Buffer
  gzip(): Promise<Buffer>
}

/** OpenAPI v3 of everything that is served. */
export interface OpenApiV3 {
  /** What `/openapi/v3` answers. */
  readonly index: { paths: Record<string, { serverRelativeURL: string }> }
  /** By path as in the index, such as `apis/apps/v1` or `api/v1`. */
  document(path: string): OpenApiDocument | undefined
}

/**
 * Describes group-versions in OpenAPI v3, one document each. Nothing is built before it is asked for; what didn't change
 * is taken from `before`.
 */
export function openApiV3(
  groupVersions: readonly OpenApiGroupVersion[],
  descriptionOf: DescriptionOf = loadDescriptions(),
  before?: OpenApiV3,
): OpenApiV3 {
  const documents = new Map(
    groupVersions.map(one => {
      const path = pathOf(one)
      const known = before?.document(path)
      const document = lazyDocument(one, descriptionOf)
      return [path, known?.hash === document.hash ? known : document] as const
    }),
  )
  const paths = [...documents].map(([path, { hash }]) => [
    path,
    { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` },
  ])
  return {
    index: { paths: Object.fromEntries(paths) },
    document: path => documents.get(path),
  }
}

const pathOf = ({ group, version }: OpenApiGroupVersion) =>
  group ? `apis/${group}/${version}` : `api/${version}`

/** The hash is of what the document is made from, so that the index needs no document. */
function lazyDocument(
  groupVersion: OpenApiGroupVersion,
  descriptionOf: DescriptionOf,
): OpenApiDocument {
  let json: Buffer | undefined
  let zipped: Promise<Buffer> | undefined
  const source = [release.gitVersion, descriptionOf('io.k8s.api.core.v1.Pod') ?? '', groupVersion]
  return {
    hash: createHash('sha256').update(JSON.stringify(source)).digest('hex').toUpperCase(),
    json() {
      json ??= Buffer.from(JSON.stringify(documentOf(groupVersion, descriptionOf)))
      return json
    },
    gzip() {
      zipped ??= promisify(gzip)(this.json())
      return zipped
    },
  }
}

/** One group-version's document as data. */
export function documentOf(
  groupVersion: OpenApiGroupVersion,
  descriptionOf: DescriptionOf,
): Schema {
  const { group, version, resources } = groupVersion
  const collection = new SchemaCollection(descriptionOf)
  const base = `/${pathOf(groupVersion)}`
  const paths = Object.assign(
    { [`${base}/`]: resourceListItem(groupVersion, collection) },
    ...resources.map(resource => itemsOf(resource, { group, version, base, collection })),
  ) as Record<string, Schema>
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: release.gitVersion },
    paths,
    components: {
      schemas: Object.fromEntries(
        Object.entries(collection.schemas).sort(([a], [b]) => (a < b ? -1 : 1)),
      ),
      securitySchemes: {
        BearerToken: {
          type: 'apiKey',
          description: 'Bearer Token authentication',
          name: 'authorization',
          in: 'header',
        },
      },
    },
  }
}

interface Place {
  group: string
  version: string
  base: string
  collection: SchemaCollection
}

function itemsOf(resource: OpenApiResource, place: Place): Record<string, Schema> {
  const { plural, kind, verbs } = resource
  const own = { group: place.group, version: place.version, kind }
  const context = contextOf(resource, own, place)
  const subresources = resource.subresources.map(({ name, verbs, ...subKind }) => {
    const isOwn = subKind.kind === kind
    const of = isOwn ? context : contextOf(resource, subKind, place)
    return pathItems(of, place.base, plural, verbs, name)
  })
  return Object.assign(pathItems(context, place.base, plural, verbs), ...subresources)
}

function contextOf(
  resource: OpenApiResource,
  kind: GroupVersionKind,
  place: Place,
): OperationContext {
  const { collection, group, version } = place
  const custom = kind.kind === resource.kind ? resource.schema : undefined
  return {
    idPrefix: `${capital(group.split('.')[0] || 'core')}${capital(version)}`,
    tag: `${group.split('.')[0] || 'core'}_${version}`,
    kind,
    namespaced: resource.namespaced,
    object: custom ? addCustom(collection, kind, custom) : addKind(collection, kind),
    list: resource.verbs.includes('list')
      ? addList(collection, kind, custom, resource.listKind)
      : undefined,
    watchEvent: resource.verbs.includes('watch')
      ? addKind(collection, metaKind('WatchEvent'))
      : undefined,
    status: addKind(collection, metaKind('Status')),
    deleteOptions: addKind(collection, metaKind('DeleteOptions')),
    patch: collection.addSchema(`${meta}.Patch`, {
      description:
        'Patch is provided to give a concrete name and type to the Kubernetes PATCH request body.',
      type: 'object',
    }),
    strategic: !custom,
  }
}

const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1'
const metaKind = (kind: string) => ({ group: '', version: 'v1', kind })

function addKind(collection: SchemaCollection, kind: GroupVersionKind): Schema {
  const type = findObjectType(kind)
  if (!type) return collection.addSchema(`${meta}.Object`, { type: 'object' })
  return collection.add(type, [kind])
}

function addList(
  collection: SchemaCollection,
  { group, version, kind }: GroupVersionKind,
  custom?: Schema,
  listKind = `${kind}List`,
): Schema {
  const list = { group, version, kind: listKind }
  if (!custom) return addKind(collection, list)
  const items = { type: 'array', items: reference(customName({ group, version, kind })) }
  const listMeta = findObjectType({ group: '', version: 'v1', kind: 'PodList' })?.fields.get(
    'metadata',
  )?.type
  return collection.addSchema(customName(list), {
    description: `${listKind} is a list of ${kind}`,
    type: 'object',
    required: ['items'],
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      items,
      metadata: listMeta?.kind === 'object' ? { allOf: [collection.add(listMeta.type)] } : {},
    },
    'x-kubernetes-group-version-kind': [list],
  })
}

/** What every kind has is described as it is of any built-in one. */
function addCustom(collection: SchemaCollection, kind: GroupVersionKind, schema: Schema): Schema {
  const anyKind = findObjectType({ group: '', version: 'v1', kind: 'Pod' })
  const properties = (schema['properties'] ?? {}) as Schema
  const common = anyKind
    ? collection.fieldsOf(anyKind, ['apiVersion', 'kind', 'metadata'])
    : undefined
  return collection.addSchema(customName(kind), {
    ...schema,
    type: 'object',
    properties: { ...properties, ...common },
    'x-kubernetes-group-version-kind': [kind],
  })
}

/** `com.example.v1.Foo`: the group's labels reversed, as upstream names custom resources. */
const customName = ({ group, version, kind }: GroupVersionKind) =>
  [...group.split('.').reverse(), version, kind].join('.')

function resourceListItem(groupVersion: OpenApiGroupVersion, collection: SchemaCollection): Schema {
  const schema = addKind(collection, metaKind('APIResourceList'))
  const tag = `${groupVersion.group.split('.')[0] || 'core'}_${groupVersion.version}`
  return {
    get: {
      tags: [tag],
      description: 'get available resources',
      operationId: `get${capital(groupVersion.group.split('.')[0] || 'core')}${capital(groupVersion.version)}APIResources`,
      responses: {
        200: { description: 'OK', content: { 'application/json': { schema } } },
        401: { description: 'Unauthorized' },
      },
    },
  }
}

const capital = (text: string) => text.replace(/^./, first => first.toUpperCase())
