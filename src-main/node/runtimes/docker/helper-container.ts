import { logConfig } from './container-body.ts'
import { dockerLabels } from './docker-labels.ts'
import { EngineError, type EngineHttp, isGone } from './engine-http.ts'
import type { ContainerInspection } from './engine-types.ts'

export interface HelperOptions {
  /** What it is for; a cluster has one of each. */
  role: 'agent' | 'network'
  cluster: string
  /** The agent image: it rests until it is ended. */
  image: string
  isPodman: boolean
  hostConfig: Record<string, unknown>
  /** Put before the engine's words when it does not start. */
  failure: string
}

/** A container of the cluster's own, no pod's: finds the one that runs, or makes it. Answers its id. */
export async function ensureHelper(http: EngineHttp, options: HelperOptions): Promise<string> {
  const name = `slipway-${options.role}-${options.cluster}`
  return (await findRunning(http, name, options.image)) ?? (await create(http, name, options))
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
  { role, cluster, image, isPodman, hostConfig, failure }: HelperOptions,
): Promise<string> {
  const body = {
    Image: image,
    Labels: { [dockerLabels.cluster]: cluster, [dockerLabels.role]: role },
    HostConfig: { ...hostConfig, ...(isPodman ? {} : { LogConfig: logConfig }) },
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
    throw new Error(`${failure}: ${why}`, { cause: error })
  }
  return Id
}
