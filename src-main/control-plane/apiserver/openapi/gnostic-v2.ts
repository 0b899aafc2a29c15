import {
  any,
  double,
  each,
  type Fields,
  type FieldWriter,
  fields,
  flag,
  integer,
  map,
  message,
  oneOf,
  text,
  wrapped,
  writeGnostic,
} from './gnostic-writer.ts'
import type { Schema } from './schemas.ts'

/**
 * An OpenAPI v2 document in the protobuf form that Go clients ask for: `openapi.v2.Document` of google/gnostic's
 * `OpenAPIv2.proto`. Members that our documents never have are left out.
 */
export const writeGnosticV2 = (document: Schema): Uint8Array =>
  writeGnostic(documentFields, document)

const texts = each(text)
const isReference = (node: Schema) => typeof node['$ref'] === 'string'

const schema: FieldWriter = message((writer, node) => schemaFields(writer, node))
const schemaFields: Fields = fields(
  () => ({
    $ref: [1, text],
    format: [2, text],
    title: [3, text],
    description: [4, text],
    default: [5, any],
    multipleOf: [6, double],
    maximum: [7, double],
    exclusiveMaximum: [8, flag],
    minimum: [9, double],
    exclusiveMinimum: [10, flag],
    maxLength: [11, integer],
    minLength: [12, integer],
    pattern: [13, text],
    maxItems: [14, integer],
    minItems: [15, integer],
    uniqueItems: [16, flag],
    maxProperties: [17, integer],
    minProperties: [18, integer],
    required: [19, texts],
    enum: [20, each(any)],
    additionalProperties: [21, schemaOrFlag],
    type: [22, wrapped(text)],
    items: [23, wrapped(schema)],
    allOf: [24, each(schema)],
    properties: [25, message(map(schema))],
    externalDocs: [29, message(fields(() => ({ description: [1, text], url: [2, text] })))],
    example: [30, any],
  }),
  31,
)

const schemaOrFlag = oneOf(value => (typeof value === 'boolean' ? [2, flag] : [1, schema]))

const bodyParameter = message(
  fields(() => ({
    description: [1, text],
    name: [2, text],
    in: [3, text],
    required: [4, flag],
    schema: [5, schema],
  })),
)
const queryParameter = message(
  fields(() => ({
    ...{ required: [1, flag], in: [2, text], description: [3, text], name: [4, text] },
    ...{ type: [6, text], format: [7, text], uniqueItems: [20, flag] },
  })),
)
const pathParameter = message(
  fields(() => ({
    ...{ required: [1, flag], in: [2, text], description: [3, text], name: [4, text] },
    ...{ type: [5, text], format: [6, text], uniqueItems: [19, flag] },
  })),
)
const otherParameter = oneOf(({ in: place }) =>
  place === 'path' ? [4, pathParameter] : [3, queryParameter],
)
const parameter = oneOf(({ in: place }) =>
  place === 'body' ? [1, bodyParameter] : [2, otherParameter],
)
const reference = message(fields(() => ({ $ref: [1, text], description: [2, text] })))
const parameters = each(oneOf(node => (isReference(node) ? [2, reference] : [1, parameter])))

const response = message(fields(() => ({ description: [1, text], schema: [2, wrapped(schema)] })))
const operation = message(
  fields(
    () => ({
      tags: [1, texts],
      description: [3, text],
      operationId: [5, text],
      produces: [6, texts],
      consumes: [7, texts],
      parameters: [8, parameters],
      responses: [9, message(map(wrapped(response)))],
      schemes: [10, texts],
    }),
    13,
  ),
)
const pathItem = message(
  fields(() => ({
    ...{ get: [2, operation], put: [3, operation], post: [4, operation], delete: [5, operation] },
    ...{ options: [6, operation], head: [7, operation], patch: [8, operation] },
    parameters: [9, parameters],
  })),
)

const apiKey = message(
  fields(() => ({ type: [1, text], name: [2, text], in: [3, text], description: [4, text] })),
)

const documentFields = fields(() => ({
  swagger: [1, text],
  info: [2, message(fields(() => ({ title: [1, text], version: [2, text] })))],
  paths: [8, message(map(pathItem, 2))],
  definitions: [9, message(map(schema))],
  parameters: [10, message(map(parameter))],
  security: [12, each(message(map(wrapped(texts))))],
  securityDefinitions: [13, message(map(oneOf(() => [2, apiKey])))],
}))
