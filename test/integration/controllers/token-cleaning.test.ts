import { afterAll, beforeAll, expect, test } from 'vitest'
import { FakeClock } from '#base/fake-clock.ts'
import { pods, secrets, serviceAccounts } from '#client/resource-types.ts'
import { legacyServiceAccountTokenCleanerController } from '#control-plane/controllers/legacy-serviceaccount-token-cleaner.ts'
import { type ControlledCluster, startControlledCluster } from '../../support/controlled-cluster.ts'
import { eventually } from '../../support/eventually.ts'

const dayMs = 24 * 60 * 60_000
const namespace = 'default'
const invalidSince = 'kubernetes.io/legacy-token-invalid-since'
const lastUsed = 'kubernetes.io/legacy-token-last-used'
let clock: FakeClock
let controlled: ControlledCluster

beforeAll(async () => {
  clock = new FakeClock(Date.now())
  const only = [legacyServiceAccountTokenCleanerController]
  controlled = await startControlledCluster({ clock, only })
})
afterAll(() => controlled?.[Symbol.asyncDispose]())

const day = (ms: number) => new Date(ms).toISOString().slice(0, 10)

async function token(name: string, labels: Record<string, string> = {}): Promise<void> {
  await controlled.client.create(secrets, {
    metadata: {
      name,
      namespace,
      labels,
      annotations: { 'kubernetes.io/service-account.name': 'robot' },
    },
    type: 'kubernetes.io/service-account-token',
  })
}

/** Days later, and once the controller has looked again. */
async function later(days: number): Promise<void> {
  clock.jump((days - 1) * dayMs)
  await clock.advance(dayMs)
}

/** The tokens that are left, with when they were marked. */
async function tokens(): Promise<Record<string, string | undefined>> {
  const { items } = await controlled.client.list(secrets, { namespace })
  return Object.fromEntries(
    items.map(({ metadata }) => [metadata.name, metadata.labels?.[invalidSince] ?? 'valid']),
  )
}

test('tokens that nobody used for a year are marked, and deleted after another; others stay', async () => {
  const { client } = controlled
  const listed = ['old', 'used', 'unreadable', 'mounted']
  await client.create(serviceAccounts, {
    metadata: { name: 'robot', namespace },
    secrets: listed.map(name => ({ name })),
  })
  await token('old')
  await token('used', { [lastUsed]: day(Date.now() + 30 * dayMs) })
  await token('unreadable', { [lastUsed]: 'yesterday' })
  await token('mounted')
  await token('by-hand')
  await client.create(pods, {
    metadata: { name: 'holder', namespace },
    spec: {
      serviceAccountName: 'robot',
      automountServiceAccountToken: false,
      containers: [{ name: 'c', image: 'i' }],
      volumes: [{ name: 'token', secret: { secretName: 'mounted' } }],
    },
  })
  const untouched = { used: 'valid', unreadable: 'valid', mounted: 'valid', 'by-hand': 'valid' }
  await eventually(() => expect(clock.pending).toBeGreaterThan(2))
  await later(364)
  expect(await tokens()).toEqual({ ...untouched, old: 'valid' })
  await later(4)
  const marked = await eventually(async () => {
    const { old } = await tokens()
    expect(old).not.toBe('valid')
    return old
  })
  expect(Date.parse(marked ?? '')).toBeGreaterThan(Date.now() + 364 * dayMs)
  await client.patch(
    secrets,
    { namespace, name: 'used' },
    { metadata: { labels: { [lastUsed]: day(clock.now() + 300 * dayMs) } } },
    { type: 'merge' },
  )
  await later(364)
  expect(await tokens()).toEqual({ ...untouched, old: marked })
  await later(4)
  await eventually(async () => expect(await tokens()).toEqual(untouched))
})
