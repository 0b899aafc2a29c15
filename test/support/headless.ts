import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

/** Shared by all homes, or every start would compile the program anew. */
const compiledCode = path.resolve('node_modules/.cache/slipway/compiled')
/** A run with a fault in the sources has it in the processes that it starts, too. */
const plantFault = pathToFileURL(path.resolve('test/mutations/plant-in-process.ts')).href
const entry = path.resolve('src-main/hosts/headless/main.ts')

/** The line that a host prints when it is ready. */
export interface ReadyLine {
  ready: boolean
  cluster: string
  apiServer: string
  kubeconfig: string
  runtime: string
  startupMs: number
}

/** A host's process and what it has said so far. */
export class HostProcess implements AsyncDisposable {
  readonly child: ChildProcess
  stdout = ''
  stderr = ''

  constructor(child: ChildProcess) {
    this.child = child
    child.stdout?.setEncoding('utf8').on('data', chunk => {
      this.stdout += chunk
    })
    child.stderr?.setEncoding('utf8').on('data', chunk => {
      this.stderr += chunk
    })
  }

  /** The parsed line, once it is printed; throws with what was said when the process ends without it. */
  async ready(): Promise<ReadyLine> {
    while (!this.stdout.includes('\n') && this.child.exitCode === null && !this.child.signalCode) {
      await Promise.race([once(this.child.stdout ?? this.child, 'data'), once(this.child, 'close')])
    }
    const [line] = this.stdout.split('\n')
    if (!line) throw new Error(`not ready: ${this.stderr}`)
    return JSON.parse(line) as ReadyLine
  }

  /** Waits for the end, at most 30 s, and answers the exit code; -1 when a signal ended it. */
  async exit(): Promise<number> {
    const limit = setTimeout(() => {
      this.child.kill('SIGKILL')
      // What it started may hold them open for ever.
      this.child.stdout?.destroy()
      this.child.stderr?.destroy()
    }, 30_000)
    if (this.child.exitCode === null && !this.child.signalCode) await once(this.child, 'close')
    clearTimeout(limit)
    return this.child.exitCode ?? -1
  }

  /** Sends a signal and answers the exit code and how long the end took. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<{ code: number; ms: number }> {
    const started = performance.now()
    this.child.kill(signal)
    return { code: await this.exit(), ms: performance.now() - started }
  }

  /** Ends it in order, since npm that is killed leaves its children behind. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.end('SIGTERM')
  }
}

/** A data directory for one test, and the headless host on it. */
export class TestHome implements AsyncDisposable {
  readonly directory: string
  readonly #processes: HostProcess[] = []

  private constructor(directory: string) {
    this.directory = directory
  }

  static async make(): Promise<TestHome> {
    return new TestHome(await mkdtemp(path.join(tmpdir(), 'slipway-home-')))
  }

  file(...names: string[]): string {
    return path.join(this.directory, ...names)
  }

  /** Starts the headless host on the simulated runtime, the user's kubeconfig left alone unless `args` say otherwise. */
  start(...args: string[]): HostProcess {
    return this.run(process.execPath, this.hostCommand(...args))
  }

  /** What `start` gives to Node.js. */
  hostCommand(...args: string[]): string[] {
    return [entry, ...this.hostArguments(...args)]
  }

  /** What the host is told: this home's place, the simulated runtime, and no user's kubeconfig unless `args` say so. */
  hostArguments(...args: string[]): string[] {
    return [...this.#defaults(args), ...args]
  }

  /** Starts any program with this home's surroundings, and further variables; with `stdin: 'pipe'` it can be typed into. */
  run(
    command: string,
    args: string[],
    variables: Record<string, string> = {},
    { stdin = 'ignore' }: { stdin?: 'ignore' | 'pipe' } = {},
  ): HostProcess {
    const env = {
      ...process.env,
      HOME: this.directory,
      KUBECONFIG: '',
      ...(process.env['SLIPWAY_MUTATION']
        ? { NODE_OPTIONS: `--import=${plantFault}` }
        : { NODE_COMPILE_CACHE: compiledCode }),
      ...variables,
    }
    const child = spawn(command, args, { env, stdio: [stdin, 'pipe', 'pipe'] })
    const host = new HostProcess(child)
    this.#processes.push(host)
    return host
  }

  #defaults(args: string[]): string[] {
    const defaults = { '--data-dir': this.file('data'), '--kubeconfig': 'none' }
    return Object.entries({ ...defaults, '--runtime': 'simulated' })
      .filter(([option]) => !args.some(arg => arg.split('=')[0] === option))
      .flat()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const host of this.#processes) await host[Symbol.asyncDispose]()
    await rm(this.directory, { recursive: true, force: true })
  }
}
