import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'

/** An engine that may be there. */
export interface EngineCandidate {
  /** Where we heard of it, in words for people: `DOCKER_HOST`, `the Docker context "colima"`. */
  source: string
  /** As Docker writes it: `unix:///var/run/docker.sock`, `tcp://…`, `ssh://…`, `npipe:////./pipe/…`. */
  host: string
  /** Someone named it, so that its absence is worth a word. */
  named: boolean
}

export interface Surroundings {
  platform: NodeJS.Platform
  env: Record<string, string | undefined>
  home: string
}

/** Engines in the order in which they are tried: the one Docker's own client would use, then the usual sockets. */
export async function listCandidates(surroundings: Surroundings): Promise<EngineCandidate[]> {
  const named = await findDockerDefault(surroundings)
  const usual = usualSockets(surroundings).map(([source, host]) => ({ source, host, named: false }))
  return [...(named ? [named] : []), ...usual.filter(({ host }) => host !== named?.host)]
}

/** The socket or pipe of an engine on this machine; undefined for one that is reached over a network. */
export function localSocket(host: string): string | undefined {
  if (host.startsWith('unix://')) return host.slice('unix://'.length)
  if (host.startsWith('npipe://')) return host.slice('npipe://'.length).replaceAll('/', '\\')
  return host.includes('://') ? undefined : host
}

/** What Docker's client would use: DOCKER_HOST, else the current context. */
async function findDockerDefault({
  env,
  home,
}: Surroundings): Promise<EngineCandidate | undefined> {
  const host = env['DOCKER_HOST']
  if (host) return { source: 'DOCKER_HOST', host, named: true }
  const folder = env['DOCKER_CONFIG'] ?? path.join(home, '.docker')
  const config = await readJson<{ currentContext?: string }>(path.join(folder, 'config.json'))
  const context = env['DOCKER_CONTEXT'] ?? config?.currentContext
  if (!context || context === 'default') return undefined
  const id = createHash('sha256').update(context).digest('hex')
  const meta = await readJson<{ Endpoints?: { docker?: { Host?: string } } }>(
    path.join(folder, 'contexts', 'meta', id, 'meta.json'),
  )
  const contextHost = meta?.Endpoints?.docker?.Host
  const source = `the Docker context ${JSON.stringify(context)}`
  return contextHost ? { source, host: contextHost, named: true } : undefined
}

function usualSockets({ platform, env, home }: Surroundings): [string, string][] {
  if (platform === 'win32') {
    return [
      ['Docker', 'npipe:////./pipe/docker_engine'],
      ['Podman', 'npipe:////./pipe/podman-machine-default'],
    ]
  }
  const inHome: [string, string][] = [
    ['Docker Desktop', '.docker/run/docker.sock'],
    ['Docker Desktop', '.docker/desktop/docker.sock'],
    ['OrbStack', '.orbstack/run/docker.sock'],
    ['Colima', '.colima/default/docker.sock'],
    ['Podman', '.local/share/containers/podman/machine/podman.sock'],
  ]
  const runtime = env['XDG_RUNTIME_DIR']
  const inRuntime: [string, string][] = runtime
    ? [
        ['rootless Docker', `${runtime}/docker.sock`],
        ['rootless Podman', `${runtime}/podman/podman.sock`],
      ]
    : []
  const all: [string, string][] = [
    ['Docker', '/var/run/docker.sock'],
    ...inHome.map(([source, file]): [string, string] => [source, path.posix.join(home, file)]),
    ['Podman', '/run/podman/podman.sock'],
    ...inRuntime,
  ]
  return all.map(([source, socket]) => [source, `unix://${socket}`])
}

async function readJson<T>(file: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as T
  } catch {
    return undefined
  }
}
