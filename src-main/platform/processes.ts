import { type ChildProcess, spawn } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { type Clock, sleep } from '#base/clock.ts'

export interface CommandResult {
  code: number
  stdout: string
  stderr: string
}

/**
 * Runs a program to its end. A code other than zero is a result, not an error; throws when it can't be started,
 * and the signal's reason when it aborts.
 */
export async function runCommand(
  command: string,
  args: string[],
  options: {
    input?: string | Uint8Array
    cwd?: string
    env?: Record<string, string | undefined>
    signal?: AbortSignal
  } = {},
): Promise<CommandResult> {
  const { input, signal, ...rest } = options
  signal?.throwIfAborted()
  const child = spawn(command, args, { ...rest, stdio: 'pipe', ...(signal ? { signal } : {}) })
  const output = Promise.all([readAll(child.stdout), readAll(child.stderr)])
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const [code, [stdout, stderr]] = await Promise.all([exitCode(child), output])
  return { code, stdout, stderr }
}

/** As `runCommand`, but a code other than zero throws with what the program wrote to stderr. */
export async function runChecked(...call: Parameters<typeof runCommand>): Promise<string> {
  const result = await runCommand(...call)
  if (result.code === 0) return result.stdout
  const [command, args] = call
  const reason = result.stderr.trim() || result.stdout.trim() || `exit code ${result.code}`
  throw new Error(`${command} ${args[0] ?? ''}: ${reason}`)
}

/** Whether a process is there, also when it belongs to someone else. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** The name of a process's program, on Linux. */
export async function programOf(pid: number): Promise<string | undefined> {
  const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  const [program] = line.split('\0')
  return program ? path.basename(program) : undefined
}

/** Whether any process names `text` on its command line. Knows Linux only, and says no elsewhere. */
export async function isNamedByProcess(text: string): Promise<boolean> {
  const entries = await readdir('/proc').catch(() => [])
  for (const pid of entries.filter(entry => /^\d+$/.test(entry))) {
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    if (line.includes(text)) return true
  }
  return false
}

/** TERM to a process, KILL after `graceMs`; resolves once it is gone. Children of ours must be reaped by Node. */
export async function endProcess(
  pid: number,
  options: { clock: Clock; graceMs: number },
): Promise<void> {
  const { clock, graceMs } = options
  const deadline = clock.monotonic() + graceMs
  signalProcess(pid, 'SIGTERM')
  while (isAlive(pid)) {
    if (clock.monotonic() >= deadline) signalProcess(pid, 'SIGKILL')
    await sleep(clock, 25)
  }
}

/** Sends a signal to a process, or with a negative number to its group; one that is gone is no error. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

function exitCode(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', code => resolve(code ?? -1))
  })
}

async function readAll(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}
