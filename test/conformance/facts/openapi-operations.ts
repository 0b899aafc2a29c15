/** An operation as a document of OpenAPI has it. */
export interface OpenApiOperation {
  id: string
  method: string
  path: string
  action: string
  /** `apps/v1 Deployment`; empty for what is about no kind. */
  kind: string
  /** Query parameters of v2 with their types: `limit:integer`. */
  query?: string[]
  /** The schema of v2's body. */
  body?: SchemaOrReference | undefined
  /** The schemas of v2's answers, by status code. */
  answers?: Record<string, SchemaOrReference | undefined>
}

export interface SchemaOrReference {
  $ref?: string
  type?: string
}

interface Parameter extends SchemaOrReference {
  name: string
  in: string
  schema?: SchemaOrReference
}

interface DocumentOperation {
  operationId: string
  parameters?: Parameter[]
  responses: Record<string, { schema?: SchemaOrReference }>
  'x-kubernetes-action'?: string
  'x-kubernetes-group-version-kind'?: { group: string; version: string; kind: string }
}

interface OpenApiDocument {
  paths: Record<string, Record<string, DocumentOperation> & { parameters?: never }>
  parameters?: Record<string, Parameter>
}

/** The operations of a document in v3. */
export const readV3 = (document: OpenApiDocument): OpenApiOperation[] =>
  [...operationsOf(document)].map(({ operation, ...place }) => identify(operation, place))

/** The operations of the document in v2, and what they take and answer. */
export const readV2 = (document: OpenApiDocument): OpenApiOperation[] =>
  [...operationsOf(document)].map(({ operation, shared, ...place }) => {
    const parameters = [...shared, ...(operation.parameters ?? [])].map(parameter => {
      const name = parameter.$ref?.replace('#/parameters/', '')
      const found = name === undefined ? parameter : document.parameters?.[name]
      if (!found) throw new Error(`${operation.operationId} refers to ${parameter.$ref}`)
      return found
    })
    const query = parameters.filter(one => one.in === 'query')
    return {
      ...identify(operation, place),
      query: query.map(({ name, type }) => `${name}:${type}`).toSorted(),
      body: parameters.find(one => one.in === 'body')?.schema,
      answers: Object.fromEntries(
        Object.entries(operation.responses).map(([code, { schema }]) => [code, schema]),
      ),
    }
  })

function* operationsOf({ paths }: OpenApiDocument) {
  for (const [path, { parameters, ...methods }] of Object.entries(paths))
    for (const [method, operation] of Object.entries(methods))
      yield { path, method, operation, shared: (parameters ?? []) as Parameter[] }
}

function identify(
  operation: DocumentOperation,
  { path, method }: Record<'path' | 'method', string>,
) {
  const type = operation['x-kubernetes-group-version-kind']
  return {
    id: operation.operationId,
    method: method.toUpperCase(),
    path,
    action: operation['x-kubernetes-action'] ?? '',
    kind: type ? `${type.group}/${type.version} ${type.kind}` : '',
  }
}
