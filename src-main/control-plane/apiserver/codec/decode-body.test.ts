import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { scanJson } from '#kubernetes/scan-json.ts'
import { decodeBody, decodePatchBody } from './decode-body.ts'
import { encodeProtobuf } from './protobuf.ts'
import { formatYaml, parseYaml } from './yaml.ts'

const decode = (text: string, type: string) => decodeBody(Buffer.from(text), type)

describe('formats', () => {
  test.each([
    ['application/json', '{"a":1}'],
    ['application/json;charset=utf-8', '{"a":1}'],
    ['application/yaml', 'a: 1'],
    ['', '{"a":1}'],
  ])('%s', async (type, text) => {
    expect((await decode(text, type)).value).toEqual({ a: 1 })
  })

  test.each([
    ['application/merge-patch+json', '{"a":1}'],
    ['application/strategic-merge-patch+json', '{"a":1}'],
    ['application/apply-patch+yaml', '{"a":1}'],
    ['application/apply-patch+yaml', 'a: 1\n---\nb: 2'],
    ['application/apply-patch+yaml; charset=utf-8', '{a: 1}'],
  ])('%s of a patch', async (type, text) => {
    expect((await decodePatchBody(Buffer.from(text), type)).value).toEqual({ a: 1 })
  })

  test('halves of surrogate pairs become U+FFFD, in names and values, and whole pairs stay', async () => {
    const half = String.raw`{"a\ud800":["\uDC00b","\ud83d\ude00"],"\u0063":1}`
    expect((await decode(half, 'application/json')).value).toEqual({
      'a\ufffd': ['\ufffdb', '😀'],
      c: 1,
    })
  })

  test('protobuf', async () => {
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } }
    const body = await decodeBody(encodeProtobuf(pod), 'application/vnd.kubernetes.protobuf')
    expect(body.value).toEqual(pod)
    expect(body.strictError([])).toBeUndefined()
  })

  test.each(['application/x-www-form-urlencoded', 'application/merge-patch+json'])(
    '%s is refused with a 415',
    async type => {
      await expect(decode('{"a":1}', type)).rejects.toMatchObject({
        code: 415,
        message:
          'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf',
      })
    },
  )
})

