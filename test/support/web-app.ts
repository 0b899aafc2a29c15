import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { controlHeader } from '#hosts/web/attach.ts'
import { readHolder } from '#platform/directory-lock.ts'
import type { HostProcess, ReadyLine, TestHome } from './headless.ts'
import { kubectl } from './kubectl.ts'

const entry = path.resolve('src-main/hosts/web/main.ts')

interface ControlAddress {
  port: number
  token: string
}

/** The app as `npm start -- --web` runs it, on a home of its own, with real kubectl beside it. */
export class WebApp implements AsyncDisposable {
  readonly home: TestHome
  readonly host: HostProcess
  readonly line: ReadyLine
  readonly #control: ControlAddress

  private constructor(home: TestHome, host: HostProcess, line: ReadyLine, control: ControlAddress) {
    this.home = home
    this.host = host
    this.line = line
    this.#control = control
  }

  /** Starts it on the simulated runtime unless `args` say otherwise; resolves when the local cluster runs. */
  static start(home: TestHome, ...args: string[]): Promise<WebApp> {
    return WebApp.startFrom(entry, home, ...args)
  }

  /** The same from another file of the web host, such as the built one. */
  static async startFrom(program: string, home: TestHome, ...args: string[]): Promise<WebApp> {
    const defaults = {
      '--data-dir': home.file('data'),
      '--runtime': 'simulated',
      '--api-port': '0',
    }
    const all = [
      ...Object.entries(defaults)
        .filter(([option]) => !args.includes(option))
        .flat(),
      ...args,
    ]
    const host = home.run(process.execPath, [program, '--no-open', ...all])
    const line = await host.ready()
    const holder = await readHolder(home.file('data', 'window'))
    const control = holder?.['control'] as ControlAddress | undefined
    if (!control) throw new Error(`the web host does not say how to reach it: ${host.stderr}`)
    return new WebApp(home, host, line, control)
  }

  /** A link to open the window with, good for one visit. */
  async launchUrl(): Promise<string> {
    const response = await fetch(`http://127.0.0.1:${this.#control.port}/launch-link`, {
      headers: { [controlHeader]: this.#control.token },
    })
    return (await response.text()).trim()
  }

  /** Runs kubectl on a local cluster and answers what it printed; throws what it said when it failed. */
  async kubectl(args: string[], { input = '', cluster = 'local' } = {}): Promise<string> {
    const file = this.home.file('data', 'clusters', cluster, 'kubeconfig')
    const { code, stdout, stderr } = await kubectl(file, args, { input, timeoutMs: 60_000 })
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`)
    return stdout
  }

  /** `kubectl apply` of a manifest. */
  apply(manifest: string, options: { cluster?: string } = {}): Promise<string> {
    return this.kubectl(['apply', '-f', '-'], { ...options, input: manifest })
  }

  /** The process that runs a local cluster. */
  async clusterPid(cluster = 'local'): Promise<number> {
    const file = this.home.file('data', 'clusters', cluster, 'running.json')
    return (JSON.parse(await readFile(file, 'utf8')) as { pid: number }).pid
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.host.end()
    await this.home[Symbol.asyncDispose]()
  }
}
