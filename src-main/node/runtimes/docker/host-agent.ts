import type { HostAgent } from '../container-runtime.ts'
import type { EngineHttp } from './engine-http.ts'
import type { EngineProcesses } from './engine-processes.ts'
import { ensureHelper } from './helper-container.ts'

interface AgentOptions {
  cluster: string
  image: string
  isPodman: boolean
  processes: EngineProcesses
}

/** Where the agent sees the host's /sys. */
export const hostSys = '/hsys'

/**
 * The container in the engine's host network that programs the packet filter: NET_ADMIN and NET_RAW, never privileged.
 */
export class HostAgentContainer {
  readonly #http: EngineHttp
  readonly #options: AgentOptions
  #finding: Promise<HostAgent> | undefined

  constructor(http: EngineHttp, options: AgentOptions) {
    this.#http = http
    this.#options = options
  }

  /**
   * Finds the one that runs, or makes it. Looked for afresh each time, since an engine that is restarted may have ended
   * it; those who ask at the same time share the answer.
   */
  find(): Promise<HostAgent> {
    this.#finding ??= this.#ensure().finally(() => {
      this.#finding = undefined
    })
    return this.#finding
  }

  async #ensure(): Promise<HostAgent> {
    const { cluster, image, isPodman, processes } = this.#options
    const id = await ensureHelper(this.#http, {
      role: 'agent',
      cluster,
      image,
      isPodman,
      hostConfig: {
        NetworkMode: 'host',
        CapAdd: ['NET_ADMIN', 'NET_RAW'],
        Binds: [`/sys:${hostSys}`],
      },
      failure: "the node agent could not be started in the host's network",
    })
    const never = new AbortController().signal
    return {
      exec: (command, signal = never) =>
        processes.exec(id, { command, stdin: true, tty: false }, signal),
    }
  }
}
