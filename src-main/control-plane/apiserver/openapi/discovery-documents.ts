import { documentOf } from './document.ts'
import type { DescriptionOf } from './field-descriptions.ts'
import { addMetaKind } from './kind-schemas.ts'
import { type OperationPlace, operationId, tagOf } from './operation-ids.ts'
import { answers } from './responses.ts'
import { type Schema, SchemaCollection } from './schemas.ts'

/** A path that tells what is served, as OpenAPI describes it. */
interface Discovery {
  /** With a slash at its end. */
  path: string
  description: string
  /** The operation's id behind the place. */
  idRest: string
  place: OperationPlace
  /** The tag, where there is no place to name it. */
  tag?: string
  /** The kind of `meta.k8s.io/v1` that is answered. */
  kind: string
}

/** The item of a path of discovery, by that path. */
export function discoveryItem(
  { path, description, idRest, place, tag, kind }: Discovery,
  collection: SchemaCollection,
): Record<string, Schema> {
  const operation = {
    tags: [tag ?? tagOf(place)],
    description,
    operationId: operationId('get', place, idRest),
    responses: answers({ 200: addMetaKind(collection, kind) }),
  }
  return { [path]: { get: operation } }
}

/** The documents of `/api`, `/apis` and the groups below, by their paths in the index. */
export function discoveryDocuments(
  groups: readonly string[],
  descriptionOf: DescriptionOf,
): [path: string, make: () => Schema][] {
  const versions = 'get available API versions'
  const all: Discovery[] = [
    {
      ...{ path: '/api/', description: versions, idRest: 'APIVersions' },
      ...{ place: { group: '' }, kind: 'APIVersions' },
    },
    {
      ...{ path: '/apis/', description: versions, idRest: 'APIVersions' },
      ...{ place: {}, tag: 'apis', kind: 'APIGroupList' },
    },
    ...groups.map(group => ({
      ...{ path: `/apis/${group}/`, description: 'get information of a group' },
      ...{ idRest: 'APIGroup', place: { group }, kind: 'APIGroup' },
    })),
  ]
  return all.map(one => [one.path.slice(1, -1), () => discoveryDocument(one, descriptionOf)])
}

function discoveryDocument(discovery: Discovery, descriptionOf: DescriptionOf): Schema {
  const collection = new SchemaCollection(descriptionOf)
  const paths = discoveryItem(discovery, collection)
  return documentOf(paths, collection.schemas)
}
