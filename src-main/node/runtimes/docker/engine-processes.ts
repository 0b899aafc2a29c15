import { type Clock, sleep } from '#base/clock.ts'
import type { ProcessSession } from '#base/streams.ts'
import type { EngineHttp } from './engine-http.ts'
import { engineSession } from './engine-session.ts'
import type { ContainerInspection } from './engine-types.ts'
import { demultiplex } from './stream-frames.ts'

const longestExitWaitMs = 2000

/** Processes in containers whose streams come to us. */
export class EngineProcesses {
  readonly #http: EngineHttp
  readonly #clock: Clock

  constructor(http: EngineHttp, clock: Clock) {
    this.#http = http
    this.#clock = clock
  }

  /** Starts a further process in a container. */
  async exec(
    id: string,
    { command, stdin, tty }: { command: string[]; stdin: boolean; tty: boolean },
    signal: AbortSignal,
  ): Promise<ProcessSession> {
    const { Id } = await this.#http.json<{ Id: string }>({
      method: 'POST',
      path: `/containers/${id}/exec`,
      body: { AttachStdin: stdin, AttachStdout: true, AttachStderr: true, Tty: tty, Cmd: command },
      signal,
    })
    const socket = await this.#http.upgrade({
      method: 'POST',
      path: `/exec/${Id}/start`,
      body: { Detach: false, Tty: tty },
      signal,
    })
    return engineSession(socket, {
      stdin,
      tty,
      signal,
      exitCode: () => this.#exitCode(Id),
      resize: (w, h) => this.#resize(`/exec/${Id}/resize`, w, h),
    })
  }

  /** Joins the streams of a container's own process. */
  async attach(
    id: string,
    options: { stdin: boolean; tty: boolean },
    inspect: () => Promise<ContainerInspection | undefined>,
    signal: AbortSignal,
  ): Promise<ProcessSession> {
    const { stdin } = options
    const socket = await this.#http.upgrade({
      method: 'POST',
      path: `/containers/${id}/attach`,
      query: { stream: true, stdin, stdout: true, stderr: true },
      signal,
    })
    return engineSession(socket, {
      stdin,
      tty: (await inspect())?.Config.Tty ?? options.tty,
      signal,
      exitCode: async () => (await inspect())?.State.ExitCode ?? 0,
      resize: (w, h) => this.#resize(`/containers/${id}/resize`, w, h),
    })
  }

  /**
   * Starts a container with `input` on its standard input; resolves once it has written anything, and throws with what
   * it said on stderr when it ended without.
   */
  async startWith(
    id: string,
    input: Uint8Array,
    start: () => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    const socket = await this.#http.upgrade({
      method: 'POST',
      path: `/containers/${id}/attach`,
      query: { stream: true, stdin: true, stdout: true, stderr: true },
      signal,
    })
    const close = () => socket.destroy()
    signal.addEventListener('abort', close, { once: true })
    try {
      await start()
      socket.end(input)
      let said = ''
      for await (const { stream, bytes } of demultiplex(socket)) {
        if (stream === 'stdout') return
        said += Buffer.from(bytes).toString('utf8')
      }
      signal.throwIfAborted()
      throw new Error(said.trim() || 'it ended before it had read what it was given')
    } finally {
      signal.removeEventListener('abort', close)
      close()
    }
  }

  /** Runs a command in a container to its end and resolves to its output; throws with what it wrote when it fails. */
  async run(id: string, command: string[]): Promise<string> {
    const { signal } = new AbortController()
    const session = await this.exec(id, { command, stdin: false, tty: false }, signal)
    const [error, output] = await Promise.all([collect(session.stderr), collect(session.stdout)])
    const code = await session.exit
    if (code !== 0) throw new Error(`${command[0]}: ${error.trim() || `exit code ${code}`}`)
    return output
  }

  /** The connection may end a moment before the engine has noted the exit. */
  async #exitCode(id: string): Promise<number> {
    for (let waitMs = 5; ; waitMs *= 2) {
      const { Running, ExitCode } = await this.#http.json<{
        Running: boolean
        ExitCode: number | null
      }>({ method: 'GET', path: `/exec/${id}/json` })
      if (!Running && ExitCode !== null) return ExitCode
      if (waitMs > longestExitWaitMs)
        throw new Error('the connection ended, but the process runs on')
      await sleep(this.#clock, waitMs)
    }
  }

  async #resize(path: string, w: number, h: number): Promise<void> {
    await this.#http.json({ method: 'POST', path, query: { w, h } })
  }
}

async function collect(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}
