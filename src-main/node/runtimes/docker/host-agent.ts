import type { HostAgent } from '../container-runtime.ts'
import { logConfig } from './container-body.ts'
import { dockerLabels } from './docker-labels.ts'
import { EngineError, type EngineHttp, isGone } from './engine-http.ts'
import type { EngineProcesses } from './engine-processes.ts'
import type { ContainerInspection } from './engine-types.ts'

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
    const { cluster, image, processes } = this.#options
    const name = `slipway-agent-${cluster}`
    const running = await findRunning(this.#http, name, image)
    const id = running ?? (await create(this.#http, name, this.#options))
    const never = new AbortController().signal
    return {
      exec: (command, signal = never) =>
        processes.exec(id, { command, stdin: true, tty: false }, signal),
    }
  }
}

async function findRunning(
  http: EngineHttp,
  name: string,
  image: string,
): Promise<string | undefined> {
  try {
    const { Id, State, Config } = await http.json<ContainerInspection>({
      method: 'GET',
      path: `/containers/${name}/json`,
    })
    if (State.Status === 'running' && Config.Image === image) return Id
    await http.json({ method: 'DELETE', path: `/containers/${Id}`, query: { force: true } })
  } catch (error) {
    if (!isGone(error)) throw error
  }
  return undefined
}

async function create(
  http: EngineHttp,
  name: string,
  { cluster, image, isPodman }: AgentOptions,
): Promise<string> {
  const body = {
    Image: image,
    Labels: { [dockerLabels.cluster]: cluster, [dockerLabels.role]: 'agent' },
    HostConfig: {
      NetworkMode: 'host',
      CapAdd: ['NET_ADMIN', 'NET_RAW'],
      Binds: [`/sys:${hostSys}`],
      ...(isPodman ? {} : { LogConfig: logConfig }),
    },
  }
  const { Id } = await http.json<{ Id: string }>({
    method: 'POST',
    path: '/containers/create',
    query: { name },
    body,
  })
  try {
    await http.json({ method: 'POST', path: `/containers/${Id}/start` })
  } catch (error) {
    const why = error instanceof EngineError ? error.message : String(error)
    throw new Error(`the node agent could not be started in the host's network: ${why}`, {
      cause: error,
    })
  }
  return Id
}
