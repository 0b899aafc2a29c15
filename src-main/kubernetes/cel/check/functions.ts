import type { Value } from '../evaluate/values.ts'
import { parseType, parseTypes } from './parse-type.ts'
import type { CelType } from './types.ts'

/** One form of a function: the types it takes, and what it does with values of these types. */
export interface Overload {
  /** As cel-go and Kubernetes name it, where a cost hangs on the name. */
  id: string
  isMethod: boolean
  /** With the value that a method is called on as the first. */
  args: readonly CelType[]
  result: CelType
  /** Only the first value has to be of its type; the function itself looks at the others. */
  isLenient?: true
  /** Is never given errors; may answer one. */
  call(...args: Value[]): Value
}

/** The functions of a library by name, each with its overloads. */
export type Library = Readonly<Record<string, readonly Overload[]>>

/** Takes what its signature says, which is checked before it is called. */
type Implementation = (...args: never[]) => Value

/**
 * Declares an overload: `overload('size_string', '(string) int', …)` for a function,
 * `overload('starts_with_string', 'string.(string) bool', …)` for a method.
 */
export function overload(id: string, signature: string, implementation: Implementation): Overload {
  const [, target, args, result] = /^(?:(.+)\.)?\((.*)\) (.+)$/.exec(signature) ?? []
  if (args === undefined || result === undefined)
    throw new Error(`the signature of ${id} can't be read: ${signature}`)
  const isMethod = target !== undefined
  return {
    id,
    isMethod,
    args: [...(isMethod ? [parseType(target)] : []), ...parseTypes(args)],
    result: parseType(result),
    call: implementation as Overload['call'],
  }
}

/** Declares an overload of which only the first value has to be of its type when types are known late. */
export const lenient = (
  id: string,
  signature: string,
  implementation: Implementation,
): Overload => ({
  ...overload(id, signature, implementation),
  isLenient: true,
})
