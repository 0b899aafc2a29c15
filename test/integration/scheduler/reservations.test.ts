import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemClock } from '#base/clock.ts'
import { silentLogger } from '#base/logger.ts'
import {
  deviceClasses,
  pods,
  resourceClaims,
  resourceSlices,
  serviceAccounts,
} from '#client/resource-types.ts'
import type { Client } from '#client/rest.ts'
import { SharedInformers } from '#client/shared-informers.ts'
import { resourceClaimController } from '#control-plane/controllers/resourceclaim/resourceclaim.ts'
import { ClaimBinder } from '#control-plane/scheduler/devices/claim-binder.ts'
import { Devices } from '#control-plane/scheduler/devices/devices.ts'
import { podInfo } from '#control-plane/scheduler/pod-info.ts'
import { isNotFound } from '#kubernetes/status-error.ts'
import { startControlledCluster } from '../../support/controlled-cluster.ts'
import { eventually } from '../../support/eventually.ts'
import { nodeState } from '../../support/scheduling.ts'

const namespace = 'default'
const driver = 'gpu.example.com'
const device = `${driver}/gpu/gpu-0`
const owned = new AsyncDisposableStack()
let client: Client
let devices: Devices
let binder: ClaimBinder

/** One device on the node `gpu`, and no scheduler but the part under test. */
beforeAll(async () => {
  const controlled = owned.use(await startControlledCluster({ only: [resourceClaimController] }))
  client = controlled.client
  await client.create(serviceAccounts, { metadata: { name: 'default', namespace } })
  await client.create(deviceClasses, { metadata: { name: 'gpus' }, spec: {} })
  await client.create(resourceSlices, {
    metadata: { name: 'gpu' },
    spec: {
      driver,
      nodeName: 'gpu',
      pool: { name: 'gpu', generation: 1, resourceSliceCount: 1 },
      devices: [{ name: 'gpu-0' }],
    },
  })
  const logger = silentLogger
  const informers = owned.use(new SharedInformers({ client, clock: systemClock, logger }))
  await new Promise<void>(resolve => {
    devices = new Devices({
      informers,
      clock: systemClock,
      logger,
      onChange: ({ change }) => {
        if (change === 'devices known') resolve()
      },
    })
    devices.begin()
  })
  binder = new ClaimBinder({ client, devices, logger })
})
afterAll(() => owned.disposeAsync())

const createClaim = (name: string) =>
  client.create(resourceClaims, {
    metadata: { name, namespace },
    spec: { devices: { requests: [{ name: 'gpu', exactly: { deviceClassName: 'gpus' } }] } },
  })
const getClaim = (name: string) => client.get(resourceClaims, { namespace, name })

/** Keeps the device for a pod with a claim of the same name. */
async function reserved(name: string) {
  await createClaim(name)
  const pod = await client.create(pods, {
    metadata: { name, namespace },
    spec: {
      containers: [{ name: 'app', image: 'app' }],
      resourceClaims: [{ name: 'gpu', resourceClaimName: name }],
    },
  })
  await eventually(() => expect(devices.claim(`${namespace}/${name}`)).toBeDefined())
  const reservation = binder.reserve(podInfo(pod), nodeState('gpu'))
  if (!reservation) throw new Error('the pod has no claims')
  return reservation
}

/** Deletes a pod and its claim, and waits until the device is free. */
async function remove(name: string): Promise<void> {
  await client.delete(pods, { namespace, name }, { gracePeriodSeconds: 0 })
  await client.delete(resourceClaims, { namespace, name })
  await eventually(async () => expect(await getClaim(name).catch(isNotFound)).toBe(true))
  await eventually(() => expect(devices.isInUse(device)).toBe(false))
}

test('a reservation is written whatever else changes in the claim meanwhile, and taken back', async () => {
  const reservation = await reserved('changing')
  const { metadata } = await getClaim('changing')
  expect([devices.isBeingAllocated(metadata.uid), devices.isInUse(device)]).toEqual([true, true])
  const patch = { metadata: { labels: { changed: 'yes' } } }
  await client.patch(resourceClaims, metadata, patch, { type: 'merge' })
  await reservation.write()
  const written = await getClaim('changing')
  expect(written.metadata.labels).toEqual({ changed: 'yes' })
  expect(written.status).toMatchObject({
    allocation: { devices: { results: [{ device: 'gpu-0' }] } },
    reservedFor: [{ name: 'changing' }],
  })
  expect(devices.isBeingAllocated(metadata.uid)).toBe(false)
  await reservation.undo()
  expect((await getClaim('changing')).status?.reservedFor ?? []).toEqual([])
  await remove('changing')
})

test('a reservation that is not written gives its devices back', async () => {
  const reservation = await reserved('dropped')
  expect(devices.isInUse(device)).toBe(true)
  await reservation.undo()
  expect(devices.isInUse(device)).toBe(false)
  expect((await getClaim('dropped')).status).toEqual({})
  await remove('dropped')
})

test('a reservation is refused for a claim that was deleted, and made anew by the same name', async () => {
  const reservation = await reserved('renewed')
  await client.delete(resourceClaims, { namespace, name: 'renewed' })
  await createClaim('renewed')
  await expect(reservation.write()).rejects.toThrow(
    'claim default/renewed got deleted in the meantime',
  )
  await reservation.undo()
  expect(devices.isInUse(device)).toBe(false)
  expect((await getClaim('renewed')).status).toEqual({})
  await remove('renewed')
})

test('a reservation is refused for a claim that others got devices for', async () => {
  const reservation = await reserved('contested')
  const claim = await getClaim('contested')
  const results = [{ request: 'gpu', driver, pool: 'gpu', device: 'gpu-7' }]
  const allocation = { devices: { results } }
  await client.updateStatus(resourceClaims, { ...claim, status: { allocation } })
  await expect(reservation.write()).rejects.toThrow(
    'claim default/contested got allocated elsewhere in the meantime',
  )
  await reservation.undo()
  expect((await getClaim('contested')).status).toEqual({ allocation })
  await remove('contested')
})
