import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { runChecked } from '#platform/processes.ts'
import { type HostProcess, type ReadyLine, TestHome } from '../../support/headless.ts'
import { kubectlOutput, splitCommand, toolPath } from '../../support/kubectl.ts'
import { lacksRoot } from '../../support/lanes.ts'
import { processesOn } from '../../support/processes.ts'
import { testImage } from '../../support/test-images.ts'

/** Who starts Slipway, and on what. */
export interface Lane {
  /** Whether pods are containers on an engine. */
  real: boolean
  /** The node port of the users' example. */
  nodePort: number
  /** Turns npm's command line into the one to run, as somebody else for example. */
  command(npm: string[]): string[]
  env: Record<string, string>
  /** Options of `npm start` beside those of every lane. */
  args: string[]
  /** Docker's client on the engine of the cluster, behind Kubernetes' back. */
  docker(voyage: Voyage, ...args: string[]): Promise<string>
  /** Before the first start: gives the home to who starts, for example. */
  prepare?(home: TestHome): Promise<void>
  /** What is left on the engine after a clean-up. */
  leftovers?(voyage: Voyage): Promise<string[]>
}

/** A newcomer's first hour: one home, one cluster, started and stopped by npm. */
export class Voyage implements AsyncDisposable {
  /** Of its own per test process, since bridges and tables are the machine's. */
  readonly cluster = `voyage-${process.pid % 10_000}`
  readonly lane: Lane
  readonly home: TestHome
  host: HostProcess | undefined
  line: ReadyLine | undefined

  private constructor(lane: Lane, home: TestHome) {
    this.lane = lane
    this.home = home
  }

  static async embark(lane: Lane): Promise<Voyage> {
    const home = await TestHome.make()
    await lane.prepare?.(home)
    return new Voyage(lane, home)
  }

  get dataDir(): string {
    return this.home.file('data')
  }

  /** The kubeconfig that the context is merged into. */
  get config(): string {
    return this.home.file('.kube', 'config')
  }

  /** Runs `npm start`. */
  npm(...args: string[]): HostProcess {
    const options = ['--headless', '--no-install', '--data-dir', this.dataDir]
    const all = [...options, '--cluster', this.cluster, ...args]
    const [command = '', ...rest] = this.lane.command(['npm', 'start', '--silent', '--', ...all])
    return this.home.run(command, rest, this.lane.env)
  }

  async start(): Promise<ReadyLine> {
    this.host = this.npm(...this.lane.args)
    this.line = await this.host.ready()
    return this.line
  }

  /** Puts the images of the examples onto the engine. */
  async loadImages(): Promise<void> {
    for (const name of ['rgederin/fib-client-standalone-k8s', 'nginx:1.14.2', 'nginx:1.16.1'])
      await this.docker('load', '-q', '-i', await testImage(name))
  }

  /** Ends npm as a terminal would, and answers its exit code and how long the end took. */
  async stop(): Promise<{ code: number; ms: number }> {
    if (!this.host) throw new Error('nothing runs')
    return this.host.end('SIGTERM')
  }

  /** Runs kubectl with the printed kubeconfig; a failure is an error with kubectl's own words. */
  kubectl(command: string, options: { input?: string; env?: Record<string, string> } = {}) {
    const args = splitCommand(command)
    return kubectlOutput(this.kubeconfig, args, { timeoutMs: 90_000, ...options })
  }

  /** Starts a kubectl that goes on until it is killed, with a terminal if asked. */
  async watchKubectl(command: string, { terminal = false } = {}): Promise<HostProcess> {
    const tool = await toolPath('kubectl')
    const env = { KUBECONFIG: this.kubeconfig, TERM: 'xterm' }
    return terminal
      ? this.home.run('script', ['-qec', `${tool} ${command}`, '/dev/null'], env, { stdin: 'pipe' })
      : this.home.run(tool, splitCommand(command), env)
  }

  docker(...args: string[]): Promise<string> {
    return this.lane.docker(this, ...args)
  }

  /** What of this cluster is on the machine, outside its folder and its engine. */
  async traces(): Promise<string[]> {
    const table = `slipway_${this.cluster.replaceAll('-', '_')}`
    // Who is not root neither makes tables nor may list them.
    const tables = lacksRoot ? '' : await runChecked('nft', ['list', 'tables'])
    const links = await readdir('/sys/class/net')
    const config = await readFile(this.config, 'utf8').catch(() => '')
    const mounts = await readFile('/proc/self/mounts', 'utf8')
    return [
      ...tables.split('\n').filter(line => line.endsWith(table)),
      ...links.filter(link => link === `sw-${this.cluster}`).map(link => `bridge ${link}`),
      ...(config.includes(`slipway-${this.cluster}`) ? [`context in ${this.config}`] : []),
      ...mounts.split('\n').filter(line => line.includes(this.home.directory)),
      ...(await processesOn(this.home.directory)),
    ]
  }

  get kubeconfig(): string {
    return path.join(this.dataDir, 'clusters', this.cluster, 'kubeconfig')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.host?.end('SIGTERM')
    await this.npm('--cleanup', '--volumes', ...this.lane.args).exit()
    await this.home[Symbol.asyncDispose]()
  }
}
