// npm run test:conformance: runs the conformance tests and writes docs/conformance.md.
//   --kubeconfig FILE   on the cluster of FILE instead of one of ours; prints, writes nothing
//   --report FILE       reads Vitest's JSON of a run that has been, instead of running
//   --check             compares the page with the run instead of writing it
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { conformancePage, readOutcomes, summarizeOutcomes } from './conformance-page.ts'
import { readVitest } from './test-results.mjs'

const root = path.resolve(import.meta.dirname, '..')
const page = path.join(root, 'docs', 'conformance.md')

const { values } = parseArgs({
  options: {
    kubeconfig: { type: 'string' },
    report: { type: 'string' },
    check: { type: 'boolean' },
  },
})
const outcomes = readOutcomes(readVitest(JSON.parse(values.report ? read(values.report) : run())))
process.stdout.write(`${summarizeOutcomes(outcomes)}\n`)
if (values.check) check()
else if (!values.kubeconfig) writeFileSync(page, conformancePage(outcomes))
if ([...outcomes.values()].includes('fail')) process.exitCode = 1

/** Runs the tests and answers Vitest's report. */
function run(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'slipway-conformance-'))
  const report = path.join(folder, 'report.json')
  const kubeconfig = values.kubeconfig
    ? { SLIPWAY_CONFORMANCE_KUBECONFIG: path.resolve(values.kubeconfig) }
    : {}
  spawnSync(
    process.execPath,
    [
      path.join(root, 'node_modules', 'vitest', 'vitest.mjs'),
      'run',
      '--project=conformance*',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    { cwd: root, stdio: ['ignore', 2, 2], env: { ...process.env, ...kubeconfig } },
  )
  const text = read(report)
  rmSync(folder, { recursive: true })
  return text
}

function check(): void {
  if (read(page) === conformancePage(outcomes)) return
  process.stderr.write(
    'docs/conformance.md is not what this run showed: npm run test:conformance\n',
  )
  process.exitCode = 1
}

function read(file: string): string {
  return readFileSync(file, 'utf8')
}
