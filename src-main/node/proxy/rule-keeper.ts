import { Backoff } from '#base/backoff.ts'
import { type Clock, sleep } from '#base/clock.ts'
import { errorMessage } from '#base/errors.ts'
import type { Logger } from '#base/logger.ts'
import type { HostAgent } from '../runtimes/container-runtime.ts'
import { AgentChannel } from './agent-channel.ts'
import { allowForwarding } from './docker-user.ts'
import { buildFragment, type Fragment } from './nft-fragment.ts'
import { NftTable, type TableOptions } from './nft-table.ts'
import type { ServicePort } from './service-ports.ts'
import { addServiceRoute } from './service-route.ts'

export interface RuleKeeperOptions {
  /** Asked anew after the agent or its engine ended. */
  hostAgent: () => Promise<HostAgent | undefined>
  clusterName: string
  bridge: string
  table: Omit<TableOptions, 'bridgeFiltered'>
  clock: Clock
  logger: Logger
}

/**
 * Keeps the engine's packet filter as the services want it: all at once when it starts and after every break, then by
 * differences. Changes that come while one is applied are applied together.
 */
export class RuleKeeper implements AsyncDisposable {
  readonly #options: RuleKeeperOptions
  readonly #desired = new Map<string, Fragment>()
  readonly #dirty = new Set<string>()
  readonly #stop = new AbortController()
  readonly #backoff: Backoff
  #table: NftTable | undefined
  #channel: AgentChannel | undefined
  #working: Promise<void> | undefined

  constructor(options: RuleKeeperOptions) {
    this.#options = options
    this.#backoff = new Backoff({ clock: options.clock, initialMs: 500, maxMs: 30_000 })
  }

  /** Says what a service wants; no ports mean that it is gone. Takes effect with the next `flush`. */
  set(service: string, ports: readonly ServicePort[]): void {
    if (ports.length) this.#desired.set(service, buildFragment(ports))
    else if (!this.#desired.delete(service)) return
    this.#dirty.add(service)
  }

  /** Applies what was set; resolves when it is in the kernel, however often that has to be tried. */
  flush(): Promise<void> {
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined
      if (this.#dirty.size && !this.#stop.signal.aborted) void this.flush()
    })
    return this.#working
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#channel?.[Symbol.asyncDispose]()
    await this.#working
  }

  async #work(): Promise<void> {
    const { clock, logger } = this.#options
    const { signal } = this.#stop
    while (!signal.aborted && (!this.#channel || this.#dirty.size)) {
      try {
        await (this.#channel ? this.#applyChanges(this.#channel) : this.#applyAll())
        this.#backoff.reset('rules')
      } catch (error) {
        if (signal.aborted) return
        logger.error('programming the packet filter failed; it is tried again', {
          error: errorMessage(error),
        })
        await this.#close()
        await sleep(clock, this.#backoff.next('rules'), signal).catch(() => {})
      }
    }
  }

  async #applyChanges(channel: AgentChannel): Promise<void> {
    const changed = new Map([...this.#dirty].map(key => [key, this.#desired.get(key)]))
    this.#dirty.clear()
    const text = this.#table?.update(changed) ?? ''
    if (!text) return
    await channel.apply(text)
    if (/^add element \S+ \S+ hairpin/m.test(text)) {
      await channel.allowHairpin(this.#options.bridge)
    }
  }

  async #applyAll(): Promise<void> {
    const { hostAgent, clusterName, bridge, table } = this.#options
    const agent = await hostAgent()
    if (!agent) throw new Error('the engine has no node agent')
    const channel = await AgentChannel.open(agent, this.#stop.signal)
    this.#channel = channel
    void channel.ended.then(() => this.#reopen(channel))
    const run = (script: string) => channel.run(script)
    const bridgeFiltered = await run(
      'cat /proc/sys/net/bridge/bridge-nf-call-iptables 2>/dev/null || true',
    )
    this.#dirty.clear()
    this.#table = new NftTable({ ...table, bridgeFiltered: bridgeFiltered.trim() === '1' })
    await channel.apply(this.#table.replaceAll(this.#desired))
    await channel.allowHairpin(bridge)
    await addServiceRoute(run, { ...table, bridge })
    await allowForwarding(run, clusterName)
  }

  /** The agent ends with its engine; what it had set may be gone when it is back. */
  #reopen(ended: AgentChannel): void {
    if (this.#stop.signal.aborted || this.#channel !== ended) return
    this.#channel = undefined
    this.#options.logger.warn('the node agent ended; services are programmed anew')
    void this.flush()
  }

  async #close(): Promise<void> {
    const channel = this.#channel
    this.#channel = undefined
    await channel?.[Symbol.asyncDispose]()
  }
}
