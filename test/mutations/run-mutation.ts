import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Mutation } from './mutation.ts'

const root = path.join(import.meta.dirname, '..', '..')
const vitest = path.join(root, 'node_modules', 'vitest', 'vitest.mjs')

/** What vitest's JSON report says of a run, as far as it matters here. */
interface Report {
  numFailedTests: number
  numPassedTests: number
}

/** A fault may have the program run in circles; tests that are still not through then count as failed. */
const mostMs = 60_000

/** How the tests took a fault: `caught` when one failed or none came to an end, `survived` when all passed. */
export type Verdict = 'caught' | 'survived'

/** Runs the tests that are to catch a fault, with the fault in the sources. Throws when none of them ran. */
export async function runMutation(mutation: Mutation): Promise<Verdict> {
  const folder = await mkdtemp(path.join(tmpdir(), 'slipway-mutation-'))
  try {
    const file = path.join(folder, 'report.json')
    const { output, isStuck } = await runVitest(mutation, file)
    if (isStuck) return 'caught'
    const report = await readReport(file)
    if (report && report.numFailedTests > 0) return 'caught'
    if (report && report.numPassedTests > 0) return 'survived'
    throw new Error(`no test ran with the fault "${mutation.name}":\n${output.slice(-4000)}`)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function readReport(file: string): Promise<Report | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Report
  } catch {
    return undefined
  }
}

/** Answers what vitest printed, and whether it had to be ended. */
function runVitest(
  { name, caughtBy }: Mutation,
  reportFile: string,
): Promise<{ output: string; isStuck: boolean }> {
  const only = caughtBy.test ? ['--testNamePattern', startOf(caughtBy.test)] : []
  const args = [
    'run',
    '--retry=0',
    '--bail=1',
    '--reporter=json',
    `--outputFile.json=${reportFile}`,
  ]
  const child = spawn(process.execPath, [vitest, ...args, ...only, caughtBy.file], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: environment(name),
    detached: true,
  })
  let output = ''
  let isStuck = false
  const timer = setTimeout(() => {
    isStuck = true
    // Its workers are in its process group.
    if (child.pid) process.kill(-child.pid, 'SIGKILL')
  }, mostMs)
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = `${output}${text}`.slice(-20_000)
    })
  }
  const { promise, resolve, reject } = Promise.withResolvers<{ output: string; isStuck: boolean }>()
  child.once('error', reject)
  child.once('close', () => resolve({ output, isStuck }))
  return promise.finally(() => clearTimeout(timer))
}

/** A vitest inside a vitest must not take itself for the outer one's worker; tests that wait in vain give up sooner. */
function environment(mutation: string): NodeJS.ProcessEnv {
  const outer = Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST'))
  return {
    ...Object.fromEntries(outer),
    SLIPWAY_MUTATION: mutation,
    SLIPWAY_PATIENCE_MS: '6000',
  }
}

const startOf = (test: string): string => test.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
