import { errorMessage } from '#base/errors.ts'
import type { Logger } from '#base/logger.ts'
import { resourceClaims } from '#client/resource-types.ts'
import type { Client } from '#client/rest.ts'
import type { AllocationResult, ResourceClaim } from '#kubernetes/api/resource-v1.ts'
import { keyOf, type Stored } from '#kubernetes/objects.ts'
import { allocatedFinalizer, consumerOf, isReservedFor } from '#kubernetes/resource-claims.ts'
import { isConflict, isNotFound } from '#kubernetes/status-error.ts'
import type { PodInfo } from '../pod-info.ts'
import type { Devices } from './devices.ts'

const maxAttempts = 5

interface Reserved {
  claim: Stored<ResourceClaim>
  /** Undefined for a claim that had its devices before. */
  allocation: AllocationResult | undefined
  isWritten: boolean
}

/** The claims of one pod on its way to a node, with the devices that are kept for them. */
export class ClaimReservation {
  readonly #info: PodInfo
  readonly #reserved: readonly Reserved[]
  readonly #by: { client: Client; devices: Devices; logger: Logger }

  constructor(
    info: PodInfo,
    reserved: readonly Reserved[],
    by: { client: Client; devices: Devices; logger: Logger },
  ) {
    this.#info = info
    this.#reserved = reserved
    this.#by = by
  }

  /** Writes into the claims what devices they have, and that the pod uses them. Throws in upstream's words. */
  async write(): Promise<void> {
    for (const one of this.#reserved) {
      if (isReservedFor(one.claim, this.#info.pod)) continue
      const claim = await this.#bind(one)
      one.isWritten = true
      this.#by.devices.written(claim)
    }
  }

  /** Gives back what was kept, and what was written. */
  async undo(): Promise<void> {
    const { client, devices, logger } = this.#by
    const { uid } = this.#info
    for (const { claim, isWritten } of this.#reserved) {
      devices.givenUp(claim)
      if (!isWritten) continue
      const patch = {
        metadata: { uid: claim.metadata.uid },
        status: { reservedFor: [{ $patch: 'delete', uid }] },
      }
      try {
        devices.written(
          await client.patch(resourceClaims, claim.metadata, patch, {
            type: 'strategic',
            subresource: 'status',
          }),
        )
      } catch (error) {
        if (isNotFound(error)) continue
        logger.debug('could not take a reservation back', {
          claim: keyOf(claim),
          error: errorMessage(error),
        })
      }
    }
  }

  /** What else changes in a claim meanwhile, such as its labels, is no reason to give up. */
  async #bind({ claim, allocation }: Reserved): Promise<Stored<ResourceClaim>> {
    let newest = claim
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#write(newest, allocation)
      } catch (error) {
        if (!isConflict((error as Error).cause) || attempt === maxAttempts) throw error
      }
      newest = await saying(`get updated claim ${keyOf(claim)} after conflict`, () =>
        this.#by.client.get(resourceClaims, claim.metadata),
      )
      if (newest.metadata.uid !== claim.metadata.uid) throw deletedMeanwhile(claim)
    }
  }

  async #write(
    claim: Stored<ResourceClaim>,
    allocation: AllocationResult | undefined,
  ): Promise<Stored<ResourceClaim>> {
    const { client } = this.#by
    const named = keyOf(claim)
    if (claim.metadata.deletionTimestamp) throw deletedMeanwhile(claim)
    if (allocation && claim.status?.allocation) {
      throw new Error(`claim ${named} got allocated elsewhere in the meantime`)
    }
    const finalizers = claim.metadata.finalizers ?? []
    let newest = claim
    if (allocation && !finalizers.includes(allocatedFinalizer)) {
      const metadata = { ...claim.metadata, finalizers: [...finalizers, allocatedFinalizer] }
      newest = await saying(`add finalizer to claim ${named}`, () =>
        client.update(resourceClaims, { ...claim, metadata }),
      )
    }
    const reservedFor = [...(newest.status?.reservedFor ?? []), consumerOf(this.#info.pod)]
    const status = { ...newest.status, ...(allocation ? { allocation } : {}), reservedFor }
    const what = allocation ? 'allocation and reservation' : 'reservation'
    return saying(`add ${what} to claim ${named}`, () =>
      client.updateStatus(resourceClaims, { ...newest, status }),
    )
  }
}

const deletedMeanwhile = (claim: Stored<ResourceClaim>): Error =>
  new Error(`claim ${keyOf(claim)} got deleted in the meantime`)

async function saying<T>(what: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (cause) {
    throw new Error(`${what}: ${errorMessage(cause)}`, { cause })
  }
}
