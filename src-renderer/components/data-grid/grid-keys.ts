/** Where the grid's cursor stands: a row, or a column's head above the rows. */
export type GridCursor = { readonly row: number } | { readonly head: number }

/** Where a key takes the cursor; undefined when the key isn't a movement. */
export function moveCursor(
  key: string,
  cursor: GridCursor | undefined,
  size: { rows: number; columns: number; page: number },
): GridCursor | undefined {
  if (cursor && 'head' in cursor) return moveInHead(key, cursor.head, size)
  const row = cursor?.row
  const to = (target: number): GridCursor | undefined =>
    size.rows ? { row: Math.max(0, Math.min(size.rows - 1, target)) } : undefined
  switch (key) {
    case 'ArrowDown':
      return to(row === undefined ? 0 : row + 1)
    case 'ArrowUp':
      return row === 0 || !size.rows ? { head: 0 } : to(row === undefined ? 0 : row - 1)
    case 'PageDown':
      return to((row ?? 0) + size.page)
    case 'PageUp':
      return to((row ?? 0) - size.page)
    case 'Home':
      return to(0)
    case 'End':
      return to(size.rows - 1)
    default:
      return undefined
  }
}

function moveInHead(
  key: string,
  head: number,
  { rows, columns }: { rows: number; columns: number },
): GridCursor | undefined {
  switch (key) {
    case 'ArrowDown':
      return rows ? { row: 0 } : { head }
    case 'ArrowRight':
      return { head: Math.min(columns - 1, head + 1) }
    case 'ArrowLeft':
      return { head: Math.max(0, head - 1) }
    case 'Home':
      return { head: 0 }
    case 'End':
      return { head: columns - 1 }
    case 'ArrowUp':
      return { head }
    default:
      return undefined
  }
}
