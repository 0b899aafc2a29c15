import type {
  CallExpr,
  Expr,
  FoldExpr,
  IdentExpr,
  ListExpr,
  LiteralExpr,
  MapExpr,
  SelectExpr,
  StructExpr,
} from '../syntax/ast.ts'
import { dottedName } from '../syntax/ast.ts'
import type { Issue } from '../syntax/source.ts'
import type { Environment } from './environment.ts'
import type { Overload } from './functions.ts'
import { moreGeneral } from './inference.ts'
import { type Meaning, NameScopes } from './name-scopes.ts'
import { TypeInference } from './type-inference.ts'
import { typeNames } from './type-names.ts'
import {
  boolType,
  bytesType,
  type CelType,
  doubleType,
  dynType,
  elementOf,
  errorType,
  intType,
  isDyn,
  isOptional,
  listType,
  mapType,
  nullType,
  optionalType,
  stringType,
  typeText,
  uintType,
} from './types.ts'

/** An expression with what was found of its parts. */
export interface Checked {
  root: Expr
  type: CelType
  typeOf(expr: Expr): CelType
  /** The forms of the function that a call may be meant for; more than one where types are only known later. */
  overloadsOf(call: CallExpr): readonly Overload[]
  /** Whether what a call seems to be called on is part of the function's name, as in `ip.isCanonical(…)`. */
  isNamespaced(call: CallExpr): boolean
  /** The variable or type that a name or a chain of names means; undefined for a field of something. */
  nameOf(expr: Expr): Meaning | undefined
}

export type CheckResult = { checked: Checked } | { issues: Issue[] }

/** Finds the types of an expression and its parts, and whether it makes sense in an environment. */
export function check(root: Expr, environment: Environment): CheckResult {
  const checker = new Checker(environment)
  const type = checker.check(root)
  return checker.issues.length
    ? { issues: checker.issues }
    : { checked: checker.result(root, type) }
}

class Checker {
  readonly issues: Issue[] = []
  readonly #environment: Environment
  readonly #types = new Map<Expr, CelType>()
  readonly #overloads = new Map<CallExpr, readonly Overload[]>()
  readonly #namespaced = new Set<CallExpr>()
  readonly #names: NameScopes
  readonly #inference = new TypeInference()

  constructor(environment: Environment) {
    this.#environment = environment
    this.#names = new NameScopes(environment.variables)
  }

  result(root: Expr, type: CelType): Checked {
    return {
      root,
      type: this.#inference.final(type),
      typeOf: expr => this.#inference.final(this.#types.get(expr) ?? dynType),
      overloadsOf: call => this.#overloads.get(call) ?? [],
      isNamespaced: call => this.#namespaced.has(call),
      nameOf: expr => this.#names.meaningOf(expr),
    }
  }

  check(expr: Expr): CelType {
    const type = this.#check(expr)
    this.#types.set(expr, type)
    return type
  }

