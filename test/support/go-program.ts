import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { runCommand } from '#platform/processes.ts'
import { lacksLinux } from './lanes.ts'

/** Where Debian's packages put the sources of Go libraries. */
const libraries = '/usr/share/gocode'

/** Why tests against Go's libraries don't run here; undefined when they do. `imports`: `sigs.k8s.io/json`. */
export function lacksGo(imports: readonly string[]): string | undefined {
  if (process.env['SLIPWAY_TEST_FULL'] !== '1') return 'part of npm run test:full'
  if (lacksLinux) return lacksLinux
  if (!existsSync('/usr/bin/go')) return 'Go is not installed (apt-get install golang-go)'
  const missing = imports.filter(name => !existsSync(path.join(libraries, 'src', name)))
  return missing.length ? `Go libraries are not installed: ${missing.join(', ')}` : undefined
}

/** A program in Go that answers each JSON line on its input by one on its output, in their order. */
export class GoProgram implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #directory: string
  readonly #waiting: ((line: string) => void)[] = []
  readonly #ended: Promise<Error>

  private constructor(binary: string, directory: string) {
    this.#directory = directory
    this.#child = spawn(binary, { stdio: ['pipe', 'pipe', 'inherit'] })
    const { stdout, stdin } = this.#child
    if (stdout) createInterface({ input: stdout }).on('line', line => this.#waiting.shift()?.(line))
    stdin?.on('error', () => {})
    this.#ended = new Promise(resolve => {
      this.#child.on('error', resolve)
      this.#child.on('exit', code => resolve(new Error(`the program in Go ended with ${code}`)))
    })
  }

  /** Builds and starts the program whose sources lie in a folder. Throws what the compiler says. */
  static async start(folder: string): Promise<GoProgram> {
    const directory = await mkdtemp(path.join(tmpdir(), 'go-program-'))
    const binary = path.join(directory, 'program')
    const built = await runCommand('go', ['build', '-o', binary, '.'], {
      cwd: folder,
      env: { ...process.env, GO111MODULE: 'off', GOPATH: libraries, GOFLAGS: '' },
    })
    if (built.code !== 0) {
      await rm(directory, { recursive: true, force: true })
      throw new Error(`go build in ${folder}: ${built.stderr}`)
    }
    return new GoProgram(binary, directory)
  }

  /** Answers questions in their order. Throws when the program ends before. */
  async ask<Answer>(questions: readonly object[]): Promise<Answer[]> {
    const answers = questions.map(
      question =>
        new Promise<string>(resolve => {
          this.#waiting.push(resolve)
          this.#child.stdin?.write(`${JSON.stringify(question)}\n`)
        }),
    )
    const lines = await Promise.race([Promise.all(answers), this.#ended])
    if (lines instanceof Error) throw lines
    return lines.map(line => JSON.parse(line) as Answer)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.stdin?.end()
    await this.#ended
    await rm(this.#directory, { recursive: true, force: true })
  }
}
