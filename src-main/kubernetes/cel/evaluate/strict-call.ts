import type { Overload } from '../check/functions.ts'
import type { CallCost } from '../cost/call-cost.ts'
import { charge, type Step } from './frame.ts'
import { CelError, isOfType, noSuchOverload, type Value } from './values.ts'

/**
 * A call that takes no errors: the first one among its arguments is its result. Which form of the function is meant is
 * decided by the values, since what the check found may still be null.
 */
export function strictCall(
  steps: readonly Step[],
  overloads: readonly Overload[],
  cost: CallCost,
): Step {
  const forms = overloads.filter(({ args }) => args.length === steps.length)
  const [first, second] = steps
  if (first && steps.length === 1) return unaryCall(first, forms, cost)
  if (first && second && steps.length === 2) return binaryCall(first, second, forms, cost)
  return frame => {
    const args: Value[] = []
    for (const step of steps) {
      const value = step(frame)
      if (value instanceof CelError) return value
      args.push(value)
    }
    const form = forms.find(one => args.every((value, index) => fits(one, index, value)))
    if (!form) return noSuchOverload
    const result = form.call(...args)
    charge(frame, cost(args, result, form))
    return result
  }
}

function fits({ args, isLenient }: Overload, index: number, value: Value): boolean {
  const type = args[index]
  return type !== undefined && ((isLenient && index > 0) || isOfType(value, type))
}

function unaryCall(step: Step, forms: readonly Overload[], cost: CallCost): Step {
  return frame => {
    const value = step(frame)
    if (value instanceof CelError) return value
    for (const form of forms) {
      if (!fits(form, 0, value)) continue
      const result = form.call(value)
      charge(frame, cost([value], result, form))
      return result
    }
    return noSuchOverload
  }
}

function binaryCall(first: Step, second: Step, forms: readonly Overload[], cost: CallCost): Step {
  return frame => {
    const a = first(frame)
    if (a instanceof CelError) return a
    const b = second(frame)
    if (b instanceof CelError) return b
    for (const form of forms) {
      if (!fits(form, 0, a) || !fits(form, 1, b)) continue
      const result = form.call(a, b)
      charge(frame, cost([a, b], result, form))
      return result
    }
    return noSuchOverload
  }
}
