import type { TableRow } from '../../src-main/contract/tables.ts'
import styles from './name-text.module.css'
import { splitName } from './names.ts'

/** An object's name, of which what tells it from its siblings stays where there is little room. */
export function NameText({ row }: { row: Pick<TableRow, 'name' | 'owner'> }) {
  const { base, middle, hash } = splitName(row)
  return (
    <span className={styles['name']}>
      <span className={styles['base']}>{base}</span>
      {middle && <span className={styles['middle']}>{middle}</span>}
      {hash && <span className={middle ? styles['afterMiddle'] : styles['hash']}>{hash}</span>}
    </span>
  )
}
