import { discoveryDocuments } from './discovery-documents.ts'
import { lazyDocument, type OpenApiDocument, once } from './document.ts'
import { type DescriptionOf, loadDescriptions } from './field-descriptions.ts'
import { writeGnosticV3 } from './gnostic-v3.ts'
import {
  groupVersionDocument,
  isBuiltIn,
  type OpenApiGroupVersion,
  pathOf,
} from './group-version-document.ts'
import type { Schema } from './schemas.ts'
import { serverDocuments } from './server-documents.ts'

/** OpenAPI v3 of everything that is served. */
export interface OpenApiV3 {
  /** What `/openapi/v3` answers. */
  readonly index: { paths: Record<string, { serverRelativeURL: string }> }
  /** By path as in the index, such as `apis/apps/v1`, `api/v1` or `version`. */
  document(path: string): OpenApiDocument | undefined
}

/** Texts don't change while the program runs. */
const descriptions = once(loadDescriptions)

/**
 * Describes what is served in OpenAPI v3: a document for each group-version, for each group and for what lies beside
 * them. Nothing is built before it is asked for; what didn't change is taken from `before`, which is not kept.
 */
export function openApiV3(
  groupVersions: readonly OpenApiGroupVersion[],
  descriptionOf: DescriptionOf = descriptions(),
  before?: OpenApiV3,
): OpenApiV3 {
  const documents = documentsOf(sourcesOf(groupVersions, descriptionOf), before)
  const paths = [...documents].map(([path, { hash }]) => [
    path,
    { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` },
  ])
  return {
    index: { paths: Object.fromEntries(paths) },
    document: path => documents.get(path),
  }
}

interface DocumentSource {
  path: string
  source: unknown
  make(): Schema
}

function sourcesOf(
  groupVersions: readonly OpenApiGroupVersion[],
  descriptionOf: DescriptionOf,
): DocumentSource[] {
  const texts = descriptionOf('io.k8s.api.core.v1.Pod') ?? ''
  const groups = [...new Set(groupVersions.filter(isBuiltIn).map(({ group }) => group))]
  return [
    ...groupVersions.map(one => ({
      path: pathOf(one),
      source: [texts, one],
      make: () => groupVersionDocument(one, descriptionOf),
    })),
    ...[...discoveryDocuments(groups.filter(Boolean), descriptionOf), ...serverDocuments].map(
      ([path, make]) => ({ path, source: [texts, path], make }),
    ),
  ]
}

/** A function of its own, so that nothing that lives on sees `before`: documents would keep all that ever were. */
function documentsOf(
  sources: readonly DocumentSource[],
  before: OpenApiV3 | undefined,
): Map<string, OpenApiDocument> {
  return new Map(
    sources.map(({ path, source, make }) => {
      const known = before?.document(path)
      const document = lazyDocument({ source, make, writeProtobuf: writeGnosticV3 })
      return [path, known?.hash === document.hash ? known : document]
    }),
  )
}
