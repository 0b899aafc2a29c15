import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { watch } from 'node:fs'
import { mkdir, open, readFile, rm } from 'node:fs/promises'
import net from 'node:net'
import path from 'node:path'
import { Backoff } from '#base/backoff.ts'
import { type Clock, sleep } from '#base/clock.ts'
import { errorMessage } from '#base/errors.ts'
import type { Logger } from '#base/logger.ts'
import { writeFileAtomic } from '../atomic-file.ts'
import { DirectoryLock } from '../directory-lock.ts'
import {
  endProcess,
  isAlive,
  isNamedByProcess,
  programOf,
  runCommand,
  signalProcess,
} from '../processes.ts'
import type { EngineFolders, EngineProgram, EngineVariant } from './engine-programs.ts'

export interface PrivateEngineOptions {
  program: EngineProgram
  variant: EngineVariant
  /** The engine's own folder; several clusters of one data directory share it. */
  directory: string
  clock: Clock
  logger: Logger
}

/**
 * An engine that we start on a socket of its own and look after: when it ends it is started again, with back-off.
 *
 * Containers outlive it: dockerd runs with live-restore and Podman needs no service, so that stopping the engine with us
 * leaves pods running, and the next start finds them. One process looks after the engine of a data directory;
 * the others use it, and the first to notice its end takes over.
 */
export class PrivateEngine implements AsyncDisposable {
  readonly socketPath: string
  readonly #options: PrivateEngineOptions
  readonly #folders: EngineFolders
  readonly #stop = new AbortController()
  readonly #backoff: Backoff
  #lock: DirectoryLock | undefined
  #pid: number | undefined
  #supervision: Promise<void> = Promise.resolve()

  private constructor(options: PrivateEngineOptions) {
    this.#options = options
    this.#folders = foldersOf(options.directory)
    this.socketPath = this.#folders.socketPath
    this.#backoff = new Backoff({ clock: options.clock, initialMs: 500, maxMs: 60_000 })
  }

