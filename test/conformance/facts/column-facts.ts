import { describe, expect, test } from 'vitest'
import { type Cell, cellOf } from './cell-expression.ts'
import type { FactServer } from './fact-server.ts'
import { type Row, readTable } from './read-table.ts'
import type { Tally } from './tally.ts'

/** Holds `printer-columns.json` against the Tables of the server: columns, and cells whose rule is a formula. */
export function columnFacts(server: () => FactServer, tally: Tally): void {
  describe('the Table of a kind', () => {
    test('has every column with its type, format and priority', async () => {
      const { api, samples } = server()
      let asserted = 0
      for (const [kind, { list }] of samples) {
        const { columnDefinitions } = await api.get(list, asTable)
        const expected = columnsOf(kind)
        expect((columnDefinitions as Column[]).map(lineOf), kind).toEqual(expected.map(lineOf))
        asserted += expected.length
      }
      tally.count('printer columns', asserted)
    })

    test('has the cells that the formulas of its columns give', async () => {
      const { api, samples } = server()
      const differences: string[] = []
      let asserted = 0
      for (const [kind, { path, object }] of samples) {
        const { rows } = await api.get(path, asTable)
        const cells = rows[0].cells as Cell[]
        for (const [index, { name, source, type }] of columnsOf(kind).entries()) {
          const expected = cellOf(source, type, object)
          if (expected === undefined) continue
          asserted++
          const cell = cells[index]
          const isSame = expected instanceof RegExp ? expected.test(`${cell}`) : expected === cell
          if (!isSame) differences.push(`${kind} ${name}: ${source} is ${expected}, not ${cell}`)
        }
      }
      expect(differences).toEqual([])
      tally.count('formulas of cells', asserted)
    })
  })
}

const asTable = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' }

interface Column {
  name: string
  type: string
  format: string
  priority: number
}

const lineOf = ({ name, type, format, priority }: Column) =>
  [name, type, format, priority].join(' ')

const columns = Map.groupBy(readTable('printer-columns').map(readColumn), ({ kind }) => kind)

function readColumn(row: Row): Column & { kind: string; source: string } {
  const { group, version = '', kind, priority } = row
  const { name = '', type = '', format = '', source = '' } = row
  const apiVersion = group === 'core' ? version : `${group}/${version}`
  return { kind: `${apiVersion} ${kind}`, name, type, format, priority: Number(priority), source }
}

/** The columns of a kind; those of a kind in another version where it has none of its own. */
function columnsOf(kind: string) {
  const found = columns.get(sameTable[kind] ?? kind)
  if (!found) throw new Error(`the facts have no columns of ${kind}`)
  return found
}

/** Kinds that are shown as another version of theirs. */
const sameTable: Readonly<Record<string, string>> = {
  'autoscaling/v1 HorizontalPodAutoscaler': 'autoscaling/v2 HorizontalPodAutoscaler',
  'events.k8s.io/v1 Event': 'v1 Event',
}
