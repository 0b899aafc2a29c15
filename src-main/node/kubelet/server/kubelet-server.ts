import type { Clock } from '#base/clock.ts'
import { errorMessage } from '#base/errors.ts'
import type { ByteStream, ProcessSession } from '#base/streams.ts'
import type { PodLogOptions } from '#kubernetes/api/core-v1.ts'
import { StatusError, statusError } from '#kubernetes/status-error.ts'
import type { RuntimeContainer } from '../../runtimes/container-runtime.ts'
import type { Kubelet } from '../kubelet.ts'
import { findContainer } from '../pod-facts.ts'
import { attemptsOf, readySandbox } from '../pod-runtime-state.ts'
import type { PodWorker } from '../sync/pod-worker.ts'
import { readLogs } from './pod-logs.ts'

interface PodReference {
  node: string
  namespace: string
  pod: string
  uid: string
}

interface ContainerReference extends PodReference {
  container: string
}

interface StreamOptions {
  stdin: boolean
  stdout: boolean
  stderr: boolean
  tty: boolean
}

interface NodeUsage {
  at: number
  windowMs: number
  containers: {
    podUid: string
    name: string
    cpuNanoCores: number
    memoryWorkingSetBytes: number
  }[]
}

/** Measures what the containers of a node use. */
interface UsageSource {
  read(): Promise<NodeUsage>
}

/** Answers for the kubelets of this process: logs, exec, attach, port-forward and usage, with upstream's words when it can't. */
export class KubeletServer {
  readonly #kubelets: ReadonlyMap<string, Kubelet>
  readonly #clock: Clock
  readonly #usage: ReadonlyMap<string, UsageSource>

  constructor(
    kubelets: ReadonlyMap<string, Kubelet>,
    usage: ReadonlyMap<string, UsageSource>,
    clock: Clock,
  ) {
    this.#kubelets = kubelets
    this.#usage = usage
    this.#clock = clock
  }

  /** What the node's containers use now. */
  async usage(node: string): Promise<NodeUsage> {
    const source = this.#usage.get(node)
    if (!source) throw statusError('NotFound', `node "${node}" not found`)
    return orInternalError(source.read())
  }

  async logs(
    reference: ContainerReference,
    options: PodLogOptions,
    signal: AbortSignal,
  ): Promise<AsyncIterable<Uint8Array>> {
    const { kubelet, worker } = this.#find(reference)
    const container = containerWithLogs(worker, reference, options.previous ?? false)
    return readLogs(kubelet.runtime, container.id, options, this.#clock.now(), signal)
  }

  async exec(
    reference: ContainerReference,
    options: StreamOptions & { command: string[] },
    signal: AbortSignal,
  ): Promise<ProcessSession> {
    const { kubelet, worker } = this.#find(reference)
    const { id } = runningContainer(worker, reference)
    const { command, stdin, tty } = options
    return orInternalError(kubelet.runtime.exec(id, { command, stdin, tty }, signal))
  }

  async attach(
    reference: ContainerReference,
    options: StreamOptions,
    signal: AbortSignal,
  ): Promise<ProcessSession> {
    const { kubelet, worker } = this.#find(reference)
    const { id } = runningContainer(worker, reference)
    const { stdin, tty } = options
    return orInternalError(kubelet.runtime.attach(id, { stdin, tty }, signal))
  }

  async portForward(
    reference: PodReference,
    port: number,
    signal: AbortSignal,
  ): Promise<ByteStream> {
    const { kubelet, worker } = this.#find(reference)
    const sandbox = readySandbox(worker.state)
    if (!sandbox)
      throw statusError(
        'InternalError',
        `pod not found ("${reference.pod}_${reference.namespace}")`,
      )
    return orInternalError(kubelet.runtime.portForward(sandbox.id, port, signal))
  }

  #find({ node, namespace, pod, uid }: PodReference): { kubelet: Kubelet; worker: PodWorker } {
    const kubelet = this.#kubelets.get(node)
    if (!kubelet) throw statusError('NotFound', `node "${node}" not found`)
    if (!kubelet.isReachable) {
      throw statusError(
        'InternalError',
        `dial tcp ${kubelet.hostIP}:10250: connect: no route to host`,
      )
    }
    const worker = kubelet.workers?.find(uid)
    if (!worker) throw statusError('NotFound', `pod "${namespace}/${pod}" not found`)
    return { kubelet, worker }
  }
}

function runningContainer(worker: PodWorker, { container }: ContainerReference): RuntimeContainer {
  const [latest] = attemptsOf(worker.state, container)
  if (latest?.state === 'running') return latest
  throw statusError('InternalError', `container not found ("${container}")`)
}

function containerWithLogs(
  worker: PodWorker,
  { container, pod }: ContainerReference,
  previous: boolean,
): RuntimeContainer {
  if (!findContainer(worker.pod, container))
    throw statusError('BadRequest', `container "${container}" in pod "${pod}" is not available`)
  const attempts = attemptsOf(worker.state, container)
  const started = attempts.filter(one => one.state !== 'created')
  const [latest, before] = started
  if (previous) {
    const ended = latest && worker.waiting.has(container) ? latest : before
    if (ended) return ended
    throw statusError(
      'BadRequest',
      `previous terminated container "${container}" in pod "${pod}" not found`,
    )
  }
  if (latest) return latest
  throw statusError(
    'BadRequest',
    `container "${container}" in pod "${pod}" is waiting to start: ${whyWaiting(worker, container)}`,
  )
}

function whyWaiting(worker: PodWorker, container: string): string {
  const reason = worker.waiting.get(container)?.reason
  if (reason === 'ErrImagePull') return 'trying and failing to pull image'
  if (reason === 'ImagePullBackOff') return "image can't be pulled"
  return (
    reason ?? (worker.pod.spec.initContainers?.length ? 'PodInitializing' : 'ContainerCreating')
  )
}

async function orInternalError<T>(promise: Promise<T>): Promise<T> {
  try {
    return await promise
  } catch (error) {
    if (error instanceof StatusError) throw error
    throw statusError('InternalError', errorMessage(error))
  }
}
