import { persistentVolumeClaims, persistentVolumes } from '#client/resource-types.ts'
import type { Client } from '#client/rest.ts'
import type { PersistentVolume, PersistentVolumeClaim } from '#kubernetes/api/core-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { compareQuantities } from '#kubernetes/quantity.ts'

/** Conditions of a claim that end when it has grown. */
const growing = new Set(['Resizing', 'FileSystemResizePending'])

/**
 * Gives a bound claim what it asks for beyond what its volume has, volume first, as external resizers do. An engine's
 * volume has no size of its own: only the objects grow. True when the claim did.
 */
export async function growVolume(
  client: Client,
  claim: Stored<PersistentVolumeClaim>,
  volume: Stored<PersistentVolume>,
): Promise<boolean> {
  const wanted = claim.spec?.resources?.requests?.['storage'] ?? '0'
  const isMore = (than: string | undefined) => compareQuantities(wanted, than ?? '0') > 0
  const { status } = claim
  if (status?.phase !== 'Bound' || !isMore(status.capacity?.['storage'])) return false
  if (isMore(volume.spec?.capacity?.['storage'])) {
    const capacity = { ...volume.spec?.capacity, storage: wanted }
    await client.update(persistentVolumes, { ...volume, spec: { ...volume.spec, capacity } })
  }
  const {
    allocatedResources: _,
    allocatedResourceStatuses: __,
    conditions = [],
    ...others
  } = status
  const left = conditions.filter(({ type }) => !growing.has(type))
  await client.updateStatus(persistentVolumeClaims, {
    ...claim,
    status: {
      ...others,
      capacity: { ...status.capacity, storage: wanted },
      ...(left.length ? { conditions: left } : {}),
    },
  })
  return true
}
