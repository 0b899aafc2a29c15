import { useEffect, useState } from 'react'
import type { ObjectName } from '../../../src-main/contract/objects.ts'
import type { TableRow } from '../../../src-main/contract/tables.ts'
import type { LiveTable } from '../../bridge/live-table.ts'

/** The row of an object in a live table, as it changes. */
export function useRowOf(table: LiveTable, { name, namespace }: ObjectName): TableRow | undefined {
  const [row, setRow] = useState<TableRow>()
  useEffect(() => {
    const find = () =>
      setRow(now => {
        const same = now && table.row(now.uid)
        if (same && same.name === name && same.namespace === namespace) return same
        for (const one of table.rows().values()) {
          if (one.name === name && one.namespace === namespace) return one
        }
        return undefined
      })
    find()
    const listening = table.changes.on(find)
    return () => listening[Symbol.dispose]()
  }, [table, name, namespace])
  return row
}
