import { type Clock, formatTime, systemClock } from '#base/clock.ts'
import { silentLogger } from '#base/logger.ts'
import { podBindings, pods } from '#client/resource-types.ts'
import type { Client } from '#client/rest.ts'
import { SharedInformers } from '#client/shared-informers.ts'
import { WorkQueue } from '#client/work-queue.ts'
import type { Pod } from '#kubernetes/api/core-v1.ts'
import { keyOf, type Stored } from '#kubernetes/objects.ts'
import { isPodTerminal } from '#kubernetes/pod-state.ts'
import { isConflict, isNotFound } from '#kubernetes/status-error.ts'

/** Plays the scheduler and every node for tests: binds pods, reports them ready, lets deleted ones go. */
export class PretendKubelet implements AsyncDisposable {
  readonly #client: Client
  readonly #clock: Clock
  readonly #informers: SharedInformers
  readonly #queue: WorkQueue
  readonly #running: Promise<void>
  /** Which pods become ready; the others stay pending. */
  isReady: (pod: Pod) => boolean = () => true
  /** How pods end; those that don't are Running once they are ready. */
  endOf: (pod: Pod) => { exitCode: number } | undefined = () => undefined
  /** Where pods are bound to. */
  nodeFor: (pod: Pod) => string = () => 'node-1'
  /** Which deleted pods are let go; the others stay on their way out. */
  mayGo: (pod: Pod) => boolean = () => true
  /** Whether it binds pods, as where no scheduler runs. */
  binds = true
  #next = 1

  constructor(client: Client, clock: Clock = systemClock) {
    this.#client = client
    this.#clock = clock
    this.#queue = new WorkQueue(clock)
    this.#informers = new SharedInformers({ client, clock, logger: silentLogger })
    const { informer } = this.#informers.use(pods)
    const add = (pod: Stored<Pod>) => this.#queue.add(keyOf(pod))
    informer.on({ added: add, updated: add })
    this.#running = this.#queue.work(4, async key => {
      const pod = informer.get(key)
      if (!pod) return
      try {
        await this.#handle(pod)
      } catch (error) {
        if (!isNotFound(error) && !isConflict(error)) throw error
      }
    })
  }

  /** Looks at every pod again, after `isReady` or the like changed. */
  async look(): Promise<void> {
    for (const pod of (await this.#client.list(pods)).items) this.#queue.add(keyOf(pod))
  }

  async #handle(pod: Stored<Pod>): Promise<void> {
    if (pod.metadata.deletionTimestamp) {
      if (!this.mayGo(pod)) return
      // A kubelet says how a pod ended before it lets it go.
      if (pod.metadata.finalizers && !isPodTerminal(pod)) await this.#end(pod, 137)
      await this.#client.delete(pods, pod.metadata, { gracePeriodSeconds: 0 })
      return
    }
    if (!pod.spec?.nodeName && this.binds) {
      const { name, namespace = '', uid } = pod.metadata
      const binding = {
        metadata: { name, namespace, uid },
        target: { apiVersion: 'v1', kind: 'Node', name: this.nodeFor(pod) },
      }
      await this.#client.create(podBindings, binding, { subresource: 'binding' })
      return
    }
    const end = isPodTerminal(pod) ? undefined : this.endOf(pod)
    if (end) await this.#end(pod, end.exitCode)
    if (end || isPodTerminal(pod)) return
    const ready = this.isReady(pod)
    const known = pod.status?.conditions?.find(({ type }) => type === 'Ready')
    if (known?.status === (ready ? 'True' : 'False')) return
    const podIP = pod.status?.podIP ?? `10.244.0.${this.#next++ % 250}`
    await this.#client.updateStatus(pods, {
      ...pod,
      status: {
        ...pod.status,
        phase: ready ? 'Running' : 'Pending',
        podIP,
        podIPs: [{ ip: podIP }],
        conditions: [
          ...(pod.status?.conditions ?? []).filter(({ type }) => type !== 'Ready'),
          {
            type: 'Ready',
            status: ready ? 'True' : 'False',
            lastTransitionTime: formatTime(this.#clock.now()),
          },
        ],
      },
    })
  }

  async #end(pod: Stored<Pod>, exitCode: number): Promise<void> {
    const time = formatTime(this.#clock.now())
    const terminated = { exitCode, finishedAt: time, reason: exitCode ? 'Error' : 'Completed' }
    await this.#client.updateStatus(pods, {
      ...pod,
      status: {
        ...pod.status,
        phase: exitCode ? 'Failed' : 'Succeeded',
        conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: time }],
        containerStatuses: (pod.spec?.containers ?? []).map(({ name, image = '' }) => ({
          name,
          image,
          imageID: '',
          ready: false,
          restartCount: 0,
          state: { terminated },
        })),
      },
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#queue[Symbol.dispose]()
    await this.#running
    await this.#informers[Symbol.asyncDispose]()
  }
}
