import type { ContainerRuntime, RuntimeContainer } from '../../runtimes/container-runtime.ts'
import { type BoundPod, findContainer } from '../pod-facts.ts'
import type { PodRuntimeState } from '../pod-runtime-state.ts'

const maxBytes = 4096
const fallback = { bytes: 2048, lines: 80 }

/** What containers left as their last words; read once each. */
export class TerminationMessages {
  readonly #runtime: ContainerRuntime
  readonly #read = new Map<string, string>()

  constructor(runtime: ContainerRuntime) {
    this.#runtime = runtime
  }

  /** The state with messages filled in for containers that ended. */
  async complete(pod: BoundPod, state: PodRuntimeState): Promise<PodRuntimeState> {
    for (const id of this.#read.keys())
      if (!state.containers.some(container => container.id === id)) this.#read.delete(id)
    const containers = await Promise.all(
      state.containers.map(async container => {
        if (container.state !== 'exited' || container.startedAt === undefined) return container
        const message = await this.#messageOf(pod, container)
        return message ? { ...container, message } : container
      }),
    )
    return { ...state, containers }
  }

  async #messageOf(pod: BoundPod, container: RuntimeContainer): Promise<string> {
    const known = this.#read.get(container.id)
    if (known !== undefined) return known
    const spec = findContainer(pod, container.name)
    const path = spec?.terminationMessagePath ?? '/dev/termination-log'
    let message = await this.#runtime
      .readTerminationMessage(container.id, path, maxBytes)
      .catch(() => '')
    if (
      !message &&
      container.exitCode !== 0 &&
      spec?.terminationMessagePolicy === 'FallbackToLogsOnError'
    )
      message = await this.#lastLines(container.id)
    this.#read.set(container.id, message)
    return message
  }

  async #lastLines(id: string): Promise<string> {
    const abort = new AbortController()
    const chunks: Uint8Array[] = []
    try {
      const request = { follow: false, timestamps: false, tailLines: fallback.lines }
      for await (const { bytes } of this.#runtime.logs(id, request, abort.signal))
        chunks.push(bytes)
    } catch {
      return ''
    }
    return Buffer.concat(chunks).subarray(-fallback.bytes).toString('utf8')
  }
}
