import { type Clock, formatMicroTime } from '#base/clock.ts'
import { errorMessage, isAbort } from '#base/errors.ts'
import type { Logger } from '#base/logger.ts'
import { leases, nodes } from '#client/resource-types.ts'
import type { Client } from '#client/rest.ts'
import type { Lease } from '#kubernetes/api/coordination-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { isAlreadyExists, isConflict, isNotFound } from '#kubernetes/status-error.ts'
import type { Rounds } from '../rounds.ts'

const durationSeconds = 40
/** How often leases are renewed. */
export const leasePeriodMs = 10_000
const namespace = 'kube-node-lease'

interface NodeLeaseOptions {
  client: Client
  clock: Clock
  logger: Logger
  name: string
  /** What renews the leases of all nodes of this process. */
  rounds: Rounds
}

/** Renews the node's lease every 10 s: the only thing an idle node writes. */
export class NodeLease implements AsyncDisposable {
  readonly #options: NodeLeaseOptions
  readonly #stop = new AbortController()
  #lease: Stored<Lease> | undefined
  #joined: Disposable | undefined
  #renewing: Promise<void> = Promise.resolve()

  constructor(options: NodeLeaseOptions) {
    this.#options = options
  }

  start(): void {
    const renew = () => (this.#renewing = this.#renew())
    void renew().then(() => {
      if (!this.#stop.signal.aborted) this.#joined = this.#options.rounds.join(renew)
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    this.#joined?.[Symbol.dispose]()
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
      if (isAbort(error) || signal.aborted || isConflict(error)) return
      // A node that was deleted has no lease, until its kubelet is started anew.
      const log = isNotFound(error) ? logger.debug : logger.warn
      log('could not renew the lease of the node', { error: errorMessage(error) })
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
