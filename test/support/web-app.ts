import path from 'node:path'
import { controlHeader } from '#hosts/web/attach.ts'
import { readHolder } from '#platform/directory-lock.ts'
import type { HostProcess, ReadyLine, TestHome } from './headless.ts'
import { appArguments, RunningApp } from './running-app.ts'

const entry = path.resolve('src-main/hosts/web/main.ts')
const headless = path.resolve('src-main/hosts/headless/main.ts')

interface ControlAddress {
  port: number
  token: string
}

/** The app as `npm start -- --web` runs it. */
export class WebApp extends RunningApp {
  readonly host: HostProcess
  readonly line: ReadyLine
  readonly #control: ControlAddress

  private constructor(home: TestHome, host: HostProcess, line: ReadyLine, control: ControlAddress) {
    super(home)
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
    const host = home.run(process.execPath, [program, '--no-open', ...appArguments(home, args)])
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

  /** Ends it, and removes what its local cluster left on the machine. */
  async cleanUp(): Promise<void> {
    await this.host.end()
    const where = ['--kubeconfig', 'none', '--data-dir', this.home.file('data')]
    const cleaning = this.home.run(process.execPath, [headless, '--cleanup', '--volumes', ...where])
    const code = await cleaning.exit()
    if (code !== 0) throw new Error(`cleaning up: ${cleaning.stderr}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.host.end()
    await this.home[Symbol.asyncDispose]()
  }
}
