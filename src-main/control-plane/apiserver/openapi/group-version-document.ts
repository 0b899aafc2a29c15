import type { GroupVersionKind } from '#kubernetes/objects.ts'
import { discoveryItem } from './discovery-documents.ts'
import { documentOf } from './document.ts'
import type { DescriptionOf } from './field-descriptions.ts'
import {
  addCustomKind,
  addCustomList,
  addKind,
  addMetaKind,
  addPatch,
  addSharedKind,
} from './kind-schemas.ts'
import type { OperationContext } from './operation-context.ts'
import { resourceItems, subresourceItems } from './operations.ts'
import { type Schema, SchemaCollection } from './schemas.ts'

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
  /** A delete is answered with the object, not with a Status. */
  answersDeleted?: true
  /** The schema of a kind that isn't built in; its `metadata` is filled in here. */
  schema?: Schema
}

/** `apis/apps/v1` or `api/v1`. */
export const pathOf = ({ group, version }: OpenApiGroupVersion): string =>
  group ? `apis/${group}/${version}` : `api/${version}`

/** Whether the group-version is built in: there are kinds without a schema of their own. */
export const isBuiltIn = ({ resources }: OpenApiGroupVersion): boolean =>
  resources.some(({ schema }) => !schema)

/** One group-version's document as data. */
export function groupVersionDocument(
  groupVersion: OpenApiGroupVersion,
  descriptionOf: DescriptionOf,
): Schema {
  const collection = new SchemaCollection(descriptionOf)
  const paths = Object.assign(
    isBuiltIn(groupVersion) ? resourceListItem(groupVersion, collection) : {},
    ...groupVersion.resources.map(resource =>
      itemsOf({ resource, groupVersion, collection, descriptionOf }),
    ),
  ) as Record<string, Schema>
  return documentOf(paths, collection.schemas)
}

const resourceListItem = (groupVersion: OpenApiGroupVersion, collection: SchemaCollection) =>
  discoveryItem(
    {
      path: `/${pathOf(groupVersion)}/`,
      description: 'get available resources',
      idRest: 'APIResources',
      place: groupVersion,
      kind: 'APIResourceList',
    },
    collection,
  )

interface Described {
  resource: OpenApiResource
  groupVersion: OpenApiGroupVersion
  collection: SchemaCollection
  descriptionOf: DescriptionOf
}

function itemsOf(described: Described): Record<string, Schema> {
  const { resource, groupVersion } = described
  const { group, version } = groupVersion
  const context = contextOf(described, { group, version, kind: resource.kind })
  const subresources = resource.subresources.map(({ name, verbs, ...kind }) => {
    const own = kind.kind === resource.kind ? context : contextOf(described, kind)
    return subresourceItems({ ...own, verbs }, name)
  })
  return Object.assign(resourceItems(context), ...subresources)
}

function contextOf(described: Described, kind: GroupVersionKind): OperationContext {
  const { resource, groupVersion, collection, descriptionOf } = described
  const { group, version } = groupVersion
  const { verbs, plural, namespaced } = resource
  const isCustom = resource.schema !== undefined
  const status = addMetaKind(collection, 'Status')
  const addShared = isCustom ? addMetaKind : addSharedKind
  const { object, list } = schemasOf(described, kind)
  return {
    place: { group, version },
    root: `/${pathOf(groupVersion)}`,
    ...{ plural, owner: resource.kind, kind, namespaced, verbs, isCustom, descriptionOf },
    ...{ object, list, status, deleted: resource.answersDeleted ? object : status },
    watchEvent:
      verbs.includes('watch') && !isCustom ? addShared(collection, 'WatchEvent') : undefined,
    deleteOptions: addShared(collection, 'DeleteOptions'),
    patch: addPatch(collection),
  }
}

/** References to a kind and to its lists, which are added. */
function schemasOf({ resource, collection }: Described, kind: GroupVersionKind) {
  const { listKind = `${kind.kind}List`, verbs } = resource
  const custom = kind.kind === resource.kind ? resource.schema : undefined
  const isListed = verbs.includes('list') && kind.kind === resource.kind
  if (!custom) {
    const object = addKind(collection, kind)
    return { object, list: isListed ? addKind(collection, { ...kind, kind: listKind }) : undefined }
  }
  const object = addCustomKind(collection, kind, custom)
  return { object, list: isListed ? addCustomList(collection, kind, listKind) : undefined }
}
