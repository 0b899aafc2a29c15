import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { cruise, type ICruiseResult } from 'dependency-cruiser'
import { afterAll, expect, test } from 'vitest'
import config from '../.dependency-cruiser.mjs'

const planted = 'src-main/base/planted-violation'
afterAll(() => rmSync(planted, { recursive: true, force: true }))

async function violations(paths: string[]): Promise<ICruiseResult> {
  const result = await cruise(paths, {
    ...config.options,
    validate: true,
    ruleSet: { forbidden: config.forbidden },
  } as never)
  return result.output as ICruiseResult
}

test('the import matrix sees the whole program and finds nothing wrong', async () => {
  const { summary } = await violations(['src-main', 'src-renderer'])
  expect(summary.totalCruised).toBeGreaterThan(40)
  expect(summary.violations.map(v => `${v.rule.name}: ${v.from} → ${v.to}`)).toEqual([])
})

test('the import matrix can fail: a planted import is reported', async () => {
  mkdirSync(planted, { recursive: true })
  writeFileSync(`${planted}/planted.ts`, "import '#control-plane/storage/store.ts'\n")
  const { summary } = await violations([planted])
  expect(summary.violations.map(violation => violation.rule.name)).toContain('src-main/base')
})
