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
 * An OpenAPI v3 document in the protobuf form that Go clients ask for: `openapi.v3.Document` of google/gnostic's
 * `OpenAPIv3.proto`. Members that our documents never have are left out.
 */
export const writeGnosticV3 = (document: Schema): Uint8Array =>
  writeGnostic(documentFields, document)

/** What may be a reference to it: `value` is the first field of the message, a reference the second. */
const orReference = (value: FieldWriter): FieldWriter =>
  oneOf(node => (typeof node['$ref'] === 'string' ? [2, reference] : [1, value]))
const reference = message(fields(() => ({ $ref: [1, text], description: [3, text] })))

const schema: FieldWriter = orReference(message((writer, node) => schemaFields(writer, node)))
const schemaFields: Fields = fields(
  () => ({
    nullable: [1, flag],
    externalDocs: [6, message(fields(() => ({ description: [1, text], url: [2, text] })))],
    example: [7, any],
    title: [9, text],
    multipleOf: [10, double],
    maximum: [11, double],
    exclusiveMaximum: [12, flag],
    minimum: [13, double],
    exclusiveMinimum: [14, flag],
    maxLength: [15, integer],
    minLength: [16, integer],
    pattern: [17, text],
    maxItems: [18, integer],
    minItems: [19, integer],
    uniqueItems: [20, flag],
    maxProperties: [21, integer],
    minProperties: [22, integer],
    required: [23, each(text)],
    enum: [24, each(any)],
    type: [25, text],
    allOf: [26, each(schema)],
    oneOf: [27, each(schema)],
    anyOf: [28, each(schema)],
    not: [29, message((writer, node) => schemaFields(writer, node))],
    items: [30, wrapped(schema)],
    properties: [31, message(map(schema))],
    additionalProperties: [32, schemaOrFlag],
    default: [33, defaultValue],
    description: [34, text],
    format: [35, text],
  }),
  36,
)

const schemaOrFlag = oneOf(value => (typeof value === 'boolean' ? [2, flag] : [1, schema]))

/** The form has numbers, booleans and strings; of any other default it says that there is one. */
const defaultValue = oneOf(value => {
  const writers: Record<string, readonly [number, FieldWriter]> = {
    number: [1, double],
    boolean: [2, flag],
    string: [3, text],
  }
  return writers[typeof value]
})

const content = message(map(message(fields(() => ({ schema: [1, schema] })))))
const parameter = message(
  fields(() => ({
    ...{ name: [1, text], in: [2, text], description: [3, text], required: [4, flag] },
    schema: [10, schema],
  })),
)
const requestBody = message(
  fields(() => ({ description: [1, text], content: [2, content], required: [3, flag] })),
)
const response = message(fields(() => ({ description: [1, text], content: [3, content] })))
const parameters = each(orReference(parameter))
const operation = message(
  fields(
    () => ({
      tags: [1, each(text)],
      description: [3, text],
      operationId: [5, text],
      parameters: [6, parameters],
      requestBody: [7, orReference(requestBody)],
      responses: [8, message(map(orReference(response), 2))],
    }),
    13,
  ),
)
const pathItem = message(
  fields(() => ({
    ...{ get: [4, operation], put: [5, operation], post: [6, operation], delete: [7, operation] },
    ...{ options: [8, operation], head: [9, operation], patch: [10, operation] },
    parameters: [13, parameters],
  })),
)
const securityScheme = message(
  fields(() => ({ type: [1, text], description: [2, text], name: [3, text], in: [4, text] })),
)
const components = message(
  fields(() => ({
    schemas: [1, message(map(schema))],
    securitySchemes: [7, message(map(orReference(securityScheme)))],
  })),
)

const documentFields = fields(() => ({
  openapi: [1, text],
  info: [2, message(fields(() => ({ title: [1, text], version: [6, text] })))],
  paths: [4, message(map(pathItem))],
  components: [5, components],
}))
