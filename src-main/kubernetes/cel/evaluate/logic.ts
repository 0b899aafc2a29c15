import type { CallExpr, Expr } from '../syntax/ast.ts'
import type { Step } from './frame.ts'
import { charge } from './frame.ts'
import { optionalField } from './select.ts'
import { CelError, noSuchOverload, Optional, type Value } from './values.ts'

/** The calls that don't evaluate all their arguments, or go on in spite of errors; undefined for others. */
export function compileLogic(expr: CallExpr, compile: (part: Expr) => Step): Step | undefined {
  const part = (index: number): Step => {
    const arg = expr.args[index]
    if (!arg) throw new Error(`${expr.name} has no argument ${index}`)
    return compile(arg)
  }
  if (expr.target) {
    const isOr = expr.args.length === 1 && (expr.name === 'or' || expr.name === 'orValue')
    return isOr ? orElse(compile(expr.target), part(0), expr.name === 'orValue') : undefined
  }
  switch (expr.name) {
    case '_&&_':
      return junction(part(0), part(1), false)
    case '_||_':
      return junction(part(0), part(1), true)
    case '_?_:_':
      return conditional(part(0), part(1), part(2))
    case '@not_strictly_false':
      return notStrictlyFalse(part(0))
    case '_?._':
      return optionalSelect(part(0), expr.args[1])
    default:
      return undefined
  }
}

/** `&&` is decided by a false, `||` by a true, on either side and beside an error on the other. */
function junction(left: Step, right: Step, decisive: boolean): Step {
  return frame => {
    const first = left(frame)
    if (first === decisive) return decisive
    const second = right(frame)
    if (second === decisive) return decisive
    if (first instanceof CelError) return first
    if (second instanceof CelError) return second
    return typeof first === 'boolean' && typeof second === 'boolean' ? !decisive : noSuchOverload
  }
}

function conditional(condition: Step, yes: Step, no: Step): Step {
  return frame => {
    const value = condition(frame)
    if (value === true) return yes(frame)
    if (value === false) return no(frame)
    return value instanceof CelError ? value : noSuchOverload
  }
}

function notStrictlyFalse(condition: Step): Step {
  return frame => {
    const value = condition(frame)
    charge(frame, 1)
    return value !== false
  }
}

function optionalSelect(operand: Step, field: Expr | undefined): Step {
  const name = field?.kind === 'literal' && typeof field.value === 'string' ? field.value : ''
  return frame => {
    const value = operand(frame)
    if (value instanceof CelError) return value
    charge(frame, 1)
    return optionalField(value, name)
  }
}

/** The alternative is evaluated only when there is no value. */
function orElse(target: Step, alternative: Step, unwraps: boolean): Step {
  return frame => {
    const value: Value = target(frame)
    if (value instanceof CelError) return value
    if (!(value instanceof Optional)) return noSuchOverload
    if (value.value === undefined) return alternative(frame)
    return unwraps ? value.value : value
  }
}
