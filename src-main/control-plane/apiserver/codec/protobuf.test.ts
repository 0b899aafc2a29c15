import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseApiVersion } from '#kubernetes/objects.ts'
import { knownApiVersions, typesOf } from '#kubernetes/schema/find-object-type.ts'
import type { FieldSchema, FieldType, TypeSchema } from '#kubernetes/schema/type-schema.ts'
import { decodeProtobuf, encodeProtobuf, encodeWatchFrame, hasProtobuf } from './protobuf.ts'

const time = fc
  .integer({ min: -2e9, max: 4e9 })
  .map(seconds => `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`)
const micro = fc
  .tuple(time, fc.integer({ min: 0, max: 999_999 }))
  .map(([whole, rest]) => `${whole.slice(0, 19)}.${String(rest).padStart(6, '0')}Z`)
const jsonObject = fc
  .dictionary(fc.string(), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 3 })
  .map(value => JSON.parse(JSON.stringify(value)) as unknown)

/** Values of a type as Kubernetes prints them; what it would leave out is left out. */
function objectOf(type: TypeSchema, depth: number): fc.Arbitrary<Record<string, unknown>> {
  const members = [...type.fields.values()].filter(field => field.protobuf !== undefined)
  const wanted = members.map(field => [field.name, memberOf(field, depth)] as const)
  return fc
    .record(Object.fromEntries(wanted), { requiredKeys: [] })
    .map(value =>
      Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)),
    )
}

function memberOf(field: FieldSchema, depth: number): fc.Arbitrary<unknown> {
  const value = arbitraryOf(field.type, depth)
  if (!field.omitEmpty || field.pointer) return value
  return value.map(item =>
    item === '' || item === 0 || item === false || isEmpty(item, field.type) ? undefined : item,
  )
}

const isEmpty = (item: unknown, type: FieldType) =>
  (type.kind === 'array' || type.kind === 'map') && Object.keys(item ?? {}).length === 0

function arbitraryOf(type: FieldType, depth: number): fc.Arbitrary<unknown> {
  switch (type.kind) {
    case 'object':
      return depth > 4 ? fc.constant({}) : objectOf(type.type, depth + 1)
    case 'array':
      return fc.array(arbitraryOf(type.items, depth + 1), {
        maxLength: 2,
        minLength: type.wrapped ? 0 : 1,
      })
    case 'map':
      return fc.dictionary(fc.string(), arbitraryOf(type.values, depth + 1), {
        maxKeys: 2,
        minKeys: 1,
      })
    case 'schemaOr':
      return depth > 3 ? fc.constant(type.other === 'bool' ? true : {}) : schemaOrOf(type, depth)
    case 'string':
      return fc.string({ unit: 'binary' })
    case 'integer':
      return type.goName === 'int32' ? fc.integer() : fc.oneof(fc.integer(), fc.maxSafeInteger())
    case 'number':
      return fc
        .double({ noNaN: true, noDefaultInfinity: true })
        .map(value => (value === 0 ? 0 : value))
    case 'boolean':
      return fc.boolean()
    case 'bytes':
      return fc.uint8Array().map(bytes => Buffer.from(bytes).toString('base64'))
    case 'quantity':
      return fc.constantFrom('0', '100m', '1Gi', '1e3')
    case 'time':
      return time
    case 'microTime':
      return micro
    case 'intOrString':
      return fc.oneof(fc.integer(), fc.string())
    default:
      return jsonObject
  }
}

function schemaOrOf(
  type: Extract<FieldType, { kind: 'schemaOr' }>,
  depth: number,
): fc.Arbitrary<unknown> {
  const schema = objectOf(type.type, depth + 2)
  if (type.other === 'bool') return fc.oneof(fc.boolean(), schema)
  const item: fc.Arbitrary<unknown> = type.other === 'array' ? schema : fc.string()
  return fc.oneof(schema, fc.array(item, { minLength: 1, maxLength: 2 }))
}

const kinds = knownApiVersions().flatMap(apiVersion =>
  typesOf(apiVersion)
    .filter(
      type => type.isObject && hasProtobuf({ ...parseApiVersion(apiVersion), kind: type.name }),
    )
    .map(type => ({ apiVersion, kind: type.name, type })),
)

