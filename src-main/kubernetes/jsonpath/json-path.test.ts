import { describe, expect, test } from 'vitest'
import { JsonPath, jsonPathText } from './json-path.ts'

const object = {
  metadata: { name: 'web', annotations: { 'example.com/owner': 'ann' } },
  spec: {
    replicas: 3,
    paused: false,
    ports: [
      { name: 'http', port: 80 },
      { name: 'https', port: 443 },
      { name: 'admin', port: 9000 },
    ],
    empty: [],
  },
  status: {
    conditions: [
      { type: 'Progressing', status: 'True' },
      { type: 'Ready', status: 'False', reason: 'Booting' },
    ],
  },
}

describe('what a path finds', () => {
  test.each<[path: string, found: unknown[]]>([
    ['.metadata.name', ['web']],
    ['{.metadata.name}', ['web']],
    ['$.metadata.name', ['web']],
    ['metadata.name', ['web']],
    ["['metadata']['name']", ['web']],
    ["['metadata'].name", ['web']],
    ['.metadata.annotations.example\\.com/owner', ['ann']],
    [".metadata.annotations['example.com/owner']", ['ann']],
    ['.metadata.annotations["example.com/owner"]', ['ann']],
    ['.spec.replicas', [3]],
    ['.spec.paused', [false]],
    ['.spec.missing', []],
    ['.spec.missing.deeper[0].still', []],
    ['.spec.ports.name', []],
    ['.spec.ports[0].name', ['http']],
    ['.spec.ports[-1].name', ['admin']],
    ['.spec.ports[*].port', [80, 443, 9000]],
    ['.spec.ports[0:2].port', [80, 443]],
    ['.spec.ports[1:].port', [443, 9000]],
    ['.spec.ports[:-1].port', [80, 443]],
    ['.spec.ports[::2].port', [80, 9000]],
    ['.spec.ports[0,2].port', [80, 9000]],
    ["['metadata','spec']", [object.metadata, object.spec]],
    ['.spec.empty[*]', []],
    ['..port', [80, 443, 9000]],
    ['.status..reason', ['Booting']],
    ['.status.conditions[?(@.type=="Ready")].status', ['False']],
    [".status.conditions[?(@.type=='Ready')].status", ['False']],
    ['.status.conditions[?(@.type == "Ready")].status', ['False']],
    ['.status.conditions[?(@.type!="Ready")].status', ['True']],
    ['.status.conditions[?(@.reason)].type', ['Ready']],
    ['.status.conditions[?(@.type=="Absent")].status', []],
    ['.spec.ports[?(@.port>80)].name', ['https', 'admin']],
    ['.spec.ports[?(@.port>=443)].name', ['https', 'admin']],
    ['.spec.ports[?(@.port<443)].name', ['http']],
    ['.spec.ports[?(@.port<=443)].name', ['http', 'https']],
    ['.spec.ports[?(@.name=="a]b")].name', []],
    ['.spec.ports[?(@.port==$.spec.replicas)].name', []],
  ])('%s', (path, found) => {
    expect(new JsonPath(path).find(object)).toEqual(found)
  })

  test('an index beyond the end is an error', () => {
    expect(() => new JsonPath('.spec.ports[3]').find(object)).toThrow(
      'array index out of bounds: index 3, length 3',
    )
  })
})

describe('what is no path', () => {
  test.each([
    ['.spec.ports[0', 'unterminated array'],
    ['.spec.ports[abc]', 'invalid array index abc'],
    ['.spec.ports[?(@.a==b)]', 'unrecognized identifier b'],
    ['.spec.ports[?(@.a==1]', 'unclosed filter'],
    ['.spec)', 'unrecognized character in action'],
  ])('%s', (path, problem) => {
    expect(() => new JsonPath(path)).toThrow(problem)
  })
})

test('a found value is printed as kubectl prints it', () => {
  expect([1, 'a', true, null, { a: [1] }, ['x']].map(jsonPathText)).toEqual([
    '1',
    'a',
    'true',
    '',
    '{"a":[1]}',
    '["x"]',
  ])
})
