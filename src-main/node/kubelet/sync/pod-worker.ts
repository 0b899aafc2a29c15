import { errorMessage } from '#base/errors.ts'
import { PodDevices } from '../devices/pod-devices.ts'
import { asksForMore, type BoundPod, describePod, isTerminalPhase } from '../pod-facts.ts'
import { type PodReporter, podReporter } from '../pod-reporter.ts'
import {
  emptyRuntimeState,
  inspectPod,
  isAlive,
  type PodRuntimeState,
  readySandbox,
} from '../pod-runtime-state.ts'
import { PodProbes } from '../probes/pod-probes.ts'
import { PodResize } from '../resize/pod-resize.ts'
import type { WaitingReason } from '../status/container-status.ts'
import { podStatus } from '../status/pod-status.ts'
import { StatusWriter } from '../status/status-writer.ts'
import { TerminationMessages } from '../status/termination-messages.ts'
import { VolumeError } from '../volumes/pod-volumes.ts'
import { PodVolumes } from '../volumes/pod-volumes-state.ts'
import { killAll, killContainer } from './container-killer.ts'
import { ContainerStarts } from './container-starts.ts'
import { deleteFromApi } from './delete-pod.ts'
import { type KillAction, type PodActions, podActions } from './pod-actions.ts'
import type { PodContext } from './pod-context.ts'
import { PodDeadline } from './pod-deadline.ts'
import { replaceSandbox } from './sandbox-replacer.ts'
import { WakeTimer } from './wake-timer.ts'

/** How the pod is being ended. */
interface Ending {
  graceSeconds: number
  /** Whether the API still has the object, which then has to be deleted for good. */
  inApi: boolean
}

const syncRetryMs = 10_000
const firstRetryMs = 1000

/**
 * Looks after one pod for its whole life: brings the engine to what the spec says, shows what the engine says, and
 * ends it. One step at a time; whatever happens meanwhile only asks for another round, which reads everything afresh.
 */
export class PodWorker implements AsyncDisposable {
  readonly #context: PodContext
  readonly #report: PodReporter
  readonly #probes: PodProbes
  readonly #status: StatusWriter
  readonly #volumes: PodVolumes
  readonly #devices: PodDevices
  readonly #messages: TerminationMessages
  readonly #starts: ContainerStarts
  readonly #resize: PodResize
  readonly #deadline: PodDeadline
  readonly #timer: WakeTimer
  readonly #stop = new AbortController()
  readonly #onDone: () => void
  #pod: BoundPod
  #state: PodRuntimeState = emptyRuntimeState
  /** Aborted when the pod is to end, to break off pulls and starts. */
  #life = new AbortController()
  #ending: Ending | undefined
  #isWanted = false
  #running: Promise<void> | undefined
  #retryMs = firstRetryMs

