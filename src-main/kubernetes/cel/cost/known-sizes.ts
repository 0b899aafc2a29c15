import type { CelType } from '../check/types.ts'
import { elementOf, isOptional } from '../check/types.ts'
import type { Expr } from '../syntax/ast.ts'
import { textLength } from './actual-size.ts'
import { fixed, type Range, union } from './range.ts'

/** How large the keys (or indices) and values of a container are. */
export interface EntrySizes {
  kind: 'list' | 'map'
  key: Range
  value: Range
}

export const unionEntries = (
  a: EntrySizes | undefined,
  b: EntrySizes | undefined,
): EntrySizes | undefined =>
  a && b && { kind: a.kind, key: union(a.key, b.key), value: union(a.value, b.value) }

/** The size of what an expression writes out. */
export function exprSize(expr: Expr): Range | undefined {
  switch (expr.kind) {
    case 'literal': {
      const { value } = expr
      if (typeof value === 'string') return fixed(textLength(value))
      return fixed(value instanceof Uint8Array ? value.length : 1)
    }
    case 'list':
      return fixed(expr.elements.length)
    case 'map':
      return fixed(expr.entries.length)
    default:
      return undefined
  }
}

const scalars = ['bool', 'double', 'duration', 'int', 'timestamp', 'uint']

/** The size of values that are all as large. */
export function scalarSize(type: CelType): Range | undefined {
  if (isOptional(type)) return scalarSize(elementOf(type))
  return scalars.includes(type.kind) ? fixed(1) : undefined
}
