import type { Expr } from '../syntax/ast.ts'
import { typeNames } from './type-names.ts'
import { type CelType, typeType } from './types.ts'

/** What a name means: a variable, or a type. */
export interface Meaning {
  name: string
  isType: boolean
}

/** The names that an expression may use, and what those that it uses mean. The variables of macros come first. */
export class NameScopes {
  readonly #variables: ReadonlyMap<string, CelType>
  readonly #scopes: ReadonlyMap<string, CelType>[] = []
  readonly #meanings = new Map<Expr, Meaning>()

  constructor(variables: ReadonlyMap<string, CelType>) {
    this.#variables = variables
  }

  /** Variables of a macro that have their names until `leave`. */
  enter(variables: ReadonlyMap<string, CelType>): void {
    this.#scopes.push(variables)
  }

  leave(): void {
    this.#scopes.pop()
  }

  isLocal(name: string): boolean {
    return this.#scopes.some(scope => scope.has(name))
  }

  /** The type of the variable or type of a name, whose meaning is noted for the expression; undefined for an unknown name. */
  resolve(name: string, expr: Expr): CelType | undefined {
    const local = this.#scopes.findLast(scope => scope.has(name))?.get(name)
    const plain = name.replace(/^\./, '')
    const variable = local ?? this.#variables.get(plain)
    if (variable) {
      this.#meanings.set(expr, { name: local ? name : plain, isType: false })
      return variable
    }
    const type = typeNames.get(plain)
    if (type) this.#meanings.set(expr, { name: plain, isType: true })
    return type && typeType(type)
  }

  meaningOf(expr: Expr): Meaning | undefined {
    return this.#meanings.get(expr)
  }
}
