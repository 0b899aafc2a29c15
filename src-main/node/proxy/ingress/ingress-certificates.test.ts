import { expect, test } from 'vitest'
import { FakeClock } from '#base/fake-clock.ts'
import { issueCertificates } from '#platform/issue-certificates.ts'
import { IngressCertificates } from './ingress-certificates.ts'

test('the default certificate is made again after it could not be, and then kept', async () => {
  let tries = 0
  const issue: typeof issueCertificates = async request => {
    if (++tries === 1) throw new Error('no randomness yet')
    return issueCertificates(request)
  }
  const certificates = new IngressCertificates(() => undefined, new FakeClock(), issue)
  await expect(certificates.fallback()).rejects.toThrow('no randomness yet')
  const made = await certificates.fallback()
  expect(made.certificate).toContain('BEGIN CERTIFICATE')
  expect(await certificates.fallback()).toBe(made)
  expect(tries).toBe(2)
})
