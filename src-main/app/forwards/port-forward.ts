import type { Socket } from 'node:net'
import { Backoff } from '#base/backoff.ts'
import { type Clock, sleep } from '#base/clock.ts'
import { errorMessage } from '#base/errors.ts'
import type { ClusterConnection } from '#clusters/connection.ts'
import { collectionPath } from '#clusters/paths.ts'
import type { Forward } from '#contract/forwards.ts'
import { isForbidden, isNotFound } from '#kubernetes/status-error.ts'
import { podsResource } from '../objects/pods-of.ts'
import { watchObjects } from '../objects/watch-objects.ts'
import { object, text, type Untyped } from '../status/conditions.ts'
import { choosePod, type ForwardTarget, portNumber, resolveTarget } from './forward-target.ts'
import { type LocalListener, listenLocally } from './local-listener.ts'
import { tunnel } from './tunnel.ts'

/** What a person wants: remembered over restarts. */
export interface WantedForward
  extends Pick<Forward, 'id' | 'target' | 'kind' | 'port' | 'localPort'> {
  on: boolean
}

type Shown = Pick<Forward, 'state' | 'pod' | 'message'>

/** A forward at work: it listens, follows the pods behind its target, and carries each connection to one of them. */
export class PortForward implements Disposable {
  readonly #wanted: WantedForward
  readonly #connection: ClusterConnection
  readonly #clock: Clock
  readonly #changed: () => void
  readonly #abort = new AbortController()
  readonly #sockets = new Set<Socket>()
  #listener: LocalListener | undefined
  #pod: Untyped | undefined
  #target: ForwardTarget | undefined
  shown: Shown = { state: 'waiting' }

  constructor(options: {
    wanted: WantedForward
    connection: ClusterConnection
    clock: Clock
    changed: () => void
  }) {
    this.#wanted = options.wanted
    this.#connection = options.connection
    this.#clock = options.clock
    this.#changed = options.changed
  }

  get connections(): number {
    return this.#sockets.size
  }

  /** Begins to listen and answers the local port; throws when it can't be had. */
  async start(): Promise<number> {
    try {
      this.#listener = await listenLocally(this.#wanted.localPort, socket => this.#accept(socket))
    } catch (error) {
      this.#show({ state: 'failed', message: errorMessage(error) })
      throw error
    }
    if (this.#abort.signal.aborted) this[Symbol.dispose]()
    else void this.#follow(this.#abort.signal)
    return this.#listener.port
  }

  [Symbol.dispose](): void {
    this.#abort.abort()
    this.#listener?.[Symbol.dispose]()
    for (const socket of this.#sockets) socket.destroy()
  }

  #show(shown: Shown): void {
    if (this.#abort.signal.aborted) return
    if (JSON.stringify(shown) === JSON.stringify(this.shown)) return
    this.shown = shown
    this.#changed()
  }

  /** Keeps to a pod that is ready. What stands behind the target is asked again whenever following breaks. */
  async #follow(signal: AbortSignal): Promise<void> {
    const { target, port } = this.#wanted
    const { transport } = this.#connection
    const backoff = new Backoff({ clock: this.#clock, initialMs: 1000, maxMs: 30_000 })
    while (!signal.aborted) {
      try {
        this.#target = await resolveTarget(transport, target, port, signal)
        backoff.reset('')
        const { fieldSelector, labelSelector } = this.#target
        const query = {
          path: collectionPath(podsResource, target.namespace),
          ...(fieldSelector ? { fieldSelector } : {}),
          ...(labelSelector ? { labelSelector } : {}),
        }
        for await (const found of watchObjects(transport, query, this.#clock, signal))
          this.#choose(found.values())
      } catch (error) {
        if (signal.aborted) return
        this.#pod = undefined
        const isFinal = isForbidden(error)
        const state = isFinal ? 'failed' : 'waiting'
        const gone = `${this.#wanted.kind} ${target.name} does not exist`
        this.#show({ state, message: isNotFound(error) ? gone : errorMessage(error) })
        if (isFinal) return
        await sleep(this.#clock, backoff.next(''), signal).catch(() => {})
      }
    }
  }

  #choose(pods: Iterable<Untyped>): void {
    if (!this.#target) return
    this.#pod = choosePod(pods, this.#target, this.#pod && nameOf(this.#pod))
    if (this.#pod) this.#show({ state: 'ready', pod: nameOf(this.#pod) })
    else {
      const { kind, target } = this.#wanted
      const what =
        kind === 'Pod'
          ? `Pod ${target.name} is not ready`
          : `${kind} ${target.name} has no pod that is ready`
      this.#show({ state: 'waiting', message: what })
    }
  }

  async #accept(socket: Socket): Promise<void> {
    const pod = this.#pod
    const target = this.#target
    // Refused at once rather than kept waiting: browsers and clients try again by themselves.
    if (!pod || !target) return void socket.destroy()
    this.#sockets.add(socket)
    this.#changed()
    socket.on('error', () => socket.destroy())
    const name = nameOf(pod)
    try {
      const place = {
        namespace: this.#wanted.target.namespace ?? '',
        pod: name,
        port: portNumber(pod, target.containerPort),
      }
      const refusal = await tunnel(socket, this.#connection, place, this.#clock)
      this.#show({ state: 'ready', pod: name, ...(refusal ? { message: refusal } : {}) })
    } catch (error) {
      this.#show({ state: 'ready', pod: name, message: errorMessage(error) })
    } finally {
      socket.destroy()
      this.#sockets.delete(socket)
      this.#changed()
    }
  }
}

const nameOf = (pod: Untyped) => text(object(pod['metadata'])['name'])
