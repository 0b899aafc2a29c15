import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { URL } from 'node:url'

/** Whether system calls can be traced and made to fail here. */
export const canTrace = spawnSync('strace', ['-qq', '-e', 'trace=none', 'true']).status === 0

/** Set for the long lanes. */
export const full = process.env['SLIPWAY_TEST_FULL'] === '1'

/** Absolute path of a program of this folder. */
export const program = (name: string): string => new URL(name, import.meta.url).pathname

/** A directory that is gone after the block. */
export function temporaryDirectory(): Disposable & { file(name: string): string } {
  const directory = mkdtempSync(path.join(tmpdir(), 'slipway-store-'))
  return {
    file: name => path.join(directory, name),
    [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }),
  }
}

/** Runs a command to its end and answers what it printed; its errors go to ours. */
export async function output(command: string, args: string[]): Promise<string> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const text = collect(child)
  await once(child, 'close')
  return text()
}

/** Gathers what a child prints; the result answers all of it so far. */
export function collect(child: ChildProcess): () => string {
  let text = ''
  child.stdout?.setEncoding('utf8').on('data', chunk => {
    text += chunk
  })
  return () => text
}
