import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { readVitest, summarize } from './test-results.mjs'

const files = {
  'vitest.config.mjs': 'export default { test: { globals: true, pool: "forks" } }',
  'good.test.mjs': 'test("good", () => {})',
  'hook.test.mjs': `describe('suite', () => {
    beforeAll(() => { throw new Error('no engine') })
    test('in it', () => {})
  })`,
  'killed.test.mjs': 'test("killed", () => { process.kill(process.pid, "SIGKILL") })',
  'late.test.mjs': `test('late', async () => {
    setTimeout(() => { throw new Error('thrown later') })
    await new Promise(resolve => setTimeout(resolve, 50))
  })`,
}

test('a failed hook, a process that died and a late error are told with their reasons', () => {
  const root = mkdtempSync(path.join(tmpdir(), 'slipway-reporter-'))
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(root, name), text)
    const report = path.join(root, 'report.json')
    spawnSync(process.execPath, [
      path.resolve('node_modules/vitest/vitest.mjs'),
      'run',
      `--root=${root}`,
      `--reporter=${path.resolve('scripts/failure-reporter.mjs')}`,
      `--outputFile.json=${report}`,
    ])
    const results = readVitest(JSON.parse(readFileSync(report, 'utf8')))
    const whyOf = (file: string) =>
      results
        .filter(result => result.state === 'failed' && path.basename(result.file) === file)
        .map(({ why }) => why)
        .join('\n')
    expect(summarize(results)).toBe('2 passed, 4 failed, 2 skipped')
    expect(whyOf('hook.test.mjs')).toContain('no engine')
    expect(whyOf('killed.test.mjs')).toContain('SIGKILL')
    expect(whyOf('late.test.mjs')).toContain('thrown later')
  } finally {
    rmSync(root, { recursive: true })
  }
}, 60_000)
