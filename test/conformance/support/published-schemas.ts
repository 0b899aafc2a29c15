import { expect } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import type { ConformanceContext } from './context.ts'
import type { CustomDefinition } from './custom-definitions.ts'

/** A schema as OpenAPI documents show it. */
export interface PublishedSchema {
  type?: string
  description?: string
  required?: string[]
  properties?: Record<string, PublishedSchema>
  items?: PublishedSchema
  'x-kubernetes-preserve-unknown-fields'?: boolean
  'x-kubernetes-group-version-kind'?: { group: string; version: string; kind: string }[]
}

/** The definitions of a group's kind by version: all that `/openapi/v2` names. */
export async function publishedV2(
  { raw }: ConformanceContext,
  { spec }: CustomDefinition,
): Promise<Record<string, PublishedSchema>> {
  const { definitions } = (await raw('GET', '/openapi/v2')).json as {
    definitions: Record<string, PublishedSchema>
  }
  const found = Object.values(definitions).flatMap(definition =>
    (definition['x-kubernetes-group-version-kind'] ?? [])
      .filter(({ group, kind }) => group === spec.group && kind === spec.names.kind)
      .map(one => [one.version, definition] as const),
  )
  return Object.fromEntries(found)
}

/** What `/openapi/v3` names of a group's kind by version. */
export async function publishedV3(
  { raw }: ConformanceContext,
  { spec }: CustomDefinition,
): Promise<Record<string, PublishedSchema>> {
  const { paths } = (await raw('GET', '/openapi/v3')).json as {
    paths: Record<string, { serverRelativeURL: string }>
  }
  const found: Record<string, PublishedSchema> = {}
  for (const [path, { serverRelativeURL }] of Object.entries(paths)) {
    const [, served] = /^apis\/([^/]+\/[^/]+)$/.exec(path) ?? []
    const [group, name = ''] = served?.split('/') ?? []
    if (group !== spec.group) continue
    const { schemas } = (await raw('GET', serverRelativeURL)).json.components as {
      schemas: Record<string, PublishedSchema>
    }
    const [schema] = Object.values(schemas).filter(one =>
      one['x-kubernetes-group-version-kind']?.some(({ kind }) => kind === spec.names.kind),
    )
    if (schema) found[name] = schema
  }
  return found
}

/** Waits until both documents name exactly these versions of a definition's kind. */
export async function expectPublished(
  context: ConformanceContext,
  definition: CustomDefinition,
  versions: string[],
): Promise<void> {
  for (const published of [publishedV2, publishedV3]) {
    await eventually(
      async () => {
        const found = await published(context, definition)
        expect(Object.keys(found).toSorted(), published.name).toEqual(versions.toSorted())
      },
      { everyMs: 300 },
    )
  }
}