describe('what is no JSON, in Go’s words', () => {
  test.each([
    ['', 'unexpected end of JSON input'],
    ['{', 'unexpected end of JSON input'],
    ['{"a":1', 'unexpected end of JSON input'],
    ['x', "invalid character 'x' looking for beginning of value"],
    ['{a:1}', "invalid character 'a' looking for beginning of object key string"],
    ['{"a" 1}', "invalid character '1' after object key"],
    ['{"a":1 "b"}', "invalid character '\"' after object key:value pair"],
    ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
    ['[1 2]', "invalid character '2' after array element"],
    ['{"a":tru}', "invalid character '}' in literal true (expecting 'e')"],
    ['{} x', "invalid character 'x' after top-level value"],
    ['{"a":"\n"}', "invalid character '\\n' in string literal"],
    ['{"a":"\\x"}', "invalid character 'x' in string escape code"],
    ['{"a":-}', "invalid character '}' in numeric literal"],
    ['{"a":-', "invalid character ' ' in numeric literal"],
    ['{"a":1.}', "invalid character '}' after decimal point in numeric literal"],
    ['{"a":1e+x', "invalid character 'x' in exponent of numeric literal"],
    ['{"a":01}', "invalid character '1' after object key:value pair"],
    ['{"a":"\\u12G4"}', "invalid character 'G' in \\u hexadecimal character escape"],
    ['{"a":"\\', "invalid character ' ' in string escape code"],
    ['{"a":"x', 'unexpected end of JSON input'],
    ['nul', "invalid character ' ' in literal null (expecting 'l')"],
    ['\ufeff{}', "invalid character 'ï' looking for beginning of value"],
    ['{}\u00a0', "invalid character 'Â' after top-level value"],
    ['{}\u0000', "invalid character '\\x00' after top-level value"],
    ["{'a':1}", "invalid character '\\'' looking for beginning of object key string"],
  ])('%j', async (text, message) => {
    await expect(decode(text, 'application/json')).rejects.toMatchObject({
      code: 400,
      message: `couldn't get version/kind; json parse error: ${message}`,
    })
  })

  test('what lies too deep', async () => {
    const nested = (depth: number) => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`
    expect((await decode(nested(500), 'application/json')).duplicates).toEqual([])
    const brackets = JSON.stringify({ a: '\\"[{'.repeat(1000), b: ['"['.repeat(1000), '\\'] })
    expect((await decode(brackets, 'application/json')).duplicates).toEqual([])
    await expect(decode(nested(501), 'application/json')).rejects.toMatchObject({
      code: 400,
      message:
        "couldn't get version/kind; json parse error: invalid character '[' exceeded max depth",
    })
  })

  test('the scanner accepts exactly what JSON.parse accepts', () => {
    const accepts = (read: () => unknown) => {
      try {
        read()
        return true
      } catch {
        return false
      }
    }
    const soup = fc
      .array(
        fc.constantFrom(
          '{',
          '}',
          '[',
          ']',
          ':',
          ',',
          '"a"',
          '"\\u0041"',
          '1',
          '-',
          '.5',
          'e1',
          'true',
          'null',
          ' ',
        ),
        { maxLength: 8 },
      )
      .map(parts => parts.join(''))
    fc.assert(
      fc.property(fc.oneof(soup, fc.json()), text => {
        expect(accepts(() => scanJson(text, () => {}))).toBe(accepts(() => JSON.parse(text)))
      }),
      { numRuns: 2000 },
    )
  })
})

describe('repeated fields', () => {
  const json = `{"metadata":{"name":"a","name":"b","unknownMeta":1},"spec":{"unknown1":1,"unknownDupe":1,"unknownDupe":2,
    "paused":true,"paused":false,"template":{"spec":{"containers":[{"unknownNested":1,"imagePullPolicy":"a","imagePullPolicy":"b"}]}}}}`
  const unknown = [
    'metadata.unknownMeta',
    'spec.unknown1',
    'spec.unknownDupe',
    'spec.template.spec.containers[0].unknownNested',
  ]

  test('JSON: with the unknown ones, in the order of the document', async () => {
    const body = await decode(json, 'application/json')
    expect(body.warnings(unknown)).toEqual([
      'duplicate field "metadata.name"',
      'unknown field "metadata.unknownMeta"',
      'unknown field "spec.unknown1"',
      'unknown field "spec.unknownDupe"',
      'duplicate field "spec.paused"',
      'unknown field "spec.template.spec.containers[0].unknownNested"',
      'duplicate field "spec.template.spec.containers[0].imagePullPolicy"',
    ])
    expect(body.strictError(['spec.foo', 'spec.bar'])).toMatch(/^strict decoding error: /)
    expect((await decode('{"a":1}', 'application/json')).strictError([])).toBeUndefined()
    expect((await decode('{"a":1}', 'application/json')).strictError(['a'])).toBe(
      'strict decoding error: unknown field "a"',
    )
  })

  test('JSON: names are quoted as Go does', async () => {
    const body = await decode('{"\u00a0":1,"<\\u0001":1,"<\\u0001":2}', 'application/json')
    expect(body.warnings(['\u00a0'])).toEqual([
      String.raw`unknown field "\u00a0"`,
      String.raw`duplicate field "<\x01"`,
    ])
  })

  test('YAML: by lines, then the unknown ones by name', async () => {
    const body = await decode(
      'metadata:\n  name: a\n  name: b\nspec:\n  paused: true\n  paused: false\n',
      'application/yaml',
    )
    expect(body.value).toEqual({ metadata: { name: 'b' }, spec: { paused: false } })
    expect(body.warnings(['spec.b', 'spec.a'])).toEqual([
      'line 3: key "name" already set in map',
      'line 6: key "paused" already set in map',
      'unknown field "spec.a"',
      'unknown field "spec.b"',
    ])
    expect(body.strictError(['spec.a'])).toBe(
      'strict decoding error: yaml: unmarshal errors:\n  line 3: key "name" already set in map\n  line 6: key "paused" already set in map, unknown field "spec.a"',
    )
  })
})

describe('YAML as kubectl reads it', () => {
  test.each([
    ['yes', true],
    ['on', true],
    ['NO', false],
    ['y', true],
    ['0777', 511],
    ['0o777', 511],
    ['0b11', 3],
    ['0x1F', 31],
    ['1_000', 1000],
    ['12:30:45', '12:30:45'],
    ['2026-01-02', '2026-01-02'],
    ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05Z'],
    ['08', 8],
    ['!!binary aGk=', 'hi'],
    ['~', null],
    ['1e3', 1000],
    ['1.5', 1.5],
    ['"1"', '1'],
    ['1.14.2', '1.14.2'],
    ['.', '.'],
    ['1e400', '1e400'],
    ['|\n  b', 'b'],
    ['|\n  b\n', 'b\n'],
    ['>\n  b\n  c', 'b c'],
    ['|+\n  b\n\n', 'b\n\n'],
  ])('%s', async (text, value) => {
    expect((await parseYaml(`a: ${text}`)).value).toEqual({ a: value })
  })

  test('what is repeated often, but is small', async () => {
    const { value } = await parseYaml(`a: &a {b: c}\nd: [${'*a,'.repeat(500)}]`)
    expect(value).toMatchObject({ d: Array(500).fill({ b: 'c' }) })
  })

  test('boolean keys, merge keys', async () => {
    expect((await parseYaml('y: n')).value).toEqual({ true: false })
    expect((await parseYaml('a: &a {x: 1}\nb:\n  <<: *a\n  y: z')).value).toEqual({
      a: { x: 1 },
      b: { x: 1, true: 'z' },
    })
  })

  test.each([
    ['a:\n  - b\n c: d', /^error converting YAML to JSON: yaml: line 3, column \d+: /],
    ['a: "x', /^error converting YAML to JSON: yaml: line 1, column \d+: /],
    ['a: .inf', /Infinity is no JSON value/],
    ['a: b\u0001', /yaml: control characters are not allowed/],
    ['a: "\\ud800"', /yaml: found invalid Unicode character escape code/],
    ['null: 1', /Unsupported map key of type/],
    ['[a]: 1', /yaml: invalid map key/],
    [`a: &a ${'x'.repeat(10_000)}\nb: [${'*a,'.repeat(2000)}]`, /excessive aliasing/],
    ['a: &a [*a]', /./],
    [
      `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefgh'
        .split('')
        .map((name, at) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[at]}`)}]`)
        .join('\n')}`,
      /alias/i,
    ],
  ])('%j is refused', async (text, message) => {
    await expect(decode(text, 'application/yaml')).rejects.toMatchObject({
      code: 400,
      message: expect.stringMatching(message),
    })
  })

  test('what is written reads back the same, keys sorted', async () => {
    const tricky = {
      b: 'yes',
      a: [
        'on',
        '12:30',
        'n',
        '1_000',
        '0o7',
        '08',
        '0777',
        '',
        'null',
        '~',
        '1e3',
        'line\nbreak\n',
        '- x',
        '#',
      ],
      '<<': 0,
    }
    const text = await formatYaml(tricky)
    expect((await parseYaml(text)).value).toEqual(tricky)
    expect(text.indexOf('a:')).toBeLessThan(text.indexOf('b:'))
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(
          fc.string(),
          fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.array(fc.string())),
        ),
        async value => {
          expect((await parseYaml(await formatYaml(value))).value).toEqual(value)
        },
      ),
      { numRuns: 200 },
    )
  })
})
