import { readFileSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'
import { ProtobufReader } from '#control-plane/apiserver/codec/protobuf-reader.ts'
import { toolPath } from '../../../../test/support/kubectl.ts'
import {
  type FieldDescriptor,
  type MessageDescriptor,
  readDescriptor,
  readFields,
} from '../../../../test/support/proto-descriptor.ts'
import type { OpenApiDocument } from './document.ts'
import { openApiV2 } from './open-api-v2.ts'
import { openApiV3 } from './open-api-v3.ts'

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']
const proxy = { name: 'proxy', group: '', version: 'v1', kind: 'PodProxyOptions', verbs: ['get'] }
const schema = {
  type: 'object',
  properties: {
    size: { type: 'integer', minimum: 1, maximum: 2.5, exclusiveMaximum: true, default: 2 },
    name: { type: 'string', maxLength: 300, pattern: '^a', enum: ['a', 'ab'], default: 'a' },
    tags: { type: 'array', maxItems: 3, uniqueItems: false, items: { type: 'string' } },
    any: { 'x-kubernetes-preserve-unknown-fields': true, nullable: true, default: false },
    map: { type: 'object', additionalProperties: { type: 'number', example: [1, { b: null }] } },
    choice: {
      anyOf: [{ type: 'string' }, { not: { type: 'object' } }],
      externalDocs: { url: 'u' },
    },
    open: { type: 'object', additionalProperties: true },
  },
  'x-kubernetes-validations': [{ rule: 'self.size > 0', message: 'too “small”' }],
}
const v3 = openApiV3([
  {
    group: '',
    version: 'v1',
    resources: [{ plural: 'pods', kind: 'Pod', namespaced: true, verbs, subresources: [proxy] }],
  },
  {
    group: 'example.com',
    version: 'v1',
    resources: [
      { plural: 'foos', kind: 'Foo', namespaced: false, verbs, subresources: [], schema },
    ],
  },
])

let kubectl: Buffer
beforeAll(async () => {
  kubectl = readFileSync(await toolPath('kubectl'))
})

test('OpenAPI v2 in protobuf says what its JSON says, read by the description of gnostic that kubectl carries', () => {
  expectSame(openApiV2(v3), readDescriptor(kubectl, 'openapiv2/OpenAPIv2.proto'))
})

test.each(['api/v1', 'apis/example.com/v1', 'api', 'version', '.well-known/openid-configuration'])(
  'OpenAPI v3 of %s in protobuf says what its JSON says, read likewise',
  path => {
    const document = v3.document(path)
    if (!document) throw new Error(`there is no document of ${path}`)
    expectSame(document, readDescriptor(kubectl, 'openapiv3/OpenAPIv3.proto'))
  },
)

function expectSame(document: OpenApiDocument, messages: Map<string, MessageDescriptor>): void {
  const protobuf = new Gnostic(messages).read('Document', document.bytes('protobuf'))
  expect(protobuf).toEqual(JSON.parse(document.bytes('json').toString()))
}

/** Turns gnostic's messages back into the document that they carry. */
class Gnostic {
  readonly #messages: Map<string, MessageDescriptor>

  constructor(messages: Map<string, MessageDescriptor>) {
    this.#messages = messages
  }

  read(name: string, bytes: Uint8Array): unknown {
    const message = this.#messages.get(name)
    if (!message) throw new Error(`gnostic has no message ${name}`)
    const found = this.#fieldsOf(message, bytes)
    if (name === 'Any') return JSON.parse(String(found['yaml']))
    const [only] = Object.values(found)
    if (message.isOneOf) return only ?? {}
    if (name === 'ItemsItem' || name === 'TypeItem') return (only as unknown[])[0]
    if (name === 'StringArray') return only ?? []
    return withNames(message, found)
  }

  #fieldsOf({ name, fields }: MessageDescriptor, bytes: Uint8Array): Record<string, unknown> {
    const found: Record<string, unknown> = {}
    readFields(new ProtobufReader(bytes), (number, reader, wireType) => {
      const field = fields.get(number)
      if (!field) throw new Error(`${name} has no field ${number}`)
      expect([name, field.name, wireType]).toEqual([name, field.name, wireTypes[field.type]])
      const value = this.#value(field, reader)
      found[field.name] = field.isRepeated
        ? [...((found[field.name] as unknown[] | undefined) ?? []), value]
        : value
      return true
    })
    return found
  }

  #value({ type, message }: FieldDescriptor, reader: ProtobufReader): unknown {
    if (type === 1) return reader.double()
    if (type === 3) return reader.varint()
    if (type === 8) return reader.varint() === 1
    if (type === 9) return reader.string()
    return this.read(message, reader.chunk())
  }
}

const wireTypes: Record<number, number> = { 1: 1, 3: 0, 8: 0, 9: 2, 11: 2 }

/** The members by their names in JSON; entries of maps, and what begins with `x-`, lie in the parent. */
function withNames({ name, fields }: MessageDescriptor, found: Record<string, unknown>): unknown {
  if (/^Named/.test(name)) return [found['name'], found['value']]
  const inParent = [...fields.values()].filter(({ message }) => /^Named/.test(message))
  const entries = inParent.flatMap(field => (found[field.name] ?? []) as [string, unknown][])
  const isEntries = (key: string) => inParent.some(field => field.name === key)
  const own = Object.entries(found).filter(([key]) => !isEntries(key))
  const jsonName = (key: string) =>
    key === '_ref' ? '$ref' : key.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
  return Object.fromEntries([...entries, ...own.map(([key, value]) => [jsonName(key), value])])
}
