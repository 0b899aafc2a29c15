import { expect, test } from 'vitest'
import type { Secret } from '#kubernetes/api/core-v1.ts'
import { secrets } from './secrets.ts'
import { created, failuresOf, updateFailuresOf, warningsOf } from './shared/testing.ts'

const secret = (rest: Partial<Secret> = {}): Secret => ({
  metadata: { name: 'login', namespace: 'default' },
  ...rest,
})
const base64 = (text: string) => Buffer.from(text).toString('base64')

test('text becomes data, over what is there, and is Opaque', () => {
  const given = secret({ data: { a: base64('1'), b: base64('2') }, stringData: { b: 'ü' } })
  expect(created(secrets, given)).toEqual({
    metadata: given.metadata,
    type: 'Opaque',
    data: { a: 'MQ==', b: 'w7w=' },
  })
})

test.each<[string, Partial<Secret>, string[]]>([
  ['a bad key', { stringData: { '.': '' } }, ['data[.]: Invalid value: ".": must not be \'.\'']],
  [
    'more than a mebibyte',
    { stringData: { a: 'x'.repeat(1_048_577) } },
    ['data: Too long: may not be more than 1048576 bytes'],
  ],
  [
    'no account',
    { type: 'kubernetes.io/service-account-token' },
    ['metadata.annotations[kubernetes.io/service-account.name]: Required value'],
  ],
  [
    'no key pair',
    { type: 'kubernetes.io/tls' },
    ['data[tls.crt]: Required value', 'data[tls.key]: Required value'],
  ],
  [
    'no login',
    { type: 'kubernetes.io/basic-auth' },
    ['data[username]: Required value', 'data[password]: Required value'],
  ],
  ['no SSH key', { type: 'kubernetes.io/ssh-auth' }, ['data[ssh-privatekey]: Required value']],
  [
    'no registries',
    { type: 'kubernetes.io/dockerconfigjson' },
    ['data[.dockerconfigjson]: Required value'],
  ],
  ['no old registries', { type: 'kubernetes.io/dockercfg' }, ['data[.dockercfg]: Required value']],
  [
    'registries that are no JSON',
    { type: 'kubernetes.io/dockerconfigjson', stringData: { '.dockerconfigjson': 'top secret' } },
    [
      "data[.dockerconfigjson]: Invalid value: \"<secret contents redacted>\": invalid character 'o' in literal true (expecting 'r')",
    ],
  ],
])('a Secret with %s is refused', (_what, rest, errors) => {
  expect(failuresOf(secrets, secret(rest))).toEqual(errors)
})

test('a Secret for TLS is warned of what can not serve', () => {
  const given = secret({
    type: 'kubernetes.io/tls',
    stringData: { 'tls.crt': 'a', 'tls.key': 'b' },
  })
  expect(warningsOf(secrets, given)).toEqual([
    'tls: failed to find any PEM data in certificate input',
  ])
  expect(warningsOf(secrets, secret({ stringData: { 'tls.crt': 'a' } }))).toEqual([])
})

test('a password alone is a login', () => {
  const given = secret({ type: 'kubernetes.io/basic-auth', stringData: { password: 'x' } })
  expect(failuresOf(secrets, given)).toEqual([])
})

test('a Secret keeps its type, and all its data when it is immutable', () => {
  const retype = (object: Secret) => {
    object.type = 'kubernetes.io/tls2'
  }
  expect(updateFailuresOf(secrets, secret(), retype)).toEqual([
    'type: Invalid value: "kubernetes.io/tls2": field is immutable',
  ])
  const change = (object: Secret) => {
    object.stringData = { a: '2' }
  }
  expect(updateFailuresOf(secrets, secret({ immutable: true }), change)).toEqual([
    'data: Forbidden: field is immutable when `immutable` is set',
  ])
})
