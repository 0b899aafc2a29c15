import type { Expr, FoldExpr } from './ast.ts'
import { SyntaxIssue } from './source.ts'

/** A call as it is written, before it is known whether it is a macro. */
export interface MacroCall {
  name: string
  target: Expr | undefined
  args: Expr[]
  offset: number
}

/** Something that looks like a call and becomes another expression when it is parsed. */
export interface Macro {
  name: string
  /** Whether it is called on a value: `list.all(…)`. */
  onTarget: boolean
  argCount: number
  /** Undefined for a call that only looks like it. */
  expand(call: MacroCall & { target: Expr }): Expr | undefined
}

/** What a call becomes when it is a macro; undefined otherwise. */
export function expandMacro(macros: readonly Macro[], call: MacroCall): Expr | undefined {
  const macro = macros.find(
    ({ name, onTarget, argCount }) =>
      name === call.name &&
      onTarget === (call.target !== undefined) &&
      argCount === call.args.length,
  )
  const none: Expr = { kind: 'literal', value: null, isUnsigned: false, offset: call.offset }
  return macro?.expand({ ...call, target: call.target ?? none })
}

/** The variable in which a fold gathers its result; no expression can name it. */
export const accumulator = '@result'

/** A macro's argument; there are as many as `argCount` says. */
export function argument({ args }: Pick<MacroCall, 'args'>, index: number): Expr {
  const arg = args[index]
  if (!arg) throw new Error(`a macro has no argument ${index}`)
  return arg
}

/** The name that an argument gives to a variable. */
export function variableName(
  call: MacroCall,
  index: number,
  problem = 'argument must be a simple name',
): string {
  const arg = argument(call, index)
  if (arg.kind !== 'ident' || arg.name.startsWith('.')) throw new SyntaxIssue(arg.offset, problem)
  if (arg.name === accumulator)
    throw new SyntaxIssue(arg.offset, 'iteration variable overwrites accumulator variable')
  return arg.name
}

/** Two different names for index and element, or key and value. */
export function variableNames(call: MacroCall): [string, string] {
  const first = variableName(call, 0)
  const second = variableName(call, 1)
  if (first === second)
    throw new SyntaxIssue(argument(call, 1).offset, `duplicate variable name: ${first}`)
  return [first, second]
}

/** A fold over what the macro was called on. */
export const fold = (
  call: MacroCall & { target: Expr },
  parts: Pick<FoldExpr, 'variable' | 'init' | 'condition' | 'step' | 'result'> & {
    variable2?: string
  },
): FoldExpr => ({
  variable2: undefined,
  ...parts,
  kind: 'fold',
  range: call.target,
  accumulator,
  offset: call.offset,
})
