import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { systemClock } from '#base/clock.ts'
import { ClusterCertificates, shownBy } from '#control-plane/cluster-certificates.ts'
import { memoryOptions } from '#hosts/supervisor/child.ts'
import { ApiClient } from './api-client.ts'

const program = path.resolve('test/bench/bare-server.mjs')

/**
 * How fast durable creates could be on Node.js if Kubernetes cost nothing: a bare server with the same certificates,
 * asked by the same client, that writes and answers as many bytes as a cluster does.
 */
export class NodePeer implements AsyncDisposable {
  readonly client: ApiClient
  readonly pid: number
  readonly #process: ChildProcess
  readonly #directory: string

  private constructor(process: ChildProcess, directory: string, client: ApiClient) {
    this.#process = process
    this.#directory = directory
    this.client = client
    this.pid = process.pid ?? 0
  }

  /** `answerBytes`: the size of what it stores and answers. */
  static async start(answerBytes: number): Promise<NodePeer> {
    const directory = await mkdtemp(path.join(tmpdir(), 'slipway-bench-node-'))
    const inside = (name: string) => path.join(directory, name)
    const { all } = ClusterCertificates.open({
      dataDir: directory,
      host: '127.0.0.1',
      clusterDomain: 'cluster.local',
      apiServiceAddress: '10.96.0.1',
      clock: systemClock,
    })
    const certificates = await all
    const secret = { mode: 0o600 }
    await writeFile(inside('server.json'), JSON.stringify(shownBy(certificates.current)), secret)
    const told = [inside('server.json'), inside('log'), String(answerBytes)]
    const child = spawn(process.execPath, [...memoryOptions, program, ...told], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [port] = await once(child.stdout, 'data')
    const server = `https://127.0.0.1:${String(port).trim()}`
    const kubeconfig = inside('kubeconfig')
    await writeFile(kubeconfig, certificates.adminKubeconfig('bare', server), secret)
    return new NodePeer(child, directory, await ApiClient.open(kubeconfig))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.client[Symbol.dispose]()
    const ended = once(this.#process, 'exit')
    this.#process.kill('SIGKILL')
    await ended
    await rm(this.#directory, { recursive: true, force: true })
  }
}
