import type { DeclaredType } from '../schema/declared-type.ts'
import type { Range } from './range.ts'

/**
 * A way from a variable to a value: field names, `@items` for a list's elements, `@keys` and `@values` for a map's
 * keys and values. Undefined for what no variable holds.
 */
export type Path = readonly string[] | undefined

/** What is known of the size of the value that a path leads to. */
export type SizeHint = (path: Path) => Range | undefined

/** The sizes of values by the limits of a schema; every variable is of the same one, as `self` and `oldSelf` are. */
export const sizesOf =
  (root: DeclaredType): SizeHint =>
  path => {
    if (!path?.length) return undefined
    let at: DeclaredType | undefined = root
    for (const name of path.slice(1)) {
      if (!at) return undefined
      if (name === '@keys') return at.type.kind === 'map' ? { min: 0, max: 0 } : undefined
      at = name === '@items' || name === '@values' ? at.element : at.fields?.get(name)?.declared
    }
    return at && { min: 0, max: at.maxElements }
  }
