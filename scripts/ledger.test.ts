import { expect, test } from 'vitest'
import {
  checkChecklist,
  checkLedger,
  checkSections,
  parseChecklist,
  parseLedger,
  parseSections,
} from './ledger.mjs'

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

test('checkChecklist wants ids that are there once, proofs that passed and reasons for what is absent', () => {
  const text = `
| id | behaviour | state | proof |
|---|---|---|---|
| 3.1.a | pods run | shipped | test/a.test.ts › pods > run |
| 3.1.a | pods walk | shipped | test/a.test.ts › pods > run |
| 3.1.b | pods fly | absent | |
| 3.1.c | pods hover | absent | nobody asks for it |
| 3.1.d | pods swim | shipped | test/a.test.ts › pods > swim |
`
  expect(checkChecklist(parseChecklist(text), [passed])).toEqual([
    'docs/api-checklist.md:5: 3.1.a is there twice',
    'docs/api-checklist.md:6: 3.1.b does not say why it is absent',
    'docs/api-checklist.md:8: 3.1.d pods swim: no test of this run is test/a.test.ts › pods > swim',
  ])
})

test('checkSections wants each section asked by a client and by bare requests', () => {
  const text = `
### 3.1 Bodies

By a client: 3.1.a. By bare requests: 3.1.a, 3.1.b.

| id | behaviour | state | proof |
|---|---|---|---|
| 3.1.a | pods run | shipped | test/a.test.ts › pods > run |
| 3.1.b | pods fly | absent | nobody asks for it |

### 3.2 Answers

| 3.2.a | pods answer | shipped | test/a.test.ts › pods > answer |
`
  expect(checkSections(parseSections(text), parseChecklist(text))).toEqual([
    'docs/api-checklist.md:2: section 3.1 names 3.1.b, which is no shipped assertion of it',
    'docs/api-checklist.md:11: section 3.2 does not say how clients and bare requests show it',
  ])
})
