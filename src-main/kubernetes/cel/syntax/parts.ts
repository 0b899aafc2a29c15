import type { Expr } from './ast.ts'

/** The expressions that an expression is made of. */
export function partsOf(expr: Expr): Expr[] {
  switch (expr.kind) {
    case 'select':
      return [expr.operand]
    case 'call':
      return expr.target ? [expr.target, ...expr.args] : expr.args
    case 'list':
      return expr.elements.map(({ value }) => value)
    case 'map':
      return expr.entries.flatMap(({ key, value }) => [key, value])
    case 'struct':
      return expr.fields.map(({ value }) => value)
    case 'fold':
      return [expr.range, expr.init, expr.condition, expr.step, expr.result]
    default:
      return []
  }
}

/** How many parts within parts an expression has, and how many parts in all; counts no further than to `most`. */
export function measure(root: Expr, most: number): { depth: number; count: number } {
  const open = [{ expr: root, level: 1 }]
  let depth = 0
  let count = 0
  for (let next = open.pop(); next && count < most; next = open.pop()) {
    const { expr, level } = next
    count++
    depth = Math.max(depth, level)
    for (const part of partsOf(expr)) open.push({ expr: part, level: level + 1 })
  }
  return { depth, count }
}
