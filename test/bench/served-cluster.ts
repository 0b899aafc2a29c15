import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { memoryOptions, memoryVariables } from '#hosts/supervisor/child.ts'
import { ensureAgentImage } from '#platform/agent-image.ts'
import { cacheDirectory } from '#platform/paths.ts'
import { programFile } from '../../scripts/build-program.mjs'
import { type HostProcess, TestHome } from '../support/headless.ts'
import { ApiClient } from './api-client.ts'
import type { LoadResult } from './load.ts'

/** What every start of a user's but the first finds, too: compiled code, and the agent image. */
const cache = path.resolve('.cache/bench')
const loopMonitor = path.resolve('test/bench/loop-monitor.mjs')

/** Has the agent image in the cache: building it means to download packages, which says more of the network than of us. */
export async function buildAgentImage(): Promise<void> {
  const surroundings = {
    platform: process.platform,
    env: { ...process.env, XDG_CACHE_HOME: cache },
    home: cache,
  }
  await ensureAgentImage({ cacheDir: cacheDirectory(surroundings), arch: process.arch })
}

/** The file of a host, built, as users run it. */
export const builtHost = (host: 'web' | 'headless'): string =>
  programFile(host, process.execPath, text => process.stderr.write(`${text}\n`))

/** A cluster in a process of its own as the app starts it, on SQLite and the simulated runtime, with a client. */
export class ServedCluster implements AsyncDisposable {
  readonly client: ApiClient
  readonly kubeconfig: string
  readonly startupMs: number
  readonly #host: HostProcess
  readonly #home: TestHome

  private constructor(
    home: TestHome,
    host: HostProcess,
    client: ApiClient,
    line: { kubeconfig: string; startupMs: number },
  ) {
    this.#home = home
    this.#host = host
    this.client = client
    this.kubeconfig = line.kubeconfig
    this.startupMs = line.startupMs
  }

  static start(...args: string[]): Promise<ServedCluster> {
    return ServedCluster.#start([], args)
  }

  /** One whose event loop is watched, which costs it 2 MB and some milliseconds of its start. */
  static startWatched(...args: string[]): Promise<ServedCluster> {
    return ServedCluster.#start(['--import', loopMonitor], args)
  }

  static async #start(watching: string[], args: string[]): Promise<ServedCluster> {
    const home = await TestHome.make()
    try {
      const program = [builtHost('headless'), ...home.hostArguments(...args)]
      const command = [...memoryOptions, ...watching, ...program]
      const variables = { ...memoryVariables, XDG_CACHE_HOME: cache }
      const host = home.run(process.execPath, command, variables)
      const line = await host.ready()
      return new ServedCluster(home, host, await ApiClient.open(line.kubeconfig), line)
    } catch (error) {
      await home[Symbol.asyncDispose]()
      throw error
    }
  }

  /** CPU time of all its threads since its start. */
  cpuMs(): Promise<number> {
    return cpuMs(this.#pid)
  }

  /** Runs a load and says beside it what each of its runs cost the server, in words. */
  async costOf(run: () => Promise<LoadResult>): Promise<{ result: LoadResult; cost: string }> {
    const { result, eachMs } = await costOf(this.#pid, run)
    return { result, cost: `${eachMs.toFixed(2)} ms of the server's CPU each` }
  }

  residentMb(): Promise<number> {
    return residentMb(this.#pid)
  }

  /** The longest time its event loop stood still since the last call, and the most CPU time of a turn; of a watched one. */
  async longestStall(): Promise<{ stallMs: number; turnCpuMs: number }> {
    const before = this.#host.stderr.length
    process.kill(this.#pid, 'SIGUSR2')
    for (;;) {
      const found = /longest stall (\S+) ms, (\S+) ms/.exec(this.#host.stderr.slice(before))
      if (found) return { stallMs: Number(found[1]), turnCpuMs: Number(found[2]) }
      await new Promise(resolve => this.#host.child.stderr?.once('data', resolve))
    }
  }

  /** The store's revision: how many writes there were. */
  async revision(): Promise<number> {
    const list = await this.client.json<{ metadata: { resourceVersion: string } }>(
      '/api/v1/namespaces?limit=1',
    )
    return Number(list.metadata.resourceVersion)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.client[Symbol.dispose]()
    await this.#host.end()
    await this.#home[Symbol.asyncDispose]()
  }

  get #pid(): number {
    return this.#host.child.pid ?? 0
  }
}

/** CPU time of all threads of a process since its start. */
async function cpuMs(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}

/** Runs a load on a process and says what CPU time each of its runs took there. */
export async function costOf(
  pid: number,
  run: () => Promise<LoadResult>,
): Promise<{ result: LoadResult; eachMs: number }> {
  const before = await cpuMs(pid)
  const result = await run()
  return { result, eachMs: ((await cpuMs(pid)) - before) / result.runs }
}

/** What a process has in memory. */
export async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024
}
