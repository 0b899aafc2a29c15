import type { Macro } from '../syntax/macro.ts'
import type { Library, Overload } from './functions.ts'
import type { CelType } from './types.ts'

/** What expressions may use, and how they are read. */
export interface Environment {
  /** By name, which may be a dotted one. */
  variables: ReadonlyMap<string, CelType>
  functions: ReadonlyMap<string, readonly Overload[]>
  macros: readonly Macro[]
  /** The elements of a list that is written out must be of one type, as must the keys and values of a map. */
  homogeneous: boolean
  quotedFields: boolean
  /** Looks at a constant argument of a function: answers whether it can be used. */
  literals: readonly LiteralCheck[]
}

/** What a function takes where its argument is a constant text. */
export interface LiteralCheck {
  name: string
  accepts(text: string): boolean
}

export interface EnvironmentParts {
  libraries: readonly Library[]
  macros: readonly Macro[]
  variables?: Readonly<Record<string, CelType>>
  homogeneous?: boolean
  quotedFields?: boolean
  literals?: readonly LiteralCheck[]
}

/** Puts an environment together; overloads of the same function add up. */
export function createEnvironment(parts: EnvironmentParts): Environment {
  const functions = new Map<string, Overload[]>()
  for (const library of parts.libraries)
    for (const [name, overloads] of Object.entries(library))
      functions.set(name, [...(functions.get(name) ?? []), ...overloads])
  return {
    functions,
    variables: new Map(Object.entries(parts.variables ?? {})),
    macros: parts.macros,
    homogeneous: parts.homogeneous ?? false,
    quotedFields: parts.quotedFields ?? false,
    literals: parts.literals ?? [],
  }
}

/** The same with further variables, or with other types for those that it has. */
export const withVariables = (
  environment: Environment,
  variables: Readonly<Record<string, CelType>>,
): Environment => ({
  ...environment,
  variables: new Map([...environment.variables, ...Object.entries(variables)]),
})
