import { access, constants } from 'node:fs/promises'
import path from 'node:path'
import { isRoot } from '../privileges.ts'

/** Where a private engine keeps what is its own. */
export interface EngineFolders {
  /** Images, containers, volumes: kept. */
  data: string
  /** Sockets and pids: short paths, since a socket's name may have 107 bytes. */
  runtime: string
  socketPath: string
}

/** A way to start an engine that is installed. */
export interface EngineProgram {
  name: 'dockerd' | 'podman'
  command: string
  /** Settings that depart from the usual, tried in this order until a container runs. */
  variants: EngineVariant[]
  args(folders: EngineFolders, variant: EngineVariant): string[]
  /** A configuration file for the data folder: its name and content. */
  config?(folders: EngineFolders, variant: EngineVariant): { file: string; content: string }
  /** What it needs in its environment, beside ours. */
  env?(folders: EngineFolders): Record<string, string>
  /** Its search path for the helpers that it runs, such as iptables and runc. */
  searchPath: string
  /** Files with pids of processes that a killed engine leaves, and that would hinder a new one. */
  leftovers(folders: EngineFolders): string[]
}

export type EngineVariant = Record<string, unknown>

/** The engines installed here that we may start ourselves, best first. */
export async function findEnginePrograms(
  env: Record<string, string | undefined>,
): Promise<EngineProgram[]> {
  const searchPath = withSystemFolders(env['PATH'] ?? '')
  const [dockerd, podman] = await Promise.all([
    isRoot() ? findInPath('dockerd', searchPath) : undefined,
    findInPath('podman', searchPath),
  ])
  return [
    ...(dockerd ? [dockerProgram(dockerd, searchPath)] : []),
    ...(podman ? [podmanProgram(podman, searchPath)] : []),
  ]
}

/** Desktops and ordinary users have no folders of system programs in their PATH, where engines and their helpers lie. */
function withSystemFolders(searchPath: string): string {
  const folders = searchPath.split(path.delimiter).filter(Boolean)
  const missing = systemFolders.filter(folder => !folders.includes(folder))
  return [...folders, ...missing].join(path.delimiter)
}

const systemFolders = ['/usr/local/sbin', '/usr/sbin', '/sbin']

function dockerProgram(command: string, searchPath: string): EngineProgram {
  const configFile = 'daemon.json'
  return {
    name: 'dockerd',
    command,
    searchPath,
    variants: [
      {},
      { 'storage-driver': 'vfs' },
      { iptables: false, 'ip-masq': false },
      { 'storage-driver': 'vfs', iptables: false, 'ip-masq': false },
    ],
    args: ({ data }) => ['--config-file', path.join(data, configFile)],
    leftovers: ({ runtime }) => [
      path.join(runtime, 'dockerd.pid'),
      path.join(runtime, 'docker', 'containerd', 'containerd.pid'),
    ],
    config: ({ data, runtime, socketPath }, variant) => ({
      file: configFile,
      content: JSON.stringify(
        {
          'data-root': path.join(data, 'docker'),
          'exec-root': path.join(runtime, 'docker'),
          pidfile: path.join(runtime, 'dockerd.pid'),
          hosts: [`unix://${socketPath}`],
          // Its own bridge would collide with that of an engine that is started later.
          bridge: 'none',
          // Containers outlive the engine, and so us.
          'live-restore': true,
          'userland-proxy': false,
          'log-opts': { 'max-size': '10m', 'max-file': '5' },
          ...variant,
        },
        null,
        2,
      ),
    }),
  }
}

function podmanProgram(command: string, searchPath: string): EngineProgram {
  const configFile = 'containers.conf'
  const modest = 'default_ulimits = ["nofile=20000:20000", "nproc=30000:30000"]'
  return {
    name: 'podman',
    command,
    searchPath,
    variants: [
      {},
      { runtime: 'runc' },
      // Where limits can't be raised, Podman's own defaults make every start fail.
      { runtime: 'runc', limits: 'modest' },
      { runtime: 'runc', limits: 'modest', driver: 'vfs' },
    ],
    leftovers: () => [],
    env: ({ data }) => ({ CONTAINERS_CONF: path.join(data, configFile) }),
    config: (_folders, { runtime, limits }) => ({
      file: configFile,
      content: [
        '[containers]',
        ...(limits ? [modest] : []),
        '[engine]',
        ...(runtime ? [`runtime = ${JSON.stringify(runtime)}`] : []),
        '',
      ].join('\n'),
    }),
    args: ({ data, runtime, socketPath }, { driver }) => [
      ...['--root', path.join(data, driver ? `podman-${driver}` : 'podman')],
      ...['--runroot', path.join(runtime, 'podman')],
      ...['--network-config-dir', path.join(data, 'networks')],
      ...(driver ? ['--storage-driver', String(driver)] : []),
      ...['system', 'service', '--time=0', `unix://${socketPath}`],
    ],
  }
}

async function findInPath(name: string, searchPath: string): Promise<string | undefined> {
  for (const folder of searchPath.split(path.delimiter)) {
    const file = path.join(folder, name)
    try {
      await access(file, constants.X_OK)
      return file
    } catch {
      // Not in this folder.
    }
  }
  return undefined
}
