import type { Overload } from './functions.ts'
import { assign, type Substitutions, substitute } from './inference.ts'
import { type CelType, dynType, isDyn, paramType, sameType, typeText } from './types.ts'

/** What is known so far of the types in one expression that are yet to be found. */
export class TypeInference {
  #known: Substitutions = new Map()
  #fresh = 0

  /** A type that is yet to be found. */
  newParam(): CelType {
    return paramType(`_var${this.#fresh++}`)
  }

  /** A type with what is known of it up to now. */
  now(type: CelType): CelType {
    return substitute(this.#known, type, false)
  }

  /** The same at the end: whatever wasn't found is `dyn`. */
  final(type: CelType): CelType {
    return substitute(this.#known, type, true)
  }

  text(type: CelType): string {
    return typeText(this.now(type))
  }

  /** Whether values of `from` may stand where `to` is wanted; what that says of either is known from then on. */
  isAssignable(from: CelType, to: CelType): boolean {
    return this.#areAssignable([from], [to])
  }

  /** The overloads that take such arguments, and what a call then is: `dyn` when they differ in that. Undefined when none does. */
  match(
    overloads: readonly Overload[],
    isMethod: boolean,
    args: readonly CelType[],
  ): { matching: Overload[]; result: CelType } | undefined {
    const matching: Overload[] = []
    let result: CelType | undefined
    for (const overload of overloads) {
      if (overload.isMethod !== isMethod) continue
      const { args: wanted, result: own } = this.#instantiate(overload)
      if (!this.#areAssignable(args, wanted)) continue
      matching.push(overload)
      const type = this.now(own)
      if (!result) result = type
      else if (!isDyn(result) && !sameType(type, result)) result = dynType
    }
    return result && { matching, result }
  }

  #areAssignable(from: readonly CelType[], to: readonly CelType[]): boolean {
    const known = assign(this.#known, from, to)
    if (known) this.#known = known
    return known !== undefined
  }

  /** An overload with parameters that no other call shares. */
  #instantiate({ args, result }: Overload): { args: CelType[]; result: CelType } {
    const own = new Map<string, CelType>()
    for (const name of [...args, result].flatMap(paramsOf))
      if (!own.has(name)) own.set(name, this.newParam())
    return {
      args: args.map(arg => substitute(own, arg, false)),
      result: substitute(own, result, false),
    }
  }
}

const paramsOf = (type: CelType): string[] =>
  type.kind === 'param' ? [type.name] : type.parameters.flatMap(paramsOf)