  /** Starts the engine, or finds the running one; resolves once its socket answers. Throws with its last words. */
  static async start(options: PrivateEngineOptions): Promise<PrivateEngine> {
    const engine = new PrivateEngine(options)
    try {
      await engine.#ensure()
    } catch (error) {
      await engine[Symbol.asyncDispose]()
      throw error
    }
    engine.#supervision = engine.#supervise()
    return engine
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#supervision
    if (this.#lock) {
      if (this.#pid !== undefined)
        await endProcess(this.#pid, { clock: this.#options.clock, graceMs: 7000 })
      // Containers that go on keep their shims, which need these folders.
      if (!(await isNamedByProcess(`${this.#folders.runtime}/`))) {
        await this.#unmount()
        await this.#removeRuntimeFolder()
      }
    }
    await this.#lock?.[Symbol.asyncDispose]()
    this.#lock = undefined
  }

  /** Takes away what the engine and its containers mounted and left, so that its folders can be deleted. */
  async #unmount(): Promise<void> {
    const { runtime, data } = this.#folders
    const mounts = (await readFile('/proc/self/mounts', 'utf8').catch(() => ''))
      .split('\n')
      .map(line => line.split(' ')[1] ?? '')
    for (const mount of mounts.reverse()) {
      if (mount.startsWith(`${runtime}/`) || mount.startsWith(`${data}/`))
        await runCommand('umount', [mount])
    }
  }

  /** Sockets and pids. Best effort: what cannot be deleted now is at the machine's next start. */
  async #removeRuntimeFolder(): Promise<void> {
    await rm(this.#folders.runtime, { recursive: true, force: true }).catch(() => {})
  }

  async #supervise(): Promise<void> {
    const { clock, logger, program } = this.#options
    const { signal } = this.#stop
    while (!signal.aborted) {
      await untilClosed(this.socketPath, signal)
      if (signal.aborted) return
      logger.warn(`${program.name} ended; it is started again`, { socket: this.socketPath })
      for (;;) {
        try {
          await sleep(clock, this.#backoff.next('engine'), signal)
          await this.#ensure()
          logger.info(`${program.name} is back`)
          break
        } catch (error) {
          if (signal.aborted) return
          logger.error(`starting ${program.name} failed`, { error: errorMessage(error) })
        }
      }
    }
  }

  /** Makes sure that the socket answers: as its keeper when nobody else is. */
  async #ensure(): Promise<void> {
    const { directory } = this.#options
    await mkdir(this.#folders.runtime, { recursive: true, mode: 0o700 })
    this.#lock ??= await DirectoryLock.tryAcquire(directory)
    if (await answers(this.socketPath)) {
      if (this.#lock) this.#pid = await this.#findRunning()
      return
    }
    if (!this.#lock) throw new Error('another process is starting the engine')
    await this.#clearLeftovers()
    await this.#spawn()
  }

  async #spawn(): Promise<void> {
    const { program, variant, directory } = this.#options
    const config = program.config?.(this.#folders, variant)
    if (config) await writeFileAtomic(path.join(this.#folders.data, config.file), config.content)
    await mkdir(this.#folders.data, { recursive: true })
    const logFile = path.join(directory, `${program.name}.log`)
    await using log = await open(logFile, 'w', 0o600)
    const child = spawn(program.command, program.args(this.#folders, variant), {
      detached: true,
      env: { ...process.env, PATH: program.searchPath, ...program.env?.(this.#folders) },
      stdio: ['ignore', log.fd, log.fd],
    })
    child.unref()
    const started = await Promise.race([this.#untilAnswers(child), failure(child)])
    if (started instanceof Error || child.pid === undefined) {
      throw new Error(`${program.name} ended at once: ${await lastWords(logFile)}`)
    }
    this.#pid = child.pid
    await writeFileAtomic(this.#pidFile, `${child.pid}\n`)
  }

  async #untilAnswers(child: ChildProcess): Promise<void> {
    const folder = path.dirname(this.socketPath)
    const changes = watch(folder)
    try {
      while (child.exitCode === null && child.signalCode === null) {
        if (await answers(this.socketPath)) return
        await Promise.race([
          once(changes, 'change'),
          once(child, 'exit'),
          sleep(this.#options.clock, 100),
        ])
      }
    } finally {
      changes.close()
    }
  }

  /** An engine that doesn't answer is no use, and what a killed one leaves makes the next one wait or refuse. */
  async #clearLeftovers(): Promise<void> {
    const orphan = await this.#findRunning()
    if (orphan !== undefined) signalProcess(orphan, 'SIGKILL')
    for (const file of this.#options.program.leftovers(this.#folders)) {
      const pid = Number(await readFile(file, 'utf8').catch(() => ''))
      const program = pid > 0 ? await programOf(pid) : undefined
      if (program === 'dockerd' || program === 'containerd') signalProcess(pid, 'SIGKILL')
      await rm(file, { force: true })
    }
  }

  get #pidFile(): string {
    return path.join(this.#folders.runtime, 'engine.pid')
  }

  /** The engine that an earlier keeper left behind when it was killed. */
  async #findRunning(): Promise<number | undefined> {
    const pid = Number(await readFile(this.#pidFile, 'utf8').catch(() => ''))
    const isOurs = pid > 0 && isAlive(pid) && (await programOf(pid)) === this.#options.program.name
    return isOurs ? pid : undefined
  }
}

function foldersOf(directory: string): EngineFolders {
  const id = createHash('sha256').update(path.resolve(directory)).digest('hex').slice(0, 12)
  const base = process.getuid?.() === 0 ? '/run' : (process.env['XDG_RUNTIME_DIR'] ?? '/tmp')
  const runtime = path.join(base, `slipway-${id}`)
  return { data: directory, runtime, socketPath: path.join(runtime, 'engine.sock') }
}

/** Resolves when a program ends or could not be started. */
function failure(child: ChildProcess): Promise<Error> {
  return new Promise(resolve => {
    child.once('error', resolve)
    child.once('exit', code => resolve(new Error(`exit code ${code}`)))
  })
}

async function lastWords(logFile: string): Promise<string> {
  const lines = (await readFile(logFile, 'utf8').catch(() => '')).trim().split('\n')
  return lines.slice(-3).join(' | ').slice(-600)
}

/** Whether someone listens and speaks HTTP: Docker makes its socket before it is ready. */
async function answers(socketPath: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = net.connect({ path: socketPath })
    socket.once('connect', () => socket.write('GET /_ping HTTP/1.0\r\nHost: engine\r\n\r\n'))
    socket.once('data', data => {
      resolve(data.toString('latin1').includes(' 200 '))
      socket.destroy()
    })
    socket.once('error', () => resolve(false))
    socket.once('close', () => resolve(false))
  })
}

/** Holds a stream of the engine's events open, asking for none, and resolves when it breaks. */
async function untilClosed(socketPath: string, signal: AbortSignal): Promise<void> {
  const filters = encodeURIComponent(JSON.stringify({ event: ['none'] }))
  const socket = net.connect({ path: socketPath })
  const onAbort = () => socket.destroy()
  signal.addEventListener('abort', onAbort, { once: true })
  socket.on('error', () => {})
  socket.once('connect', () =>
    socket.write(`GET /events?filters=${filters} HTTP/1.1\r\nHost: engine\r\n\r\n`),
  )
  socket.resume()
  if (!signal.aborted) await new Promise(resolve => socket.once('close', resolve))
  signal.removeEventListener('abort', onAbort)
}
