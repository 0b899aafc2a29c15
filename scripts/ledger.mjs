// docs/ledger.md is the contract with users: a row per promised behaviour, and the test that proves it.
// docs/api-checklist.md is the same for the API, one assertion a row, each with an id.
// Plain JavaScript: scripts/test.mjs uses it before anything is installed.

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

/** What each section of the checklist has besides its assertions: rows of these ids. */
export const waysToAsk = ['client', 'raw']

/**
 * Sections that lack a row on a client that others wrote, or on requests of shapes that no client sends.
 * @param {{ id: string }[]} rows
 */
function missingWays(rows) {
  const ids = new Set(rows.map(({ id }) => id))
  const sections = new Set(rows.map(({ id }) => id.replace(/\.[a-z]+$/, '')))
  return [...sections].flatMap(section =>
    waysToAsk.map(way => `${section}.${way}`).filter(id => !ids.has(id)),
  )
}

/**
 * What is untrue in the checklist: what would be in the ledger, an id that is there twice, an absence without a reason, a
 * section without one of the ways to ask.
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
  const missing = missingWays(rows).map(id => `${page}: there is no row ${id}`)
  return [...problems, ...missing, ...checkLedger(rows, results, page)]
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
