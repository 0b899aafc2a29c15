// docs/ledger.md is the contract with users: a row per promised behaviour, and the test that proves it.
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

/**
 * What is untrue in the ledger: an unknown state, or a row whose test did not pass in this run, where it is shipped or was
 * tested with a stand-in for Electron.
 * @param {LedgerRow[]} rows
 * @param {TestResult[]} results
 * @returns {string[]}
 */
export function checkLedger(rows, results) {
  return rows.flatMap(row => {
    const where = `docs/ledger.md:${row.line}: ${row.behaviour}`
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

/** @param {string} proof */
function namedTests(proof) {
  let latest = ''
  return proof.split('<br>').map(text => {
    const [file = '', name = ''] = text.split('›').map(part => part.trim())
    latest = file || latest
    return { file: latest, name }
  })
}
