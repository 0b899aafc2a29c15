import { call, type Expr } from './ast.ts'

/**
 * The call that a chain of `&&` or `||` is: a balanced tree, so that a long chain is not a deep one. `offsets` are those
 * of the operators between the terms; a single term is itself.
 */
export function logicalChain(
  operator: '&&' | '||',
  terms: readonly Expr[],
  offsets: readonly number[],
): Expr {
  const build = (low: number, high: number): Expr => {
    const middle = Math.floor((low + high + 1) / 2)
    const left = middle === low ? terms[middle] : build(low, middle - 1)
    const right = middle === high ? terms[middle + 1] : build(middle + 1, high)
    if (!left || !right) throw new Error('a chain lost a term')
    return call(`_${operator}_`, [left, right], offsets[middle] ?? 0)
  }
  const [only] = terms
  if (terms.length === 1 && only) return only
  return build(0, offsets.length - 1)
}