describe('round trips', () => {
  test(`all ${kinds.length} kinds come back as they went`, () => {
    for (const { apiVersion, kind, type } of kinds)
      fc.assert(
        fc.property(objectOf(type, 0), value => {
          const object = { apiVersion, kind, ...value }
          expect(decodeProtobuf(encodeProtobuf(object))).toEqual(object)
        }),
        { numRuns: 4 },
      )
    expect(kinds.length).toBeGreaterThan(150)
  })
})

describe('by the bytes', () => {
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' } }
  test('the envelope is runtime.Unknown behind k8s and a zero', () => {
    expect(Buffer.from(encodeProtobuf(pod)).toString('hex')).toBe(
      '6b387300' + // k8s\0
        '0a09' +
        '0a027631' +
        '1203506f64' + // typeMeta: apiVersion v1, kind Pod
        '1207' +
        '0a05' +
        '0a03776562' + // raw: metadata: name web
        '1a00' +
        '2200', // contentEncoding, contentType
    )
  })

  test('zero values that Go always writes are not printed; pointers to zero are', () => {
    const body = Buffer.concat([
      Buffer.from('6b387300', 'hex'),
      Buffer.from('0a150a07617070732f7631120a4465706c6f796d656e74', 'hex'),
      // spec { replicas: 0, minReadySeconds: 0, paused: false, strategy { type: "" } }
      Buffer.from('120c' + '120a' + '0800' + '22020a00' + '2800' + '3800', 'hex'),
    ])
    expect(decodeProtobuf(body)).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      spec: { replicas: 0, strategy: {} },
    })
  })

  test('a watch frame is a length and a WatchEvent with the object in its envelope', () => {
    const frame = Buffer.from(encodeWatchFrame('ADDED', pod))
    expect(frame.readUInt32BE(0)).toBe(frame.length - 4)
    expect(frame.subarray(4, 11).toString('latin1')).toBe('\n\x05ADDED')
    expect(frame.includes(Buffer.from(encodeProtobuf(pod)))).toBe(true)
  })

  test('lists carry their items without types', () => {
    const list = {
      apiVersion: 'v1',
      kind: 'PodList',
      metadata: { resourceVersion: '7' },
      items: [pod],
    }
    expect(decodeProtobuf(encodeProtobuf(list))).toEqual({
      ...list,
      items: [{ metadata: { name: 'web' } }],
    })
  })

  test('DeleteOptions go by any group', () => {
    const body = encodeProtobuf({
      apiVersion: 'apps/v1',
      kind: 'DeleteOptions',
      propagationPolicy: 'Background',
    } as object)
    expect(decodeProtobuf(body)).toMatchObject({ propagationPolicy: 'Background' })
  })
})

describe('bad input', () => {
  const body = encodeProtobuf({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', labels: { a: 'b' } },
  } as object)
  test('anything cut short or changed is refused with a 400 or read, never worse', () => {
    fc.assert(
      fc.property(fc.nat(body.length), fc.nat(255), (at, byte) => {
        const changed = body.slice()
        changed[at] = byte
        for (const bytes of [body.slice(0, at), changed])
          try {
            decodeProtobuf(bytes)
          } catch (error) {
            expect(error).toMatchObject({ code: 400 })
          }
      }),
      { numRuns: 500 },
    )
  })

  test('no magic, no kind, an unknown kind, no version', () => {
    expect(() => decodeProtobuf(Buffer.from('{}'))).toThrow('expected prefix [107 56 115 0]')
    expect(() => decodeProtobuf(Buffer.from('6b387300', 'hex'))).toThrow("Object 'Kind' is missing")
    const foo = Buffer.from('6b387300' + '0a0b' + '0a0478' + '2f7631' + '1203466f6f', 'hex')
    expect(() => decodeProtobuf(foo)).toThrow('no kind "Foo" is registered')
    const odd = Buffer.from('6b387300' + '0a09' + '0a02' + '2f31' + '1203466f6f', 'hex')
    const refused = { code: 400, message: 'unexpected GroupVersion string: /1' }
    expect(() => decodeProtobuf(odd)).toThrow(expect.objectContaining(refused))
  })

  test('nesting is limited', () => {
    let schema: object = {}
    for (let depth = 0; depth < 200; depth++) schema = { not: schema }
    const versions = [{ name: 'v1', schema: { openAPIV3Schema: schema } }]
    const crd = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      spec: { versions },
    }
    const bytes = encodeProtobuf(crd)
    expect(() => decodeProtobuf(bytes)).toThrow('nested too deeply')
  })
})
