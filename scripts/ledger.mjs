// docs/ledger.md is the contract with users: a row per promised behaviour, and the test that proves it.
// docs/api-checklist.md is the same for the API, one assertion a row, each with an id.
// Plain JavaScript: scripts/test.mjs uses it before anything is installed.
import { readFileSync } from 'node:fs'
import path from 'node:path'

/**
 * One row. `proof` names a test as `FILE › NAME`, where NAME is the start of the test's full name ("suite > test"). More of
 * them follow behind `<br>`; there `› NAME` is one of the file before.
 * @typedef {{ line: number, behaviour: string, state: string, proof: string }} LedgerRow
 * One test of this run. `state` is `passed`, `failed` or `skipped`.
 * @typedef {{ file: string, name: string, state: string }} TestResult
 */

const states = ['shipped', 'partial', 'absent', 'unverified in Electron']

/**
 * Reads the rows of the ledger's tables: `| behaviour | state | proof |`.
 * @param {string} text
 * @returns {LedgerRow[]}
 */
export function parseLedger(text) {
  return text.split('\n').flatMap((line, index) => {
    const cells = line.split('|').map(cell => cell.trim())
    const [, behaviour = '', state = '', proof = ''] = cells
    const isRow = cells.length >= 5 && behaviour !== 'behaviour' && !/^-+$/.test(behaviour)
    return isRow ? [{ line: index + 1, behaviour, state, proof: proof.replaceAll('`', '') }] : []
  })
}

const idForm = /^\d+\.\d+\.[a-z]+$/

/**
 * Reads the rows of the checklist's tables: `| id | behaviour | state | proof |`. What is not shipped says why in place of
 * a proof.
 * @param {string} text
 * @returns {(LedgerRow & { id: string })[]}
 */
export function parseChecklist(text) {
  return text.split('\n').flatMap((line, index) => {
    const [, id = '', behaviour = '', state = '', proof = ''] = line
      .split('|')
      .map(cell => cell.trim())
    return idForm.test(id)
      ? [{ line: index + 1, id, behaviour: `${id} ${behaviour}`, state, proof }]
      : []
  })
}

const waysForm = /^By a client: (.*?)\. By bare requests: (.*?)\.$/

/**
 * Reads the sections of the checklist: below its heading each names the assertions that a client which others wrote
 * relies on, and those that are shown by requests which no client sends.
 * @param {string} text
 * @returns {{ line: number, section: string, ways: string[][] }[]}
 */
export function parseSections(text) {
  const lines = text.split('\n')
  return lines.flatMap((line, index) => {
    const [, section] = /^### (\d+\.\d+) /.exec(line) ?? []
    const said = waysForm.exec(lines[index + 2] ?? '')
    const ways = (said?.slice(1) ?? []).map(ids => ids.split(', '))
    return section ? [{ line: index + 1, section, ways }] : []
  })
}

/**
 * Sections that are not asked both ways, by assertions of their own that are shipped.
 * @param {{ line: number, section: string, ways: string[][] }[]} sections
 * @param {{ id: string, state: string }[]} rows
 * @returns {string[]}
 */
export function checkSections(sections, rows) {
  const shipped = new Set(rows.filter(({ state }) => state === 'shipped').map(({ id }) => id))
  return sections.flatMap(({ line, section, ways }) => {
    const where = `docs/api-checklist.md:${line}: section ${section}`
    if (!ways.length) return [`${where} does not say how clients and bare requests show it`]
    const isOwn = id => id.startsWith(`${section}.`) && shipped.has(id)
    const strange = ways.flat().filter(id => !isOwn(id))
    return strange.map(id => `${where} names ${id}, which is no shipped assertion of it`)
  })
}

/**
 * What is untrue in the checklist: what would be in the ledger, an id that is there twice, an absence without a reason.
 * @param {(LedgerRow & { id: string })[]} rows
 * @param {TestResult[]} results
 * @returns {string[]}
 */
export function checkChecklist(rows, results) {
  const page = 'docs/api-checklist.md'
  const seen = new Set()
  const problems = rows.flatMap(({ id, line, state, proof }) => {
    const isTwice = seen.has(id)
    seen.add(id)
    return [
      ...(isTwice ? [`${page}:${line}: ${id} is there twice`] : []),
      ...(state !== 'shipped' && !proof
        ? [`${page}:${line}: ${id} does not say why it is ${state}`]
        : []),
    ]
  })
  return [...problems, ...checkLedger(rows, results, page)]
}

/**
 * What is untrue in the ledger: an unknown state, or a row whose test did not pass in this run, where it is shipped or was
 * tested with a stand-in for Electron.
 * @param {LedgerRow[]} rows
 * @param {TestResult[]} results
 * @param {string} page
 * @returns {string[]}
 */
export function checkLedger(rows, results, page = 'docs/ledger.md') {
  return rows.flatMap(row => {
    const where = `${page}:${row.line}: ${row.behaviour}`
    if (!states.includes(row.state)) return [`${where}: unknown state "${row.state}"`]
    const isStandIn = row.state === 'unverified in Electron' && row.proof.includes('›')
    if (row.state !== 'shipped' && !isStandIn) return []
    return namedTests(row.proof).flatMap(({ file, name }) => {
      const proofs = results.filter(
        result => result.file.endsWith(file) && result.name.startsWith(name),
      )
      if (!file || !name) return [`${where}: no test is named`]
      if (!proofs.length) return [`${where}: no test of this run is ${file} › ${name}`]
      const open = proofs.filter(result => result.state !== 'passed')
      return open.map(result => `${where}: ${result.file} › ${result.name} was ${result.state}`)
    })
  })
}

/**
 * The tests that a proof names.
 * @param {string} proof
 */
export function namedTests(proof) {
  let latest = ''
  return proof.split('<br>').map(text => {
    const [file = '', name = ''] = text.split('›').map(part => part.trim())
    latest = file || latest
    return { file: latest, name }
  })
}

/**
 * What is untrue in the pages of a folder, after a run with these results.
 * @param {string} docs
 * @param {TestResult[]} results
 * @returns {{ page: string, untrue: string[] }[]}
 */
export function readPages(docs, results) {
  const textOf = page => readFileSync(path.join(docs, page), 'utf8')
  const checklist = textOf('api-checklist.md')
  const rows = parseChecklist(checklist)
  return [
    { page: 'ledger.md', untrue: checkLedger(parseLedger(textOf('ledger.md')), results) },
    {
      page: 'api-checklist.md',
      untrue: [...checkSections(parseSections(checklist), rows), ...checkChecklist(rows, results)],
    },
  ]
}
