import { errorMessage } from '#base/errors.ts'
import type { Logger } from '#base/logger.ts'
import { resourceClaims } from '#client/resource-types.ts'
import type { Client } from '#client/rest.ts'
import { keyOf } from '#kubernetes/objects.ts'
import type { FitFailure } from '../fit-error.ts'
import type { NodeState } from '../node-state.ts'
import type { PodInfo } from '../pod-info.ts'
import { searchBudget } from './allocate-devices.ts'
import { ClaimReservation } from './claim-reservation.ts'
import type { Devices } from './devices.ts'
import { askedClaims, chooseDevices, isWithin } from './pod-claims.ts'

/** What came of looking for claims whose devices stand in a pod's way. */
export interface Deallocation {
  /** For the message of the pod that doesn't fit. */
  text: string
  /** Takes the devices from a claim that nobody uses. */
  run?: () => Promise<void>
}

/** Gives the claims of pods the devices that were found for them, and takes them back. */
export class ClaimBinder {
  readonly #client: Client
  readonly #devices: Devices
  readonly #logger: Logger

  constructor(options: { client: Client; devices: Devices; logger: Logger }) {
    this.#client = options.client
    this.#devices = options.devices
    this.#logger = options.logger
  }

  /** Keeps the devices that a pod's claims are to have on its node; undefined for a pod without claims. */
  reserve(info: PodInfo, node: NodeState): ClaimReservation | undefined {
    if (!info.pod.spec?.resourceClaims?.length) return undefined
    const asked = askedClaims(info.pod, this.#devices)
    if (typeof asked === 'string') throw new Error(asked)
    const open = asked.filter(({ status }) => !status?.allocation)
    const chosen = chooseDevices(open, node, this.#devices, searchBudget())
    if (typeof chosen === 'string') throw new Error(chosen)
    const allocations = new Map(open.map((claim, index) => [claim, chosen[index]]))
    for (const [claim, allocation] of allocations)
      if (allocation) this.#devices.hold(claim, allocation)
    const reserved = asked.map(claim => ({
      claim,
      allocation: allocations.get(claim),
      isWritten: false,
    }))
    const [client, devices, logger] = [this.#client, this.#devices, this.#logger]
    return new ClaimReservation(info, reserved, { client, devices, logger })
  }

  /** Looks for a claim that holds a pod off the nodes that it would fit, and that nobody else uses; says so of a pod without claims too. */
  makeRoom({ pod }: PodInfo, { rejections, message }: FitFailure): Deallocation {
    const asked = message === undefined ? askedClaims(pod, this.#devices) : []
    if (typeof asked === 'string' || !asked.length) return { text: 'no new claims to deallocate' }
    const nodes = [...rejections].filter(([, { plugin }]) => plugin === 'DynamicResources')
    const claim = asked.find(claim => {
      const others = claim.status?.reservedFor?.some(({ uid }) => uid !== pod.metadata.uid)
      return !others && nodes.some(([node]) => !isWithin(claim, node))
    })
    if (!claim) return { text: 'still not schedulable' }
    const { reservedFor: _, allocation: __, devices: ___, ...status } = claim.status ?? {}
    return {
      text: 'deallocation of ResourceClaim completed',
      run: async () => {
        try {
          this.#devices.written(
            await this.#client.updateStatus(resourceClaims, { ...claim, status }),
          )
        } catch (error) {
          this.#logger.debug('could not take devices from a claim', {
            claim: keyOf(claim),
            error: errorMessage(error),
          })
        }
      },
    }
  }
}
