import { type Clock, formatMicroTime } from '#base/clock.ts'
import { errorMessage, isAbort } from '#base/errors.ts'
import type { Logger } from '#base/logger.ts'
import { leases, nodes } from '#client/resource-types.ts'
import type { Client } from '#client/rest.ts'
import type { Lease } from '#kubernetes/api/coordination-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { isAlreadyExists, isConflict, isNotFound } from '#kubernetes/status-error.ts'

const durationSeconds = 40
const periodMs = 10_000
const namespace = 'kube-node-lease'

/** Renews the node's lease every 10 s: the only thing an idle node writes. */
export class NodeLease implements AsyncDisposable {
  readonly #options: { client: Client; clock: Clock; logger: Logger; name: string }
  readonly #stop = new AbortController()
  #lease: Stored<Lease> | undefined
  #timer: Disposable | undefined
  #renewing: Promise<void> = Promise.resolve()

  constructor(options: { client: Client; clock: Clock; logger: Logger; name: string }) {
    this.#options = options
  }

  start(): void {
    this.#renewing = this.#renew().finally(() => {
      if (this.#stop.signal.aborted) return
      this.#timer = this.#options.clock.after(periodMs, () => this.start())
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    this.#timer?.[Symbol.dispose]()
    await this.#renewing
  }

  async #renew(): Promise<void> {
    const { logger, client, clock, name } = this.#options
    const { signal } = this.#stop
    try {
      this.#lease ??= await this.#findOrCreate()
      const spec = {
        ...this.#lease.spec,
        holderIdentity: name,
        renewTime: formatMicroTime(clock.now()),
      }
      this.#lease = await client.update(leases, { ...this.#lease, spec }, { signal })
    } catch (error) {
      this.#lease = undefined
      if (!isAbort(error) && !signal.aborted && !isConflict(error))
        logger.warn('could not renew the lease of the node', { error: errorMessage(error) })
    }
  }

  async #findOrCreate(): Promise<Stored<Lease>> {
    const { client, clock, name } = this.#options
    const { signal } = this.#stop
    try {
      return await client.get(leases, { namespace, name }, { signal })
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
    const node = await client.get(nodes, { name }, { signal })
    const owner = { apiVersion: 'v1', kind: 'Node', name, uid: node.metadata.uid }
    const lease: Lease = {
      metadata: { name, namespace, ownerReferences: [owner] },
      spec: {
        holderIdentity: name,
        leaseDurationSeconds: durationSeconds,
        renewTime: formatMicroTime(clock.now()),
      },
    }
    try {
      return await client.create(leases, lease, { signal })
    } catch (error) {
      if (!isAlreadyExists(error)) throw error
      return client.get(leases, { namespace, name }, { signal })
    }
  }
}