  /** `onDone` is called when nothing is left of the pod on the engine. */
  constructor(context: PodContext, pod: BoundPod, onDone: () => void) {
    this.#context = context
    this.#pod = pod
    this.#onDone = onDone
    this.#report = podReporter(context.recorder, () => this.#pod)
    const { runtime, clock, client, logger } = context
    this.#timer = new WakeTimer(clock, () => this.wake())
    const report = this.#report
    this.#starts = new ContainerStarts(context)
    this.#resize = new PodResize(pod, {
      room: context.room,
      runtime,
      clock,
      memoryBytes: context.node.memoryBytes,
      report,
      onVerdict: () => this.wake(),
    })
    this.#probes = new PodProbes({ runtime, clock, report, onChange: () => this.#probed() })
    this.#status = new StatusWriter(pod.status, {
      client,
      clock,
      logger,
      signal: this.#stop.signal,
    })
    this.#volumes = new PodVolumes(context, report)
    this.#devices = new PodDevices(context, report)
    this.#messages = new TerminationMessages(runtime)
    this.#deadline = new PodDeadline(pod, clock, report)
    if (pod.metadata.deletionTimestamp) this.#endAsAsked()
    this.wake()
  }

  get pod(): BoundPod {
    return this.#pod
  }

  /** What the engine said last. */
  get state(): PodRuntimeState {
    return this.#state
  }

  /** Why containers that should run don't, by name. */
  get waiting(): ReadonlyMap<string, WaitingReason> {
    return this.#starts.waiting
  }

  /** The pod's object changed. What only says what we wrote ourselves asks for nothing. */
  update(pod: BoundPod): void {
    const before = this.#pod
    this.#pod = pod
    this.#resize.update(pod)
    if (pod.metadata.deletionTimestamp) this.#endAsAsked()
    const isForeign = this.#status.observe(pod)
    if (isForeign || asksForMore(before, pod)) this.wake()
  }

  /** The pod's object is gone: whatever is left of it has to go, too. */
  removed(): void {
    if (this.#ending) this.#ending.inApi = false
    const graceSeconds = this.#pod.metadata.deletionGracePeriodSeconds ?? 1
    this.#end({ graceSeconds: Math.max(1, graceSeconds), inApi: false })
    this.wake()
  }

  /** Asks for another round. */
  wake(): void {
    this.#isWanted = true
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined
      if (this.#isWanted && !this.#stop.signal.aborted) this.wake()
    })
  }

  /** Stops looking after the pod; its containers run on. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    this.#life.abort()
    this.#timer[Symbol.dispose]()
    this.#probes[Symbol.dispose]()
    await this.#running
    await this.#status.flushed()
  }

  async #run(): Promise<void> {
    while (this.#isWanted && !this.#stop.signal.aborted) {
      this.#isWanted = false
      try {
        if (this.#ending) await this.#finish(this.#ending)
        else await this.#sync(this.#life.signal)
        this.#retryMs = firstRetryMs
      } catch (error) {
        if (this.#stop.signal.aborted || (this.#life.signal.aborted && this.#isWanted)) continue
        this.#context.logger.warn('could not sync a pod; will retry', {
          pod: describePod(this.#pod),
          error: errorMessage(error),
        })
        this.#timer.wakeIn(this.#retryMs)
        this.#retryMs = Math.min(this.#retryMs * 2, syncRetryMs)
      }
    }
  }

  async #sync(signal: AbortSignal): Promise<void> {
    await this.#refresh()
    const pod = this.#resize.apply(this.#pod)
    if (isTerminalPhase(this.#status.written.phase)) return this.#settle()
    const leftMs = this.#deadline.left(pod, this.#status.written.startTime)
    if (leftMs === 0) return this.#killForDeadline()
    if (leftMs !== undefined) this.#timer.wakeIn(leftMs)
    this.#probes.follow(pod, this.#state, this.#podIP)
    const actions = podActions({
      pod,
      state: this.#state,
      verdict: name => this.#probes.verdictOn(name),
      hasStarted: name => this.#probes.stateOf(name).started,
      isToRunAgain: ({ id }) => this.#starts.isToRunAgain(id),
    })
    this.#starts.follow(this.#state)
    this.#publish(actions.finished)
    if (actions.finished) return this.#settle()
    if (await this.#act(pod, actions, signal)) this.#isWanted = true
  }

  /** Does what has to be done; true when something changed, so that another round is due. */
  async #act(pod: BoundPod, actions: PodActions, signal: AbortSignal): Promise<boolean> {
    const resolved = await this.#volumes.resolve(this.#pod, this.#podIPs).catch(error => {
      if (!(error instanceof VolumeError)) throw error
      this.#timer.wakeIn(this.#volumes.failed(error))
      return undefined
    })
    if (!resolved) return false
    if (actions.newSandbox) {
      const retryMs = await this.#devices.prepare(this.#pod)
      if (retryMs !== undefined) {
        this.#timer.wakeIn(retryMs)
        return false
      }
      const id = await replaceSandbox(this.#context, {
        pod: this.#pod,
        attempt: actions.newSandbox.attempt,
        before: this.#state,
        volumes: resolved,
        report: this.#report,
        signal,
      })
      this.#volumes.madeWith(id, resolved)
      return true
    }
    const sandbox = readySandbox(this.#state)
    if (!sandbox) return false
    await this.#volumes.write(sandbox.id, resolved)
    const renewal = this.#volumes.nextRenewal(this.#pod)
    if (renewal !== undefined) this.#timer.wakeIn(renewal)
    for (const action of actions.kill) await this.#kill(action)
    const resized = actions.kill.length ? 'changed' : await this.#carryOutResize()
    if (resized === 'failed') this.#timer.wakeIn(syncRetryMs)
    let changed = resized === 'changed'
    const again = await this.#starts.start(
      actions.start,
      {
        pod: this.#status.newest(pod),
        sandbox,
        state: this.#state,
        volumes: resolved,
        report: this.#report,
        signal,
      },
      ({ resources }, id) => {
        changed = true
        this.#resize.running.started(id, resources)
      },
    )
    if (again !== undefined) this.#timer.wakeIn(again)
    if (!changed) {
      await this.#refresh()
      this.#publish(false)
    }
    return changed
  }

  /** Ends one container, which may run again later. */
  async #kill({ container, spec, message, probe, runsAgain }: KillAction): Promise<void> {
    if (runsAgain) this.#starts.willRestart(container, message)
    const ofProbe = probe && spec?.[`${probe}Probe`]?.terminationGracePeriodSeconds
    const graceSeconds = ofProbe ?? this.#graceSeconds
    await killContainer(this.#context, { ...this.#killing, container, message, graceSeconds })
  }

  #carryOutResize(): Promise<'unchanged' | 'changed' | 'failed'> {
    return this.#resize.carryOut(this.#state, (container, spec, message) =>
      this.#kill({ container, spec, message, probe: undefined, runsAgain: true }),
    )
  }

  /** Nothing will run again: frees the sandbox and its address; the containers stay for their logs. */
  async #settle(): Promise<void> {
    this.#resize.leave()
    this.#probes[Symbol.dispose]()
    for (const { id, state } of this.#state.sandboxes)
      if (state === 'ready') await this.#context.runtime.stopPodSandbox(id)
  }

  async #finish(ending: Ending): Promise<void> {
    const { runtime } = this.#context
    this.#probes.stopKilling()
    await this.#refresh()
    await this.#killAll(ending.graceSeconds)
    this.#probes[Symbol.dispose]()
    for (const { id } of this.#state.sandboxes) await runtime.stopPodSandbox(id)
    await this.#refresh()
    if (ending.inApi) {
      this.#publish(true)
      await this.#status.flushed()
      await deleteFromApi(this.#context.client, this.#pod)
    }
    for (const { id } of this.#state.sandboxes) await runtime.removePodSandbox(id)
    await runtime.removePodVolumes(this.#pod.metadata.uid)
    this.#resize.leave()
    this.#onDone()
  }

  async #killAll(graceSeconds: number): Promise<void> {
    await killAll(this.#context, this.#state, { ...this.#killing, graceSeconds })
  }

  #endAsAsked(): void {
    this.#end({ graceSeconds: this.#pod.metadata.deletionGracePeriodSeconds ?? 30, inApi: true })
  }

  #end(ending: Ending): void {
    const before = this.#ending
    if (before && before.graceSeconds <= ending.graceSeconds && before.inApi === ending.inApi)
      return
    this.#ending = ending
    this.#life.abort()
    if (!before || before.graceSeconds <= ending.graceSeconds) return
    // A shorter grace period while it is being ended already: don't wait for the longer one.
    for (const container of this.#state.containers.filter(isAlive))
      this.#context.runtime.stopContainer(container.id, ending.graceSeconds).catch(() => {})
  }

  async #killForDeadline(): Promise<void> {
    await this.#killAll(this.#graceSeconds)
    await this.#refresh()
    this.#publish(true)
    await this.#settle()
  }

  async #refresh(): Promise<void> {
    const state = await inspectPod(this.#context.runtime, this.#pod.metadata.uid)
    this.#state = await this.#messages.complete(this.#pod, state)
  }

  #probed(): void {
    this.#publish(false)
    this.wake()
  }

  #publish(ending: boolean): void {
    const pod = this.#status.newest(this.#resize.apply(this.#pod))
    const { runtime, node, clock } = this.#context
    const now = clock.now()
    const status = podStatus({
      pod,
      state: this.#state,
      runtimeName: runtime.name,
      hostIP: node.hostIP,
      waiting: this.#starts.waiting,
      probed: name => this.#probes.stateOf(name),
      actualResources: (...of) => this.#resize.running.shown(pod, ...of),
      resize: ending ? [] : this.#resize.conditions(pod, now),
      ending,
      failure: this.#deadline.failure,
      now,
    })
    this.#status.set(pod, status)
  }

  get #killing() {
    const [pod, podIP, signal] = [this.#pod, this.#podIP, this.#stop.signal]
    return { pod, podIP, report: this.#report, signal }
  }

  get #graceSeconds(): number {
    return this.#pod.spec.terminationGracePeriodSeconds ?? 30
  }

  get #podIPs(): string[] {
    if (this.#pod.spec.hostNetwork) return [this.#context.node.hostIP]
    return readySandbox(this.#state)?.ips ?? []
  }

  get #podIP(): string {
    return this.#podIPs[0] ?? ''
  }
}
