import { findType } from '#kubernetes/schema/find-object-type.ts'
import type { FieldType } from '#kubernetes/schema/type-schema.ts'
import type { DescriptionOf } from './field-descriptions.ts'
import type { Schema } from './schemas.ts'

/** A parameter in OpenAPI v3's form. */
export interface Parameter {
  name: string
  in: 'path' | 'query'
  description?: string
  required?: true
  schema: Schema
}

const text = { type: 'string', uniqueItems: true }

const made = new WeakMap<DescriptionOf, Map<string, readonly Parameter[]>>()

/**
 * The query parameters of requests whose options are of a type, such as `ListOptions` or `PodLogOptions`: its fields
 * but for those that have a structure, as upstream makes them. The same ones each time, as hundreds of operations have
 * them.
 */
export function optionParameters(
  options: string,
  descriptionOf: DescriptionOf,
): readonly Parameter[] {
  const known = made.get(descriptionOf) ?? new Map<string, readonly Parameter[]>()
  made.set(descriptionOf, known)
  const parameters = known.get(options) ?? parametersOf(options, descriptionOf)
  known.set(options, parameters)
  return parameters
}

function parametersOf(options: string, descriptionOf: DescriptionOf): Parameter[] {
  const type = findType('meta.k8s.io/v1', options) ?? findType('v1', options)
  if (!type) throw new Error(`the options ${options} have no schema`)
  return type.members.flatMap(field => {
    const schema = querySchema(field.type)
    const description = descriptionOf(type.openApiName, field.name)
    const parameter = {
      name: field.name,
      in: 'query' as const,
      ...(description && { description }),
    }
    return schema ? [{ ...parameter, schema }] : []
  })
}

/** Repeated ones are described by what each of them is. */
function querySchema(type: FieldType): Schema | undefined {
  if (type.kind === 'array') return querySchema(type.items)
  const isPlain = type.kind === 'string' || type.kind === 'integer' || type.kind === 'boolean'
  return isPlain ? { type: type.kind, uniqueItems: true } : undefined
}

/** A parameter of the path. */
export const inPath = (name: string, description: string): Parameter => ({
  name,
  in: 'path',
  required: true,
  description,
  schema: text,
})

export const namespaceParameter = inPath(
  'namespace',
  'object name and auth scope, such as for teams and projects',
)

export const pretty: Parameter = {
  name: 'pretty',
  in: 'query',
  description:
    "If 'true', then the output is pretty printed. Defaults to 'false' unless the user-agent indicates a browser or command-line HTTP tool (curl and wget).",
  schema: text,
}
