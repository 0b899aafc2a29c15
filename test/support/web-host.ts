import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { createInterface } from 'node:readline'

const program = path.join(import.meta.dirname, '../../src-main/hosts/web/main.ts')

interface ReadyLine {
  readonly ui: string
  readonly kubeconfig: string
}

/** The real web host with a cluster of its own on the simulated runtime, in a folder that goes with it. */
export class WebHostProcess implements AsyncDisposable {
  readonly ready: ReadyLine
  readonly folder: string
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, folder: string, ready: ReadyLine) {
    this.#child = child
    this.folder = folder
    this.ready = ready
  }

  static async start(...args: string[]): Promise<WebHostProcess> {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'slipway-window-'))
    const child = spawn(
      process.execPath,
      [
        program,
        '--no-open',
        '--data-dir',
        folder,
        '--kubeconfig',
        'none',
        '--runtime',
        'simulated',
        ...args,
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    )
    const errors: string[] = []
    child.stderr?.on('data', chunk => errors.push(String(chunk)))
    const ready = await new Promise<ReadyLine>((resolve, reject) => {
      createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', line => {
        if (line.startsWith('{')) resolve(JSON.parse(line) as ReadyLine)
      })
      child.once('exit', code =>
        reject(new Error(`the web host exited with ${code}: ${errors.join('')}`)),
      )
    })
    return new WebHostProcess(child, folder, ready)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null) {
      const exited = new Promise(resolve => this.#child.once('exit', resolve))
      this.#child.kill('SIGTERM')
      await exited
    }
    await rm(this.folder, { recursive: true, force: true })
  }
}
