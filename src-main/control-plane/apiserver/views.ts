import type { ResourceDefinition } from '#control-plane/resources/define-resource.ts'
import type { ListMeta, Table, TableRow } from '#kubernetes/api/meta-v1.ts'
import type { KubernetesObject } from '#kubernetes/objects.ts'
import type { CachedObject } from './cache/cached-object.ts'

/** The kind of a list of objects of a kind. */
export const listKindOf = ({ kind, listKind = `${kind}List` }: ResourceDefinition): string =>
  listKind

export interface TableOptions {
  /** Version of meta.k8s.io. */
  version: 'v1' | 'v1beta1'
  /** How much of each object comes with its row. */
  include: 'None' | 'Metadata' | 'Object'
  /** Milliseconds since the epoch, for ages. */
  now: number
}

/** Objects as the rows that `kubectl get` prints. */
export function tableOf(
  definition: ResourceDefinition,
  items: readonly CachedObject[],
  metadata: ListMeta,
  options: TableOptions,
): Table {
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${options.version}`,
    metadata,
    columnDefinitions: definition.columns.map(column => ({
      name: column.name,
      type: column.type,
      format: column.format ?? '',
      description: column.description ?? '',
      priority: column.priority ?? 0,
    })),
    rows: items.map(item => rowOf(definition, item, options)),
  }
}

function rowOf(
  definition: ResourceDefinition,
  item: CachedObject,
  options: TableOptions,
): TableRow {
  const { object } = item
  const cells = definition.columns.map(column => column.value(object, options.now))
  if (options.include === 'None') return { cells }
  const { whole } = item
  const shown = options.include === 'Object' ? whole : partialMetadata(whole, options.version)
  return { cells, object: shown as unknown as Record<string, unknown> }
}

/** Only an object's metadata. */
export function partialMetadata(
  { metadata }: Readonly<KubernetesObject>,
  version: string,
): KubernetesObject {
  return { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${version}`, metadata }
}

/** Only the metadata of a list's objects. */
export const partialMetadataList = (
  items: readonly CachedObject[],
  metadata: ListMeta,
  version: string,
): object => ({
  kind: 'PartialObjectMetadataList',
  apiVersion: `meta.k8s.io/${version}`,
  metadata,
  items: items.map(item => partialMetadata(item.whole, version)),
})
