import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import type {
  LocalClusterState,
  LocalClusters,
  NewLocalCluster,
} from '#app/clusters/local-clusters.ts'
import type { Clock } from '#base/clock.ts'
import { Emitter } from '#base/emitter.ts'
import type { Logger } from '#base/logger.ts'
import type { Fork } from './child.ts'
import { ClusterProcess } from './cluster-process.ts'

export interface SupervisedClustersOptions {
  dataDir: string
  /** The headless host's entry. */
  entry: string
  /** Options of the command line that hold for every cluster, such as `--kubeconfig`. */
  commonArgs: string[]
  fork: Fork
  clock: Clock
  logger: Logger
  onNotice: (level: 'info' | 'error', message: string) => void
}

interface Known {
  process: ClusterProcess
  /** What is known of a stopped cluster from its folder. */
  kept: Partial<LocalClusterState>
  /** Options that only count until the cluster exists. */
  creation: string[]
}

const namePattern = /^[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?$/

/** The local clusters below one data directory, each a child process while it runs. */
export class SupervisedClusters implements LocalClusters, AsyncDisposable {
  readonly #options: SupervisedClustersOptions
  readonly #known = new Map<string, Known>()
  readonly #changed = new Emitter<void>()

  constructor(options: SupervisedClustersOptions) {
    this.#options = options
  }

  /** Finds the clusters that exist; starts none. */
  async load(): Promise<void> {
    const entries = await readdir(this.#folder(''), { withFileTypes: true }).catch(() => [])
    for (const entry of entries) {
      if (entry.isDirectory()) this.#know(entry.name, [], await this.#readKept(entry.name))
    }
  }

  list(): LocalClusterState[] {
    return [...this.#known]
      .map(([name, { process, kept }]) => ({ ...kept, ...process.state, name }))
      .toSorted((a, b) => a.name.localeCompare(b.name))
  }

  onChange(listener: () => void): Disposable {
    return this.#changed.on(listener)
  }

  async create(cluster: NewLocalCluster): Promise<void> {
    const { name } = cluster
    if (!namePattern.test(name)) {
      throw new Error(
        `"${name}" is no name for a cluster: up to 30 lower-case letters, digits and dashes, starting and ending with a letter or digit`,
      )
    }
    if (this.#known.has(name)) throw new Error(`there is a cluster named ${name} already`)
    await mkdir(this.#folder(name), { recursive: true, mode: 0o700 })
    this.#know(name, creationArguments(cluster), {})
    this.#changed.emit()
  }

  /** Makes a cluster known that the command line names, with its options, if it isn't yet. */
  ensure(name: string, args: string[]): void {
    const known = this.#known.get(name)
    this.#know(name, args, known?.kept ?? {})
    this.#changed.emit()
  }

  start(name: string): Promise<void> {
    return this.#get(name).process.start()
  }

  async stop(name: string, options: { stopPods: boolean }): Promise<void> {
    const known = this.#get(name)
    await known.process.stop(options)
    known.kept = await this.#readKept(name)
    this.#changed.emit()
  }

  async remove(name: string, { keepVolumes }: { keepVolumes: boolean }): Promise<void> {
    const known = this.#get(name)
    await known.process.stop({ stopPods: true })
    await this.#cleanUp(name, keepVolumes ? [] : ['--volumes'])
    await rm(this.#folder(name), { recursive: true, force: true })
    this.#known.delete(name)
    this.#changed.emit()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(
      [...this.#known.values()].map(({ process }) => process.stop({ stopPods: false })),
    )
  }

  async #cleanUp(name: string, more: string[]): Promise<void> {
    const { entry, dataDir, commonArgs, fork } = this.#options
    const args = ['--cleanup', '--data-dir', dataDir, '--cluster', name, ...commonArgs, ...more]
    const child = fork(entry, args, `clean-up of ${name}`)
    let said = ''
    child.onOutput(text => {
      said = (said + text).slice(-4096)
    })
    const { code, error } = await child.exited
    if (code === 0) return
    const reason = error?.message ?? (said.trim() || `exit code ${code}`)
    throw new Error(`cleaning up after the cluster ${name} failed: ${reason}`)
  }

  #get(name: string): Known {
    const known = this.#known.get(name)
    if (!known) throw new Error(`there is no local cluster named ${name}`)
    return known
  }

  #know(name: string, creation: string[], kept: Partial<LocalClusterState>): void {
    const { entry, dataDir, commonArgs, fork, clock, logger, onNotice } = this.#options
    const process = new ClusterProcess({
      name,
      entry,
      args: ['--data-dir', dataDir, '--cluster', name, ...commonArgs, ...creation],
      fork,
      clock,
      logger: logger.with({ cluster: name }),
      onChange: () => this.#changed.emit(),
      onNotice,
    })
    this.#known.set(name, { process, kept, creation })
  }

  #folder(name: string): string {
    return path.join(this.#options.dataDir, 'clusters', name)
  }

  /** The runtime and address of a stopped cluster, as its own process keeps them in its folder. */
  async #readKept(name: string): Promise<Partial<LocalClusterState>> {
    try {
      const text = await readFile(path.join(this.#folder(name), 'cluster.json'), 'utf8')
      const { runtime, apiPort } = JSON.parse(text) as {
        runtime?: LocalClusterState['runtime']
        apiPort?: number
      }
      return {
        ...(runtime ? { runtime } : {}),
        ...(apiPort ? { apiServer: `https://127.0.0.1:${apiPort}` } : {}),
      }
    } catch {
      return {}
    }
  }
}

function creationArguments(cluster: NewLocalCluster): string[] {
  const { runtime, apiPort, podCidr, serviceCidr, nodes } = cluster
  return [
    ['--runtime', runtime],
    ['--api-port', apiPort],
    ['--pod-cidr', podCidr],
    ['--service-cidr', serviceCidr],
    ['--nodes', nodes],
  ].flatMap(([option, value]) => (value === undefined ? [] : [String(option), String(value)]))
}
