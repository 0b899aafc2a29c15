import { describe, expect, test } from 'vitest'
import type { Secret } from '#kubernetes/api/core-v1.ts'
import { parseImageReference, withDefaultTag } from './image-reference.ts'
import { credentialsFor } from './pull-credentials.ts'

describe('parseImageReference', () => {
  test.each([
    ['nginx', 'docker.io', 'library/nginx', 'latest'],
    ['nginx:1.14.2', 'docker.io', 'library/nginx', '1.14.2'],
    ['team/app', 'docker.io', 'team/app', 'latest'],
    ['localhost:5000/a/b:v1', 'localhost:5000', 'a/b', 'v1'],
    ['ghcr.io/a/b', 'ghcr.io', 'a/b', 'latest'],
  ])('takes %s apart', (text, registry, repository, tag) => {
    expect(parseImageReference(text)).toEqual({ registry, repository, tag, digest: undefined })
  })

  test.each(['', 'UPPER', 'a b', 'nginx:', ':tag', 'a//b'])('refuses %j', text => {
    expect(parseImageReference(text)).toBeUndefined()
  })

  test('a reference without tag or digest means latest', () => {
    expect(withDefaultTag('localhost:5000/app')).toBe('localhost:5000/app:latest')
    expect(withDefaultTag('app@sha256:0')).toBe('app@sha256:0')
  })
})

test('credentialsFor picks the entry that fits an image best', () => {
  const auth = (name: string) => ({ auth: Buffer.from(`${name}:p:w`).toString('base64') })
  const config = {
    auths: {
      'https://index.docker.io/v1/': auth('hub'),
      'registry.example:5000': auth('all'),
      'registry.example:5000/team': auth('team'),
      '*.wild.example': auth('wild'),
    },
  }
  const secret: Secret = {
    metadata: { name: 's' },
    type: 'kubernetes.io/dockerconfigjson',
    data: { '.dockerconfigjson': Buffer.from(JSON.stringify(config)).toString('base64') },
  }
  const user = (image: string) => credentialsFor(image, [secret])?.username
  expect(user('nginx')).toBe('hub')
  expect(user('registry.example:5000/other/app')).toBe('all')
  expect(user('registry.example:5000/team/app:1')).toBe('team')
  expect(user('a.wild.example/app')).toBe('wild')
  expect(user('elsewhere.example/app')).toBeUndefined()
  expect(credentialsFor('nginx', [secret])?.password).toBe('p:w')
})
