import { expect, test } from 'vitest'
import { checkLedger, parseLedger } from './ledger.mjs'

const ledger = `
# Ledger
| behaviour | state | proof |
|---|---|---|
| pods run | shipped | \`test/a.test.ts › pods > run\` |
| pods fly | absent | |
| pods swim | shipped | test/a.test.ts › pods > swim |
| pods sing | sometimes | |
`
const passed = { file: '/x/test/a.test.ts', name: 'pods > run for real', state: 'passed' }

test('checkLedger holds shipped rows to a test that passed in this run', () => {
  const rows = parseLedger(ledger)
  expect(rows.map(row => row.behaviour)).toEqual(['pods run', 'pods fly', 'pods swim', 'pods sing'])
  const swim = { ...passed, name: 'pods > swim', state: 'skipped' }
  expect(checkLedger(rows, [passed, swim])).toEqual([
    expect.stringContaining('pods swim: /x/test/a.test.ts › pods > swim was skipped'),
    expect.stringContaining('unknown state "sometimes"'),
  ])
  expect(checkLedger(rows.slice(0, 1), [])).toEqual([
    expect.stringContaining('no test of this run'),
  ])
})

test('checkLedger holds a row to every test that it names', () => {
  const row = (proof: string) => parseLedger(`| pods run and sleep | shipped | ${proof} |`)
  const both = row('test/a.test.ts › pods > run<br>› pods > sleep')
  const sleep = { ...passed, name: 'pods > sleep' }
  expect(checkLedger(both, [passed, sleep])).toEqual([])
  expect(checkLedger(both, [passed])).toEqual([
    expect.stringContaining('no test of this run is test/a.test.ts › pods > sleep'),
  ])
  expect(checkLedger(row('› pods > run'), [passed])).toEqual([
    expect.stringContaining('no test is named'),
  ])
  expect(checkLedger(row('test/a.test.ts'), [passed])).toEqual([
    expect.stringContaining('no test is named'),
  ])
})

test('checkLedger holds what was tried with a stand-in for Electron to the test that did', () => {
  const row = (proof: string) =>
    parseLedger(`| pods run in Electron | unverified in Electron | ${proof} |`)
  expect(checkLedger(row('test/a.test.ts › pods > run'), [passed])).toEqual([])
  expect(checkLedger(row('test/a.test.ts › pods > run'), [])).toEqual([
    expect.stringContaining('no test of this run'),
  ])
  expect(checkLedger(row('nobody has run it there'), [])).toEqual([])
})
