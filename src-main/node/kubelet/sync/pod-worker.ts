import { formatTime } from '#base/clock.ts'
import { errorMessage } from '#base/errors.ts'
import { PodAdmission, rejectedStatus } from '../admission/pod-admission.ts'
import { PodDevices } from '../devices/pod-devices.ts'
import {
  type AnyContainer,
  asksForMore,
  type BoundPod,
  describePod,
  isTerminalPhase,
} from '../pod-facts.ts'
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
import { type ResolvedVolumes, VolumeError } from '../volumes/pod-volumes.ts'
import { PodVolumes } from '../volumes/pod-volumes-state.ts'
import { ContainerKiller } from './container-killer.ts'
import type { StartInput } from './container-starter.ts'
import { ContainerStarts } from './container-starts.ts'
import { deleteFromApi } from './delete-pod.ts'
import { type KillAction, type PodActions, podActions } from './pod-actions.ts'
import type { PodContext } from './pod-context.ts'
import { type Ending, PodEnding } from './pod-ending.ts'
import { PodTerms } from './pod-terms.ts'
import { replaceSandbox } from './sandbox-replacer.ts'
import { SyncLoop } from './sync-loop.ts'

/** When a resize that failed is tried again. */
const resizeRetryMs = 10_000

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
  readonly #killer: ContainerKiller
  readonly #resize: PodResize
  readonly #terms: PodTerms
  readonly #admission: PodAdmission
  readonly #ending = new PodEnding(graceSeconds => this.#stopSooner(graceSeconds))
  readonly #loop: SyncLoop
  readonly #stop = new AbortController()
  readonly #onDone: () => void
  #pod: BoundPod
  #state: PodRuntimeState = emptyRuntimeState

  /** `onDone` is called when nothing is left of the pod on the engine. */
  constructor(context: PodContext, pod: BoundPod, onDone: () => void) {
    this.#context = context
    this.#pod = pod
    this.#onDone = onDone
    this.#report = podReporter(context.recorder, () => this.#pod)
    const { runtime, clock, client, logger } = context
    this.#loop = new SyncLoop({
      clock,
      round: () => this.#round(),
      isBrokenOff: () => this.#ending.signal.aborted,
      onFailure: error =>
        logger.warn('could not sync a pod; will retry', {
          pod: describePod(this.#pod),
          error: errorMessage(error),
        }),
    })
    const report = this.#report
    this.#starts = new ContainerStarts(context)
    this.#killer = new ContainerKiller(context, {
      pod: () => this.#pod,
      podIP: () => this.#podIP,
      report,
      signal: this.#stop.signal,
    })
    this.#resize = new PodResize(pod, {
      room: context.room,
      runtime,
      clock,
      memoryBytes: context.node.memoryBytes,
      report,
      onVerdict: () => this.wake(),
      onPreempt: () => this.#preempt(),
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
    this.#terms = new PodTerms(pod, context, report)
    this.#admission = new PodAdmission(pod, {
      client,
      clock,
      report,
      refuseRoom: signal => this.#resize.refuseRoom(signal),
    })
    this.#ending.follow(pod)
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
    this.#ending.follow(pod)
    const isForeign = this.#status.observe(pod)
    if (isForeign || asksForMore(before, pod)) this.wake()
  }

  /** The pod's object is gone: whatever is left of it has to go, too. */
  removed(): void {
    this.#ending.objectGone(this.#pod)
    this.wake()
  }

  /** Asks for another round. */
  wake(): void {
    this.#loop.wake()
  }

  /** Stops looking after the pod; its containers run on. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    this.#ending.breakOff()
    await this.#loop[Symbol.asyncDispose]()
    // The round that was under way may have begun to probe what it found running.
    this.#probes[Symbol.dispose]()
    await this.#status.flushed()
  }

  #round(): Promise<void> {
    const { asked, signal } = this.#ending
    return asked ? this.#finish(asked) : this.#sync(signal)
  }

  async #sync(signal: AbortSignal): Promise<void> {
    await this.#refresh()
    const pod = this.#resize.apply(this.#pod)
    if (isTerminalPhase(this.#status.written.phase)) return this.#settle()
    if (await this.#isRejected(pod, signal)) return this.#settle()
    const verdict = await this.#terms.judge(pod, this.#state, this.#status.written.startTime)
    if (verdict.isOver) return this.#fail(verdict.graceSeconds)
    if (verdict.againInMs !== undefined) this.#loop.wakeIn(verdict.againInMs)
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
    if (await this.#act(pod, actions, signal)) this.wake()
  }

  /** Whether the node does not take the pod; its status says so then. */
  async #isRejected(pod: BoundPod, signal: AbortSignal): Promise<boolean> {
    const isHere = this.#state.sandboxes.length > 0
    const rejection = isHere ? undefined : await this.#admission.decide(pod, signal)
    if (!rejection) return false
    const now = formatTime(this.#context.clock.now())
    this.#status.set(pod, rejectedStatus(pod, rejection, now))
    return true
  }

  /** Does what has to be done; true when something changed, so that another round is due. */
  async #act(pod: BoundPod, actions: PodActions, signal: AbortSignal): Promise<boolean> {
    const resolved = await this.#volumes.resolve(this.#pod, this.#podIPs).catch(error => {
      if (!(error instanceof VolumeError)) throw error
      this.#loop.wakeIn(this.#volumes.failed(error))
      return undefined
    })
    if (!resolved) return false
    if (actions.newSandbox) return this.#makeSandbox(actions.newSandbox.attempt, resolved, signal)
    const sandbox = readySandbox(this.#state)
    if (!sandbox) return false
    await this.#volumes.write(sandbox.id, resolved)
    const renewal = this.#volumes.nextRenewal(this.#pod)
    if (renewal !== undefined) this.#loop.wakeIn(renewal)
    for (const action of actions.kill) await this.#kill(action)
    const resized = actions.kill.length ? 'changed' : await this.#carryOutResize()
    if (resized === 'failed') this.#loop.wakeIn(resizeRetryMs)
    const hasStarted = await this.#start(actions.start, {
      pod: this.#status.newest(pod),
      sandbox,
      state: this.#state,
      volumes: resolved,
      report: this.#report,
      signal,
    })
    if (resized === 'changed' || hasStarted) return true
    await this.#refresh()
    this.#publish(false)
    return false
  }

  /** True when there is a new sandbox. */
  async #makeSandbox(
    attempt: number,
    volumes: ResolvedVolumes,
    signal: AbortSignal,
  ): Promise<boolean> {
    const retryMs = await this.#devices.prepare(this.#pod)
    if (retryMs !== undefined) {
      this.#loop.wakeIn(retryMs)
      return false
    }
    const id = await replaceSandbox(this.#context, {
      pod: this.#pod,
      attempt,
      before: this.#state,
      volumes,
      report: this.#report,
      signal,
    })
    this.#volumes.madeWith(id, volumes)
    return true
  }

  /** True when any of the containers has started. */
  async #start(
    containers: readonly AnyContainer[],
    input: Omit<StartInput, 'container'>,
  ): Promise<boolean> {
    let hasStarted = false
    const again = await this.#starts.start(containers, input, ({ resources }, id) => {
      hasStarted = true
      this.#resize.running.started(id, resources)
    })
    if (again !== undefined) this.#loop.wakeIn(again)
    return hasStarted
  }

  /** Ends one container, which may run again later. */
  async #kill({ container, spec, message, probe, runsAgain }: KillAction): Promise<void> {
    if (runsAgain) this.#starts.willRestart(container, message)
    const graceSeconds = probe && spec?.[`${probe}Probe`]?.terminationGracePeriodSeconds
    await this.#killer.kill(container, message, graceSeconds)
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
    await this.#killer.killAll(this.#state, ending.graceSeconds)
    this.#resize.leave()
    this.#probes[Symbol.dispose]()
    for (const { id } of this.#state.sandboxes) await runtime.stopPodSandbox(id)
    await this.#refresh()
    if (this.#ending.asked?.inApi) {
      this.#publish(true)
      await this.#status.flushed()
      await deleteFromApi(this.#context.client, this.#pod)
    }
    for (const { id } of this.#state.sandboxes) await runtime.removePodSandbox(id)
    await runtime.removePodVolumes(this.#pod.metadata.uid)
    this.#onDone()
  }

  /** Doesn't wait any longer for what has a longer grace period. */
  #stopSooner(graceSeconds: number): void {
    for (const { id } of this.#state.containers.filter(isAlive))
      this.#context.runtime.stopContainer(id, graceSeconds).catch(() => {})
  }

  #preempt(): void {
    this.#terms.preempt()
    this.wake()
  }

  /** Ends a pod that may run no longer; its status says why. */
  async #fail(graceSeconds?: number): Promise<void> {
    await this.#killer.killAll(this.#state, graceSeconds)
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
      further: [
        ...(ending ? [] : this.#resize.conditions(pod, now)),
        ...this.#terms.conditions(pod, now),
      ],
      ending,
      failure: this.#terms.failure,
      now,
    })
    this.#status.set(pod, status)
  }

  get #podIPs(): string[] {
    if (this.#pod.spec.hostNetwork) return [this.#context.node.hostIP]
    return readySandbox(this.#state)?.ips ?? []
  }

  get #podIP(): string {
    return this.#podIPs[0] ?? ''
  }
}
