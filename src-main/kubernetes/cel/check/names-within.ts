import type { Expr } from '../syntax/ast.ts'
import type { Checked } from './checker.ts'

/** The variables that an expression reads. */
export function namesWithin(checked: Checked): Set<string> {
  const names = new Set<string>()
  const visit = (expr: Expr): void => {
    const meant = checked.nameOf(expr)
    if (meant && !meant.isType) names.add(meant.name)
    for (const part of partsOf(expr)) visit(part)
  }
  visit(checked.root)
  return names
}

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
