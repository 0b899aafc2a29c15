// npm test: sets up what tests need, runs every check and test, and ends with one line of counts.
//   npm test -- FILE…                     only these test files
//   npm run test:full                     also the long lanes
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { programFile } from './build-program.mjs'
import { buildRenderer } from './build-renderer.mjs'
import { installNodePackages } from './install.mjs'
import { readPages } from './ledger.mjs'
import { findNode24, node24Environment, root } from './node24.mjs'
import {
  failedFiles,
  isGood,
  readPlaywright,
  readVitest,
  summarize,
  withSecondTry,
} from './test-results.mjs'
import { setUpTests } from './test-setup.mjs'

const options = parseOptions(process.argv.slice(2))
const say = text => process.stderr.write(`${text}\n`)
const results = []
const inCI = Boolean(process.env.CI)
const mostSecondTries = 5
const record = (name, state) => results.push({ file: '', name, state })
const reports = mkdtempSync(path.join(tmpdir(), 'slipway-reports-'))
const skippedLanes = setUpTests(say, options)
const node = installNodePackages(say) ? findNode24() : undefined
if (node) runAll()
else record('Node.js 24 and the packages of package-lock.json are there', 'failed')
finish()

function parseOptions(args) {
  return { full: args.includes('--full'), files: args.filter(arg => !arg.startsWith('--')) }
}

function runAll() {
  const isWhole = !options.files.length
  if (isWhole) {
    const { status } = run([path.join(root, 'scripts', 'check.mjs')])
    record('npm run check', status === 0 ? 'passed' : 'failed')
  }
  if (!buildRenderer(node, say)) record('building the window', 'failed')
  // Here, where it can be written: some tests start it as another user.
  programFile('headless', node, say)
  runVitest()
  if (isWhole) {
    runPlaywright()
    readLedger()
  }
}

function runVitest() {
  const file = path.join(reports, 'vitest.json')
  const first = vitestReport(file, options.files)
  if (!first) return record('vitest', 'failed')
  const report = inCI ? tryAgain(first) : first
  results.push(...readVitest(report))
  writeFileSync(file, JSON.stringify(report))
  if (!options.files.length) checkConformancePage(file)
}

/**
 * On a shared machine a second try tells a slow moment from a fault: Vitest repeats a test, not a file whose beginning
 * failed or whose process died. Where many files failed it was no chance.
 */
function tryAgain(first) {
  const files = failedFiles(readVitest(first)).filter(Boolean)
  if (!files.length || files.length > mostSecondTries) return first
  const second = vitestReport(path.join(reports, 'vitest-again.json'), files)
  return second ? withSecondTry(first, second) : first
}

function vitestReport(file, files) {
  run([
    path.join(root, 'node_modules', 'vitest', 'vitest.mjs'),
    'run',
    '--reporter=default',
    `--reporter=${path.join(root, 'scripts', 'failure-reporter.mjs')}`,
    `--outputFile.json=${file}`,
    ...files,
  ])
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
}

/** docs/conformance.md says what this run showed. */
function checkConformancePage(report) {
  const script = path.join(root, 'scripts', 'conformance.ts')
  const { status } = run([script, '--check', '--report', report])
  record('docs/conformance.md', status === 0 ? 'passed' : 'failed')
}

function runPlaywright() {
  if (!existsSync(path.join(root, 'playwright.config.ts'))) return
  if (skippedLanes.some(reason => reason.includes('chromium'))) {
    record('test/e2e', 'skipped')
    return
  }
  runBrowser('--project=screens', '--project=voyage', '--project=electron')
  // By itself, whatever became of the others: it measures times.
  runBrowser('--project=timed', '--no-deps')
}

function runBrowser(...options) {
  const file = path.join(reports, 'playwright.json')
  rmSync(file, { force: true })
  const cli = path.join(root, 'node_modules', '@playwright', 'test', 'cli.js')
  run([cli, 'test', '--reporter=list,json', ...options], { PLAYWRIGHT_JSON_OUTPUT_NAME: file })
  if (existsSync(file)) results.push(...readPlaywright(JSON.parse(readFileSync(file, 'utf8'))))
  else record(`playwright ${options.join(' ')}`, 'failed')
}

/** A behaviour that the ledger or the checklist calls shipped is one whose test passed in this run. */
function readLedger() {
  for (const { page, untrue } of readPages(path.join(root, 'docs'), results)) {
    for (const problem of untrue) say(problem)
    record(`docs/${page}`, untrue.length ? 'failed' : 'passed')
  }
}

function run(args, env = {}) {
  return spawnSync(node, args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    env: {
      ...node24Environment(node),
      ...(options.full ? { SLIPWAY_TEST_FULL: '1' } : {}),
      ...env,
    },
  })
}

function finish() {
  rmSync(reports, { recursive: true, force: true })
  const listed = state => results.filter(result => result.state === state)
  const nameOf = ({ file, name }) => (file ? `${path.relative(root, file)} › ${name}` : name)
  const whyOf = ({ why }) => (why ? `\n${why.replace(/^/gm, '          | ')}` : '')
  for (const reason of skippedLanes) say(`left out  ${reason}`)
  for (const result of listed('skipped')) say(`skipped   ${nameOf(result)}`)
  for (const result of results.filter(({ repeated }) => repeated)) {
    say(`at a second try  ${nameOf(result)}${whyOf(result)}`)
  }
  for (const result of listed('failed')) say(`FAILED    ${nameOf(result)}${whyOf(result)}`)
  process.stdout.write(`${summarize(results)}\n`)
  process.exit(isGood(results) ? 0 : 1)
}
