import { type Clock, sleep } from '#base/clock.ts'
import { errorMessage } from '#base/errors.ts'
import type { Logger } from '#base/logger.ts'
import type { EventRecorder } from '#client/events.ts'
import { nodes } from '#client/resource-types.ts'
import type { Client } from '#client/rest.ts'
import type { Node } from '#kubernetes/api/core-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { isAlreadyExists, isConflict, isNotFound } from '#kubernetes/status-error.ts'
import { type NodeFacts, nodeObject } from './node-object.ts'

export interface NodeRegistrationOptions {
  client: Client
  clock: Clock
  logger: Logger
  recorder: EventRecorder
  /** The node as it is now. */
  facts(): Promise<NodeFacts>
  signal: AbortSignal
}

const retryMs = 1000

/** Registers the node and keeps its status: written when something changed, never just because time passed. */
export class NodeRegistration {
  readonly #options: NodeRegistrationOptions
  #written: string | undefined
  #wasReady: boolean | undefined
  #queue: Promise<void> = Promise.resolve()

  constructor(options: NodeRegistrationOptions) {
    this.#options = options
  }

  /** Registers the node, or takes over the one that exists; resolves when the API has its status. Retries until then. */
  async register(): Promise<void> {
    const { signal, clock, logger } = this.#options
    for (;;) {
      signal.throwIfAborted()
      try {
        await this.refresh()
        this.#record('Starting', 'Starting kubelet.')
        return
      } catch (error) {
        logger.warn('could not register the node; will retry', { error: errorMessage(error) })
        await sleep(clock, retryMs, signal)
      }
    }
  }

  /** Writes the node's status anew, which others may have changed while nothing was heard of this node. */
  rewrite(): Promise<void> {
    this.#written = undefined
    return this.refresh()
  }

  /** Looks at the engine and writes the node's status if it changed. */
  refresh(): Promise<void> {
    const next = this.#queue.then(() => this.#refresh())
    this.#queue = next.catch(() => {})
    return next
  }

  async #refresh(): Promise<void> {
    const facts = await this.#options.facts()
    const print = fingerprint(facts)
    if (print === this.#written) return
    await this.#write(facts)
    this.#written = print
    const { ready } = facts.engine
    if (this.#wasReady !== ready) {
      const reason = ready ? 'NodeReady' : 'NodeNotReady'
      this.#record(reason, `Node ${facts.name} status is now: ${reason}`)
    }
    this.#wasReady = ready
  }

  async #write(facts: NodeFacts): Promise<void> {
    const { client, clock, signal } = this.#options
    const known = await this.#get(facts.name)
    // Who deleted a node that was registered wants it gone, until its kubelet is started anew.
    if (!known && this.#wasReady !== undefined) return
    if (!known) {
      try {
        await client.create(nodes, nodeObject(facts, undefined, clock.now()), { signal })
        return
      } catch (error) {
        if (!isAlreadyExists(error)) throw error
        return this.#write(facts)
      }
    }
    const wanted = nodeObject(facts, known.status, clock.now())
    await this.#adoptMetadata(known, wanted)
    const { conditions, ...status } = wanted.status ?? {}
    // Conditions are merged by type, the rest replaces what an earlier run may have left.
    await client.patch(
      nodes,
      { name: facts.name },
      {
        status: {
          ...status,
          conditions,
          addresses: [...(status.addresses ?? []), { $patch: 'replace' }],
        },
      },
      { type: 'strategic', subresource: 'status', signal },
    )
  }

  /** Brings labels and pod range of an existing node up to date. */
  async #adoptMetadata(known: Stored<Node>, wanted: Node): Promise<void> {
    const labels = wanted.metadata.labels ?? {}
    const same = Object.entries(labels).every(
      ([key, value]) => known.metadata.labels?.[key] === value,
    )
    if (same && known.spec?.podCIDR) return
    const { client, signal } = this.#options
    try {
      const patch = { metadata: { labels }, ...(known.spec?.podCIDR ? {} : { spec: wanted.spec }) }
      await client.patch(nodes, known.metadata, patch, { type: 'strategic', signal })
    } catch (error) {
      if (!isConflict(error)) throw error
    }
  }

  async #get(name: string): Promise<Stored<Node> | undefined> {
    const { client, signal } = this.#options
    try {
      return await client.get(nodes, { name }, { signal })
    } catch (error) {
      if (isNotFound(error)) return undefined
      throw error
    }
  }

  #record(reason: string, message: string): void {
    void this.#options
      .facts()
      .then(({ name }) =>
        this.#options.recorder.record(
          { kind: 'Node', apiVersion: 'v1', name, uid: name },
          { type: 'Normal', reason, message },
        ),
      )
  }
}

/** Everything of a node's facts that is worth a write. */
const fingerprint = (facts: NodeFacts): string => JSON.stringify(facts)
