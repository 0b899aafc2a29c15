import type { Client } from '#client/rest.ts'
import type { JSONSchemaProps } from '#kubernetes/api/apiextensions-v1.ts'
import { apiVersionOf, type GroupVersionKind } from '#kubernetes/objects.ts'

/** A schema as OpenAPI v3 publishes it: parts of it stand elsewhere in the document. */
interface PublishedSchema extends JSONSchemaProps {
  'x-kubernetes-group-version-kind'?: GroupVersionKind[]
}

interface Document {
  components?: { schemas?: Record<string, PublishedSchema> }
}

/** The schema of a kind as the server publishes it, whole; undefined when it publishes none. */
export async function publishedSchema(
  client: Client,
  wanted: GroupVersionKind,
  signal: AbortSignal,
): Promise<JSONSchemaProps | undefined> {
  const version = wanted.group ? `apis/${apiVersionOf(wanted)}` : `api/${wanted.version}`
  const document = await client.raw<Document>({
    method: 'GET',
    path: `/openapi/v3/${version}`,
    headers: { accept: 'application/json' },
    signal,
  })
  const schemas = document.components?.schemas ?? {}
  const found = Object.values(schemas).find(schema =>
    schema['x-kubernetes-group-version-kind']?.some(
      ({ group, version, kind }) =>
        group === wanted.group && version === wanted.version && kind === wanted.kind,
    ),
  )
  return found && resolve(found, schemas, [])
}

const anything: JSONSchemaProps = { 'x-kubernetes-int-or-string': true }

/** With all references followed; a schema within itself is left open. */
function resolve(
  schema: PublishedSchema,
  schemas: Readonly<Record<string, PublishedSchema>>,
  around: readonly string[],
): JSONSchemaProps {
  const [only] = schema.allOf ?? []
  const reference = schema.$ref ?? (schema.allOf?.length === 1 ? only?.$ref : undefined)
  if (reference) {
    const name = reference.split('/').at(-1) ?? ''
    const target = schemas[name]
    if (!target || around.includes(name)) return anything
    return resolve(target, schemas, [...around, name])
  }
  if (schema.oneOf?.length && !schema.type) return anything
  const within = (one: PublishedSchema) => resolve(one, schemas, around)
  const { properties, items, additionalProperties, ...rest } = schema
  return {
    ...rest,
    ...(schema.format === 'int-or-string' ? anything : {}),
    ...(properties
      ? {
          properties: Object.fromEntries(
            Object.entries(properties).map(([name, one]) => [name, within(one)]),
          ),
        }
      : {}),
    ...(items && !Array.isArray(items) ? { items: within(items) } : {}),
    ...(typeof additionalProperties === 'object'
      ? { additionalProperties: within(additionalProperties) }
      : {}),
  }
}
