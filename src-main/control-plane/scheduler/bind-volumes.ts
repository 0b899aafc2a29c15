import type { Clock } from '#base/clock.ts'
import type { Informer } from '#client/informer.ts'
import { persistentVolumeClaims } from '#client/resource-types.ts'
import type { Client } from '#client/rest.ts'
import type { PersistentVolumeClaim } from '#kubernetes/api/core-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { bindCompletedKey, selectedNodeKey } from '#kubernetes/storage-binding.ts'
import { unboundClaims } from './plugins/volume-binding.ts'
import type { PodInfo } from './pod-info.ts'

/** Tells the claims of a pod which node it got, and waits until they are bound. */
export class VolumeBinder {
  readonly #client: Client
  readonly #clock: Clock
  readonly #claims: Informer<PersistentVolumeClaim>
  readonly #signal: AbortSignal

  constructor(options: {
    client: Client
    clock: Clock
    claims: Informer<PersistentVolumeClaim>
    signal: AbortSignal
  }) {
    this.#client = options.client
    this.#clock = options.clock
    this.#claims = options.claims
    this.#signal = options.signal
  }

  /** Whether a pod has to wait for volumes, perhaps for long: somebody else makes them. */
  waits(pod: PodInfo): boolean {
    return unboundClaims(pod, { claims: this.#claims }).length > 0
  }

  /** Throws in upstream's words when that takes too long. */
  async bind(pod: PodInfo, node: string, timeoutMs: number): Promise<void> {
    const unbound = unboundClaims(pod, { claims: this.#claims })
    await Promise.all(
      unbound.map(async ({ metadata }) => {
        if (metadata.annotations?.[selectedNodeKey] !== node) {
          const patch = { metadata: { annotations: { [selectedNodeKey]: node } } }
          await this.#client.patch(persistentVolumeClaims, metadata, patch, { type: 'merge' })
        }
        await this.#bound(metadata.uid, timeoutMs)
      }),
    )
  }

  #bound(uid: string, timeoutMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      using stack = new DisposableStack()
      const finish = (settle: () => void) => {
        owned.dispose()
        settle()
      }
      const fail = (message: string) => finish(() => reject(new Error(message)))
      const look = (claim: Stored<PersistentVolumeClaim>) => {
        if (claim.metadata.uid !== uid) return
        const isBound = claim.spec?.volumeName && claim.metadata.annotations?.[bindCompletedKey]
        if (isBound) queueMicrotask(() => finish(resolve))
      }
      const onAbort = () => finish(() => reject(this.#signal.reason))
      stack.use(
        this.#clock.after(timeoutMs, () => fail('binding volumes: context deadline exceeded')),
      )
      stack.use(
        this.#claims.on({
          added: look,
          updated: look,
          deleted: ({ metadata }) => {
            if (metadata.uid === uid) {
              fail(
                `binding volumes: persistentvolumeclaim ${JSON.stringify(metadata.name)} not found`,
              )
            }
          },
        }),
      )
      this.#signal.addEventListener('abort', onAbort, { once: true })
      stack.defer(() => this.#signal.removeEventListener('abort', onAbort))
      const owned = stack.move()
    })
  }
}
