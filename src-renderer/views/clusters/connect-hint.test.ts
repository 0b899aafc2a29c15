import { expect, test } from 'vitest'
import { connectHint } from './connect-hint.ts'

test.each([
  ['https://10.0.0.1:6443: connect ECONNREFUSED 10.0.0.1:6443', 'may be stopped'],
  ['getaddrinfo ENOTFOUND eks.example.org', 'a VPN may be off'],
  ['connect ETIMEDOUT 10.0.0.1:443', 'proxy may be missing'],
  ['certificate has expired', 'has to be renewed'],
  ['unable to verify the first certificate', 'certificate authority'],
  ['self-signed certificate in certificate chain', 'certificate authority'],
])('%s has a way on', (error, hint) => {
  expect(connectHint(error)).toContain(hint)
})

test('what is not known is not guessed at', () => {
  expect(connectHint('Unauthorized')).toBeUndefined()
})
