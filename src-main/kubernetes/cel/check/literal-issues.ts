import type { CallExpr, Expr } from '../syntax/ast.ts'
import { partsOf } from '../syntax/parts.ts'
import type { Issue } from '../syntax/source.ts'
import type { LiteralCheck } from './environment.ts'

/** The constant arguments that no evaluation could use, such as a pattern that can't be read. */
export function literalIssues(expr: Expr, checks: readonly LiteralCheck[]): Issue[] {
  const own = expr.kind === 'call' ? callIssues(expr, checks) : []
  return [...own, ...partsOf(expr).flatMap(part => literalIssues(part, checks))]
}

function callIssues({ name, args }: CallExpr, checks: readonly LiteralCheck[]): Issue[] {
  const check = checks.find(one => one.name === name)
  const last = args.at(-1)
  if (!check || last?.kind !== 'literal' || typeof last.value !== 'string') return []
  if (check.accepts(last.value)) return []
  return [{ offset: last.offset, message: `invalid ${name} argument` }]
}