  #check(expr: Expr): CelType {
    switch (expr.kind) {
      case 'literal':
        return literalType(expr)
      case 'ident':
        return this.#ident(expr)
      case 'select':
        return this.#select(expr)
      case 'call':
        return this.#call(expr)
      case 'list':
        return this.#list(expr)
      case 'map':
        return this.#map(expr)
      case 'struct':
        return this.#struct(expr)
      case 'fold':
        return this.#fold(expr)
    }
  }

  #report(offset: number, message: string): CelType {
    this.issues.push({ offset, message })
    return errorType
  }

  #undeclared(name: string, offset: number): CelType {
    return this.#report(offset, `undeclared reference to '${name}' (in container '')`)
  }

  #expectType(expr: Expr, wanted: CelType): void {
    const type = this.#types.get(expr) ?? dynType
    if (!this.#inference.isAssignable(type, wanted)) this.#mismatch(expr.offset, wanted, type)
  }

  #mismatch(offset: number, wanted: CelType, found: CelType): CelType {
    return this.#report(
      offset,
      `expected type '${this.#inference.text(wanted)}' but found '${this.#inference.text(found)}'`,
    )
  }

  #ident(expr: IdentExpr): CelType {
    return this.#names.resolve(expr.name, expr) ?? this.#undeclared(expr.name, expr.offset)
  }

  #select(expr: SelectExpr): CelType {
    const name = dottedName(expr)
    const root = name?.split('.', 1)[0]
    const isLocal = root !== undefined && this.#names.isLocal(root)
    const qualified = name !== undefined && !isLocal ? this.#names.resolve(name, expr) : undefined
    if (qualified) return qualified
    const operand = this.check(expr.operand)
    const field = this.#field(operand, expr.field, expr.offset)
    return expr.testOnly ? boolType : field
  }

  /** The type of a value's field; of an optional value's field it is an optional one. */
  #field(of: CelType, field: string, offset: number): CelType {
    const target = this.#inference.now(of)
    if (isOptional(target)) return optionalType(this.#plainField(elementOf(target), field, offset))
    return this.#plainField(target, field, offset)
  }

  #plainField(target: CelType, field: string, offset: number): CelType {
    switch (target.kind) {
      case 'map':
        return target.parameters[1] ?? dynType
      case 'struct':
        return target.fields?.get(field) ?? this.#report(offset, `undefined field '${field}'`)
      case 'param':
        this.#inference.isAssignable(dynType, target)
        return dynType
      default:
        if (isDyn(target)) return dynType
        return this.#report(offset, `type '${typeText(target)}' does not support field selection`)
    }
  }

  #call(expr: CallExpr): CelType {
    if (expr.name === '_?._') return this.#optionalSelect(expr)
    const args = () => expr.args.map(arg => this.check(arg))
    const { functions } = this.#environment
    const plain = expr.name.replace(/^\./, '')
    if (!expr.target) {
      const overloads = functions.get(plain)
      const types = args()
      return overloads
        ? this.#resolveCall(expr, overloads, types)
        : this.#undeclared(expr.name, expr.offset)
    }
    const space = dottedName(expr.target)
    const namespaced = space === undefined ? undefined : functions.get(`${space}.${expr.name}`)
    if (namespaced) {
      this.#namespaced.add(expr)
      return this.#resolveCall(expr, namespaced, args())
    }
    const target = this.check(expr.target)
    const types = [target, ...args()]
    const overloads = functions.get(plain)
    return overloads
      ? this.#resolveCall(expr, overloads, types)
      : this.#undeclared(expr.name, expr.offset)
  }

  #optionalSelect(expr: CallExpr): CelType {
    const [operand, field] = expr.args
    if (!operand || field?.kind !== 'literal' || typeof field.value !== 'string')
      return this.#report(expr.offset, 'unsupported optional field selection')
    const target = this.check(operand)
    this.check(field)
    this.#overloads.set(expr, this.#environment.functions.get('_?._') ?? [])
    const type = this.#field(target, field.value, expr.offset)
    return isOptional(type) ? type : optionalType(type)
  }

  #resolveCall(expr: CallExpr, overloads: readonly Overload[], args: readonly CelType[]): CelType {
    const isMethod = expr.target !== undefined && !this.#namespaced.has(expr)
    const found = this.#inference.match(overloads, isMethod, args)
    if (!found) return this.#noMatch(expr, args, isMethod)
    this.#overloads.set(expr, found.matching)
    return found.result
  }

  #noMatch(expr: CallExpr, args: readonly CelType[], isMethod: boolean): CelType {
    const texts = args.map(type => typeText(this.#inference.final(type)))
    const [target, ...rest] = texts
    const applied = isMethod ? `${target}.(${rest.join(', ')})` : `(${texts.join(', ')})`
    const name =
      this.#namespaced.has(expr) && expr.target
        ? `${dottedName(expr.target)}.${expr.name}`
        : expr.name
    return this.#report(
      expr.offset,
      `found no matching overload for '${name}' applied to '${applied}'`,
    )
  }

  #list(expr: ListExpr): CelType {
    let joined: CelType | undefined
    for (const { value, optional } of expr.elements)
      joined = this.#join(value, joined, this.#present(value, this.check(value), optional))
    return listType(joined ?? this.#inference.newParam())
  }

  #map(expr: MapExpr): CelType {
    let keys: CelType | undefined
    let values: CelType | undefined
    for (const { key, value, optional } of expr.entries) {
      keys = this.#join(key, keys, this.check(key))
      values = this.#join(value, values, this.#present(value, this.check(value), optional))
    }
    return mapType(keys ?? this.#inference.newParam(), values ?? this.#inference.newParam())
  }

  /** What an element is when it is there; of one marked as optional that is what it may hold. */
  #present(expr: Expr, type: CelType, optional: boolean): CelType {
    if (!optional) return type
    const found = this.#inference.now(type)
    if (isOptional(found)) return elementOf(found)
    if (isDyn(found)) return dynType
    return this.#mismatch(expr.offset, optionalType(dynType), found)
  }

  #join(expr: Expr, before: CelType | undefined, type: CelType): CelType {
    if (!before) return type
    if (this.#inference.isAssignable(before, type)) return moreGeneral(before, type)
    if (!this.#environment.homogeneous) return dynType
    return this.#mismatch(expr.offset, before, type)
  }

  #struct(expr: StructExpr): CelType {
    for (const { value } of expr.fields) this.check(value)
    const known = typeNames.has(expr.name)
    if (known) return this.#report(expr.offset, `'${expr.name}' is not a message type`)
    return this.#undeclared(expr.name, expr.offset)
  }

  #fold(expr: FoldExpr): CelType {
    const range = this.#inference.now(this.check(expr.range))
    const init = this.check(expr.init)
    const { first, second } = this.#rangeTypes(expr, range)
    this.#names.enter(new Map([[expr.accumulator, init]]))
    const variables = new Map([[expr.variable, first]])
    if (expr.variable2 !== undefined) variables.set(expr.variable2, second)
    this.#names.enter(variables)
    this.check(expr.condition)
    this.#expectType(expr.condition, boolType)
    this.check(expr.step)
    this.#expectType(expr.step, init)
    this.#names.leave()
    const result = this.check(expr.result)
    this.#names.leave()
    return this.#inference.now(result)
  }

  /** What the variables of a macro are: of a single one that goes over a map, the keys. */
  #rangeTypes(expr: FoldExpr, range: CelType): { first: CelType; second: CelType } {
    const hasTwo = expr.variable2 !== undefined
    switch (range.kind) {
      case 'list': {
        const element = elementOf(range)
        return { first: hasTwo ? intType : element, second: element }
      }
      case 'map':
        return { first: elementOf(range), second: range.parameters[1] ?? dynType }
      case 'dyn':
      case 'error':
        return { first: dynType, second: dynType }
      case 'param':
        this.#inference.isAssignable(dynType, range)
        return { first: dynType, second: dynType }
      default: {
        this.#report(
          expr.range.offset,
          `expression of type '${typeText(range)}' cannot be range of a comprehension (must be list, map, or dynamic)`,
        )
        return { first: errorType, second: errorType }
      }
    }
  }
}

function literalType({ value, isUnsigned }: LiteralExpr): CelType {
  switch (typeof value) {
    case 'bigint':
      return isUnsigned ? uintType : intType
    case 'number':
      return doubleType
    case 'string':
      return stringType
    case 'boolean':
      return boolType
    default:
      return value === null ? nullType : bytesType
  }
}
