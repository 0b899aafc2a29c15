import { lazyDocument, type OpenApiDocument, sortedByKey } from './document.ts'
import { writeGnosticV2 } from './gnostic-v2.ts'
import type { OpenApiV3 } from './open-api-v3.ts'
import type { Schema } from './schemas.ts'
import { type PathItem, shareParameters } from './shared-parameters.ts'

interface V3Document {
  info: Schema
  paths: Record<string, Record<string, unknown>>
  components: { schemas: Record<string, Schema>; securitySchemes: Schema }
}

interface V3Operation extends Schema {
  parameters?: V3Parameter[]
  requestBody?: { content: V3Content; required?: boolean }
  responses?: Record<string, { description: string; content?: V3Content }>
}

interface V3Parameter {
  name: string
  in: string
  schema?: Schema
}

type V3Content = Record<string, { schema: Schema }>

/** The same description in OpenAPI v2 (Swagger): one document of everything, made from v3's at first use. */
export const openApiV2 = (v3: OpenApiV3): OpenApiDocument =>
  lazyDocument({
    source: v3.index,
    make: () => swaggerOf(documentsOf(v3)),
    writeProtobuf: writeGnosticV2,
  })

const documentsOf = (v3: OpenApiV3): V3Document[] =>
  Object.keys(v3.index.paths).flatMap(path => {
    const document = v3.document(path)
    return document ? [JSON.parse(document.bytes('json').toString()) as V3Document] : []
  })

/** Puts documents together as one. */
export function swaggerOf(documents: readonly V3Document[]): Schema {
  const definitions: Record<string, Schema> = {}
  const paths: Record<string, PathItem> = {}
  for (const { paths: own, components } of documents) {
    for (const [path, item] of Object.entries(own)) paths[path] = pathItem(item)
    for (const [name, schema] of Object.entries(components.schemas))
      definitions[name] = mergedKinds(definitions[name], schemaOf(schema))
  }
  const { info = {}, components } = documents[0] ?? {}
  return {
    swagger: '2.0',
    info,
    paths: sortedByKey(paths),
    definitions: sortedByKey(definitions),
    parameters: shareParameters(Object.values(paths)),
    securityDefinitions: components?.securitySchemes ?? {},
    security: [{ BearerToken: [] }],
  }
}

const kinds = 'x-kubernetes-group-version-kind'

/** A type that several groups describe stands for the kinds of all of them. */
function mergedKinds(known: Schema | undefined, schema: Schema): Schema {
  const all = [known?.[kinds], schema[kinds]].flatMap(list => (list ?? []) as object[])
  if (!known || !all.length) return schema
  const distinct = new Map(all.map(kind => [JSON.stringify(kind), kind]))
  return { ...schema, [kinds]: [...distinct.values()] }
}

function pathItem({ parameters, ...methods }: Record<string, unknown>): PathItem {
  return {
    ...Object.fromEntries(
      Object.entries(methods).map(([method, operation]) => [
        method,
        operationOf(operation as V3Operation),
      ]),
    ),
    ...(parameters ? { parameters: (parameters as V3Parameter[]).map(parameterOf) } : {}),
  }
}

function operationOf({ parameters, requestBody, responses = {}, ...rest }: V3Operation): Schema {
  const body = requestBody && {
    name: 'body',
    in: 'body',
    ...(requestBody.required ? { required: true } : {}),
    schema: firstSchema(requestBody.content),
  }
  const own = [...(parameters ?? []).map(parameterOf), ...(body ? [body] : [])]
  const produces = Object.values(responses).flatMap(({ content }) => Object.keys(content ?? {}))
  return {
    ...rest,
    consumes: Object.keys(requestBody?.content ?? { '*/*': {} }),
    produces: [...new Set(produces)],
    schemes: ['https'],
    ...(own.length ? { parameters: own } : {}),
    responses: Object.fromEntries(
      Object.entries(responses).map(([code, { description, content }]) => [
        code,
        { description, ...(content ? { schema: firstSchema(content) } : {}) },
      ]),
    ),
  }
}

const firstSchema = (content: V3Content): Schema =>
  schemaOf(Object.values(content)[0]?.schema ?? { type: 'object' })

/** A parameter's schema stands beside its name in v2. */
const parameterOf = ({ schema, ...rest }: V3Parameter): Schema => ({
  ...rest,
  ...(schema ? schemaOf(schema) : {}),
})

/** A schema without what only v3 knows: choices, nulls, and anything beside what is referred to. Defaults go too, as upstream's do. */
function schemaOf(schema: Schema): Schema {
  const { $ref, allOf, oneOf, anyOf: _any, not: _not, default: _default, ...rest } = schema
  const isText = oneOf !== undefined && !Object.keys(rest).some(name => /^type$|^x-/.test(name))
  const [only] = (allOf ?? []) as Schema[]
  const target = $ref ?? only?.['$ref']
  const result: Schema = { ...withoutOpenMembers(rest), ...(isText ? { type: 'string' } : {}) }
  if (typeof target === 'string')
    result['$ref'] = target.replace('#/components/schemas/', '#/definitions/')
  const { properties, items, additionalProperties } = result
  if (properties)
    result['properties'] = Object.fromEntries(
      Object.entries(properties).map(([name, one]) => [name, schemaOf(one as Schema)]),
    )
  if (items) result['items'] = schemaOf(items as Schema)
  if (typeof additionalProperties === 'object' && additionalProperties)
    result['additionalProperties'] = schemaOf(additionalProperties as Schema)
  return result
}

/** What may be null, or keeps what it doesn't know, has no type or members in v2: clients would refuse what is right. */
function withoutOpenMembers({ nullable, ...schema }: Schema): Schema {
  const { type: _type, items: _items, properties: _properties, ...rest } = schema
  const { additionalProperties: _additional, ...bare } = rest
  if (nullable) return bare
  const isOpen = schema['x-kubernetes-preserve-unknown-fields'] === true && !(kinds in schema)
  return isOpen ? { ...rest, ...('type' in schema ? { type: schema['type'] } : {}) } : schema
}
