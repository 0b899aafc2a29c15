import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify, SignJWT } from 'jose'
import { expect, test } from 'vitest'
import { FakeClock } from '#base/fake-clock.ts'
import { ServiceAccountTokens } from './service-account-tokens.ts'

const newKey = () =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
    type: 'pkcs8',
    format: 'pem',
  }) as string
const issuer = 'https://kubernetes.default.svc.cluster.local'
const request = {
  namespace: 'default',
  serviceAccount: { name: 'robot', uid: 'u1' },
  audiences: [issuer],
  lifetimeSeconds: 600,
}

test('a token tells who it is for, until its time is over', async () => {
  const clock = new FakeClock()
  const tokens = new ServiceAccountTokens({ key: newKey(), issuer, clock })
  const { token, expiresAt } = tokens.issue(request)
  expect(expiresAt).toBe(clock.now() + 600_000)
  expect(tokens.verify(token)).toMatchObject({
    sub: 'system:serviceaccount:default:robot',
    'kubernetes.io': { serviceaccount: { name: 'robot', uid: 'u1' } },
  })
  await clock.advance(611_000)
  expect(tokens.verify(token)).toBeUndefined()
})

test('a token that was changed, or that somebody else signed, counts for nothing', () => {
  const clock = new FakeClock()
  const tokens = new ServiceAccountTokens({ key: newKey(), issuer, clock })
  const [header = '', payload = '', signature = ''] = tokens.issue(request).token.split('.')
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
  const forged = Buffer.from(JSON.stringify({ ...claims, sub: 'admin' })).toString('base64url')
  expect(tokens.verify(`${header}.${forged}.${signature}`)).toBeUndefined()
  const none = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url')
  expect(tokens.verify(`${none}.${payload}.`)).toBeUndefined()
  const other = new ServiceAccountTokens({ key: newKey(), issuer, clock })
  expect(tokens.verify(other.issue(request).token)).toBeUndefined()
})

test('a library that nobody here wrote verifies our tokens by the published key set, and we verify by claims', async () => {
  const clock = new FakeClock()
  const key = newKey()
  const tokens = new ServiceAccountTokens({ key, issuer, clock })
  const keys = createLocalJWKSet(tokens.keySet() as JSONWebKeySet)
  const options = { issuer, audience: issuer, currentDate: new Date(clock.now()) }
  const { payload } = await jwtVerify(tokens.issue(request).token, keys, options)
  expect(payload.sub).toBe('system:serviceaccount:default:robot')
  const wrongAudience = { ...options, audience: 'vault' }
  await expect(jwtVerify(tokens.issue(request).token, keys, wrongAudience)).rejects.toThrow(/aud/)
  const seconds = clock.now() / 1000
  const foreign = await new SignJWT({ sub: 'system:serviceaccount:default:robot' })
    .setProtectedHeader({ alg: 'ES256' })
    .setIssuer('https://elsewhere.example')
    .setAudience(issuer)
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + 600)
    .sign(createPrivateKey(key))
  expect(tokens.verify(foreign)).toBeUndefined()
})
