import type { Expr } from '../syntax/ast.ts'
import { partsOf } from '../syntax/parts.ts'
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
