import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { readVitest, type TestResult } from '../../scripts/test-results.mjs'
import type { AssertionMutation, Fault, Mutation } from './mutation.ts'

const root = path.join(import.meta.dirname, '..', '..')
const vitest = path.join(root, 'node_modules', 'vitest', 'vitest.mjs')

/** A fault may have the program run in circles; tests that are still not through then count as failed. */
const mostMs = 60_000

/** How the tests took a fault: `caught` when one failed or none came to an end, `survived` when all passed. */
export type Verdict = 'caught' | 'survived'

/** Runs the tests that are to catch a fault, with the fault in the sources. Throws when none of them ran. */
export async function runMutation(mutation: Mutation): Promise<Verdict> {
  const { file, test } = mutation.caughtBy
  const results = await runTests(mutation, [file], test ? [test] : [], ['--bail=1'])
  return !results || results.some(({ state }) => state === 'failed') ? 'caught' : 'survived'
}

/**
 * Runs the tests of the assertions that a fault breaks, and answers for each id. Throws when no test of an assertion ran.
 */
export async function runAssertionMutation(
  mutation: AssertionMutation,
): Promise<ReadonlyMap<string, Verdict>> {
  const proofs = [...mutation.asserts.values()].flat()
  const files = [...new Set(proofs.map(({ file }) => file))]
  const results = await runTests(
    mutation,
    files,
    proofs.map(({ name }) => name),
  )
  return new Map([...mutation.asserts].map(([id, own]) => [id, verdictOf(id, own)]))

  function verdictOf(id: string, own: readonly { file: string; name: string }[]): Verdict {
    const ran = results?.filter(
      result =>
        result.state !== 'skipped' &&
        own.some(({ file, name }) => result.file.endsWith(file) && result.name.startsWith(name)),
    )
    if (ran?.length === 0) throw new Error(`no test of ${id} ran`)
    return ran?.every(({ state }) => state === 'passed') ? 'survived' : 'caught'
  }
}

/** The tests' results, or undefined when they did not come to an end. */
async function runTests(
  fault: Fault,
  files: readonly string[],
  names: readonly string[],
  options: readonly string[] = [],
): Promise<TestResult[] | undefined> {
  const folder = await mkdtemp(path.join(tmpdir(), 'slipway-mutation-'))
  try {
    const reportFile = path.join(folder, 'report.json')
    const only = names.length ? ['--testNamePattern', names.map(startOf).join('|')] : []
    const { output, isStuck } = await runVitest(fault, reportFile, [...options, ...only, ...files])
    if (isStuck) return undefined
    const results = await readReport(reportFile)
    if (results?.some(({ state }) => state !== 'skipped')) return results
    throw new Error(`no test ran with the fault "${fault.name}":\n${output.slice(-4000)}`)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function readReport(file: string): Promise<TestResult[] | undefined> {
  try {
    const results = readVitest(JSON.parse(await readFile(file, 'utf8')))
    // A file that can't be loaded says of a fault only that it is none.
    return results.filter(({ name }) => name !== 'the file itself')
  } catch {
    return undefined
  }
}

/** Answers what vitest printed, and whether it had to be ended. */
function runVitest(
  { name }: Fault,
  reportFile: string,
  selection: readonly string[],
): Promise<{ output: string; isStuck: boolean }> {
  const args = ['run', '--retry=0', '--reporter=json', `--outputFile.json=${reportFile}`]
  const child = spawn(process.execPath, [vitest, ...args, ...selection], {
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
