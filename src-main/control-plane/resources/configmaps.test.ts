import { expect, test } from 'vitest'
import type { ConfigMap } from '#kubernetes/api/core-v1.ts'
import { configMaps } from './configmaps.ts'
import { failuresOf, updateFailuresOf } from './shared/testing.ts'

const configMap = (rest: Partial<ConfigMap>): ConfigMap => ({
  metadata: { name: 'settings', namespace: 'default' },
  ...rest,
})

test.each<[string, Partial<ConfigMap>, string]>([
  [
    'a bad key',
    { data: { 'a/b': '' } },
    "data[a/b]: Invalid value: \"a/b\": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
  ],
  [
    'a bad binary key',
    { binaryData: { '..': '' } },
    'binaryData[..]: Invalid value: "..": must not be \'..\'',
  ],
  [
    'a key in both',
    { data: { a: '' }, binaryData: { a: '' } },
    'data[a]: Invalid value: "a": duplicate of key present in binaryData',
  ],
  [
    'more than a mebibyte',
    { data: { a: 'x'.repeat(1_048_577) } },
    '[]: Too long: may not be more than 1048576 bytes',
  ],
])('a ConfigMap with %s is refused', (_what, rest, error) => {
  expect(failuresOf(configMaps, configMap(rest))).toEqual([error])
})

test('bytes count as what they decode to', () => {
  const a = Buffer.alloc(1_000_000).toString('base64')
  expect(failuresOf(configMaps, configMap({ binaryData: { a } }))).toEqual([])
})

test('an immutable ConfigMap stays as it is, labels aside', () => {
  const given = configMap({ immutable: true, data: { a: '1' } })
  const detail = 'Forbidden: field is immutable when `immutable` is set'
  const change = (object: ConfigMap) => {
    object.immutable = false
    object.data = { a: '2' }
  }
  expect(updateFailuresOf(configMaps, given, change)).toEqual([
    `immutable: ${detail}`,
    `data: ${detail}`,
  ])
  const label = (object: ConfigMap) => {
    object.metadata.labels = { a: 'b' }
  }
  expect(updateFailuresOf(configMaps, given, label)).toEqual([])
})

test('the column counts both sorts of data', () => {
  const [, data] = configMaps.columns
  expect(data?.value(configMap({ data: { a: '' }, binaryData: { b: '' } }), 0)).toBe(2)
})
