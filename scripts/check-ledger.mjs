// npm run check:ledger: whether every test that docs/ledger.md and docs/api-checklist.md name is there, in some minutes and
// without running one. Whether they pass is seen by npm test.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { readPages } from './ledger.mjs'
import { root } from './node24.mjs'
import { readPlaywright } from './test-results.mjs'

const folder = mkdtempSync(path.join(tmpdir(), 'slipway-ledger-'))
try {
  const listed = [...inVitest(), ...inBrowser()].map(test => ({ ...test, state: 'passed' }))
  const untrue = readPages(path.join(root, 'docs'), listed).flatMap(page => page.untrue)
  for (const problem of untrue) console.error(problem)
  console.log(`${listed.length} tests, ${untrue.length} rows that name none of them`)
  process.exitCode = untrue.length ? 1 : 0
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** Read by loading the files, since many name their tests by tables; that takes most of the time. */
function inVitest() {
  const file = path.join(folder, 'vitest.json')
  run('vitest/vitest.mjs', ['list', '--staticParse=false', `--json=${file}`])
  return JSON.parse(readFileSync(file, 'utf8'))
}

function inBrowser() {
  const file = path.join(folder, 'playwright.json')
  const variables = { PLAYWRIGHT_JSON_OUTPUT_NAME: file }
  run('@playwright/test/cli.js', ['test', '--list', '--reporter=json'], variables)
  return readPlaywright(JSON.parse(readFileSync(file, 'utf8')))
}

function run(tool, args, variables = {}) {
  const env = { ...process.env, ...variables }
  const program = path.join(root, 'node_modules', tool)
  const { status } = spawnSync(process.execPath, [program, ...args], {
    cwd: root,
    stdio: ['ignore', 'ignore', 2],
    env,
  })
  if (status) throw new Error(`${tool} ${args.join(' ')} ended with code ${status}`)
}
