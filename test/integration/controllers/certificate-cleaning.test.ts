import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { FakeClock } from '#base/fake-clock.ts'
import { certificateSigningRequests } from '#client/resource-types.ts'
import { certificateSigningRequestCleanerController } from '#control-plane/controllers/certificatesigningrequest-cleaner.ts'
import { isNotFound } from '#kubernetes/status-error.ts'
import { type ControlledCluster, startControlledCluster } from '../../support/controlled-cluster.ts'
import { eventually } from '../../support/eventually.ts'

const hourMs = 60 * 60_000
let clock: FakeClock
let controlled: ControlledCluster

beforeAll(async () => {
  clock = new FakeClock(Math.floor(Date.now() / 1000) * 1000)
  const only = [certificateSigningRequestCleanerController]
  controlled = await startControlledCluster({ clock, only })
})
afterAll(() => controlled?.[Symbol.asyncDispose]())

const pem = execFileSync(
  'openssl',
  ['req', '-new', '-nodes', '-newkey', 'rsa:2048', '-keyout', '/dev/null', '-subj', '/CN=jane'],
  { stdio: ['ignore', 'pipe', 'ignore'] },
)
const ask = (name: string) =>
  controlled.client.create(certificateSigningRequests, {
    metadata: { name },
    spec: {
      request: pem.toString('base64'),
      signerName: 'kubernetes.io/kube-apiserver-client',
      usages: ['client auth'],
    },
  })
const answer = async (name: string, type: 'Approved' | 'Denied') => {
  const request = await controlled.client.get(certificateSigningRequests, { name })
  await controlled.client.update(
    certificateSigningRequests,
    { ...request, status: { conditions: [{ type, status: 'True', reason: 'Test' }] } },
    { subresource: 'approval' },
  )
}
const names = async () =>
  (await controlled.client.list(certificateSigningRequests)).items.map(
    ({ metadata }) => metadata.name,
  )

test('denied requests go after an hour, unanswered ones after a day, approved ones that wait stay', async () => {
  for (const name of ['denied', 'waiting', 'approved']) await ask(name)
  await answer('denied', 'Denied')
  await answer('approved', 'Approved')
  await eventually(() => expect(clock.pending).toBeGreaterThan(1))
  await clock.advance(hourMs / 2)
  expect(await names()).toEqual(['approved', 'denied', 'waiting'])
  await clock.advance(hourMs / 2 + 5000)
  await eventually(async () => expect(await names()).toEqual(['approved', 'waiting']))
  await clock.advance(24 * hourMs)
  await eventually(() =>
    expect(
      controlled.client.get(certificateSigningRequests, { name: 'waiting' }),
    ).rejects.toSatisfy(isNotFound),
  )
  expect(await names()).toEqual(['approved'])
})
