/** A constant as it is written. An unsigned integer is told from a signed one by `isUnsigned`. */
export type LiteralValue = null | boolean | bigint | number | string | Uint8Array

interface Node {
  /** Where errors about the node point to, in code points. */
  offset: number
}

export interface LiteralExpr extends Node {
  kind: 'literal'
  value: LiteralValue
  isUnsigned: boolean
}

export interface IdentExpr extends Node {
  kind: 'ident'
  /** With a leading dot where it is never a variable of a macro. */
  name: string
}

export interface SelectExpr extends Node {
  kind: 'select'
  operand: Expr
  field: string
  /** From `has()`: whether the field is there, not what it is. */
  testOnly: boolean
}

export interface CallExpr extends Node {
  kind: 'call'
  /** `size`, or the name of an operator, such as `_+_`. */
  name: string
  target: Expr | undefined
  args: Expr[]
}

export interface ListExpr extends Node {
  kind: 'list'
  elements: { value: Expr; optional: boolean }[]
}

export interface MapExpr extends Node {
  kind: 'map'
  entries: { key: Expr; value: Expr; optional: boolean }[]
}

export interface StructExpr extends Node {
  kind: 'struct'
  name: string
  fields: { name: string; value: Expr; optional: boolean; offset: number }[]
}

/**
 * What the macros over lists and maps become: for each element of `range`, while `condition` holds, `accumulator`
 * becomes `step`; the result is `result`.
 */
export interface FoldExpr extends Node {
  kind: 'fold'
  range: Expr
  variable: string
  /** With two variables the first is the index or key, the second the element or value. */
  variable2: string | undefined
  accumulator: string
  init: Expr
  condition: Expr
  step: Expr
  result: Expr
}

export type Expr =
  | LiteralExpr
  | IdentExpr
  | SelectExpr
  | CallExpr
  | ListExpr
  | MapExpr
  | StructExpr
  | FoldExpr

export const literal = (value: LiteralValue, offset: number): LiteralExpr => ({
  kind: 'literal',
  value,
  isUnsigned: false,
  offset,
})

export const ident = (name: string, offset: number): IdentExpr => ({ kind: 'ident', name, offset })

export const call = (name: string, args: Expr[], offset: number): CallExpr => ({
  kind: 'call',
  name,
  target: undefined,
  args,
  offset,
})

export const list = (elements: Expr[], offset: number): ListExpr => ({
  kind: 'list',
  elements: elements.map(value => ({ value, optional: false })),
  offset,
})

/** `a.b.c` as a dotted name; undefined for whatever isn't a chain of names. */
export function dottedName(expr: Expr): string | undefined {
  if (expr.kind === 'ident') return expr.name
  if (expr.kind !== 'select' || expr.testOnly) return undefined
  const operand = dottedName(expr.operand)
  return operand === undefined ? undefined : `${operand}.${expr.field}`
}
