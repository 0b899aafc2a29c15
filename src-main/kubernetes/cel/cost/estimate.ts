import type { Checked } from '../check/checker.ts'
import type { CelType } from '../check/types.ts'
import type { CallExpr, Expr, FoldExpr, ListExpr, MapExpr, SelectExpr } from '../syntax/ast.ts'
import { accumulator } from '../syntax/macro.ts'
import { type CallPart, estimateCall } from './estimate-call.ts'
import { type EntrySizes, exprSize, scalarSize, unionEntries } from './known-sizes.ts'
import { add, fixed, multiply, type Range, union, unknownSize } from './range.ts'
import type { Path, SizeHint } from './size-hint.ts'
import { createCost } from './units.ts'

/**
 * What evaluating an expression can cost at least and at most, as cel-go estimates it for Kubernetes: the same
 * definitions are to be refused. `hint` tells how large the values of variables can be.
 */
export const estimateCost = (checked: Checked, hint: SizeHint): Range =>
  new Estimator(checked, hint).cost(checked.root)

interface Local {
  path: Path
  size: Range | undefined
  entries: EntrySizes | undefined
}

const one = fixed(1)

class Estimator {
  readonly #checked: Checked
  readonly #hint: SizeHint
  readonly #paths = new Map<Expr, readonly string[]>()
  readonly #sizes = new Map<Expr, Range>()
  readonly #entries = new Map<Expr, EntrySizes>()
  readonly #locals = new Map<string, Local[]>()

  constructor(checked: Checked, hint: SizeHint) {
    this.#checked = checked
    this.#hint = hint
  }

  cost(expr: Expr): Range {
    switch (expr.kind) {
      case 'literal':
        return fixed(0)
      case 'ident':
        return this.#name(expr, expr.name)
      case 'select':
        return this.#select(expr)
      case 'call':
        return this.#call(expr)
      case 'list':
        return this.#list(expr)
      case 'map':
        return this.#map(expr)
      case 'struct':
        return fixed(createCost.struct)
      case 'fold':
        return isBinding(expr) ? this.#binding(expr) : this.#fold(expr)
    }
  }

  #local(name: string): Local | undefined {
    return this.#locals.get(name)?.at(-1)
  }

  #push(name: string, local: Local): void {
    const stack = this.#locals.get(name) ?? []
    stack.push(local)
    this.#locals.set(name, stack)
  }

  #pop(name: string): void {
    this.#locals.get(name)?.pop()
  }

  #name(expr: Expr, name: string): Range {
    const local = this.#local(name)
    const path = local ? local.path : [name]
    if (path) this.#paths.set(expr, path)
    return one
  }

  #select(expr: SelectExpr): Range {
    const meant = this.#checked.nameOf(expr)
    if (meant) return this.#name(expr, meant.name)
    const operand = this.cost(expr.operand)
    if (expr.testOnly) return operand
    const path = this.#pathOf(expr.operand)
    if (path) this.#paths.set(expr, [...path, expr.field])
    const { kind } = this.#checked.typeOf(expr.operand)
    return ['map', 'struct', 'param'].includes(kind) ? add(operand, one) : operand
  }

  #pathOf(expr: Expr): Path {
    const local = expr.kind === 'ident' ? this.#local(expr.name) : undefined
    return local ? local.path : this.#paths.get(expr)
  }

  #list(expr: ListExpr): Range {
    let value: Range | undefined
    const costs = expr.elements.map(element => {
      const cost = this.cost(element.value)
      const size = this.#sizeOrUnknown(element.value)
      value = value ? union(value, size) : size
      return cost
    })
    this.#entries.set(expr, { kind: 'list', key: one, value: value ?? fixed(0) })
    return add(...costs, fixed(createCost.list))
  }

  #map(expr: MapExpr): Range {
    let keys: Range | undefined
    let values: Range | undefined
    const costs = expr.entries.map(({ key, value }) => {
      const cost = add(this.cost(key), this.cost(value))
      const keySize = this.#sizeOrUnknown(key)
      const valueSize = this.#sizeOrUnknown(value)
      keys = keys ? union(keys, keySize) : keySize
      values = values ? union(values, valueSize) : valueSize
      return cost
    })
    this.#entries.set(expr, { kind: 'map', key: keys ?? fixed(0), value: values ?? fixed(0) })
    return add(...costs, fixed(createCost.map))
  }

  #call(expr: CallExpr): Range {
    const [first] = expr.args
    if (expr.name === 'dyn' && first) {
      const cost = this.cost(first)
      this.#copySizes(expr, first)
      return add(one, cost)
    }
    const argCosts = expr.args.map(arg => this.cost(arg))
    const isMethod = expr.target !== undefined && !this.#checked.isNamespaced(expr)
    const targetCost = isMethod && expr.target ? this.cost(expr.target) : fixed(0)
    const target = isMethod && expr.target ? this.#part(expr.target) : undefined
    const args = expr.args.map(arg => this.#part(arg))
    let cost: Range | undefined
    let size: Range | undefined
    for (const { id } of this.#checked.overloadsOf(expr)) {
      const estimate = estimateCall({ name: expr.name, id, target, args, argCosts })
      cost = cost ? union(cost, estimate.cost) : estimate.cost
      if (estimate.size) size = size ? union(size, estimate.size) : estimate.size
      size = this.#indexed(expr, id) ?? size ?? this.#size(expr)
      this.#trackEntries(expr, id)
    }
    if (size) this.#sizes.set(expr, size)
    return add(targetCost, cost ?? fixed(0))
  }

  /** The size of an element that is taken out of a list or map; where it lies is remembered. */
  #indexed(expr: CallExpr, id: string): Range | undefined {
    const [container] = expr.args
    if (!container || (id !== 'index_list' && id !== 'index_map')) return undefined
    const path = this.#pathOf(container)
    if (path) this.#paths.set(expr, [...path, id === 'index_list' ? '@items' : '@values'])
    return this.#entriesOf(container)?.value
  }

  #trackEntries(expr: CallExpr, id: string): void {
    const [first, second, third] = expr.args
    const joined = ['add_list', 'add_string', 'add_bytes'].includes(id)
    const [a, b] = id === 'conditional' ? [second, third] : joined ? [first, second] : []
    const entries = a && b && unionEntries(this.#entriesOf(a), this.#entriesOf(b))
    if (entries) this.#entries.set(expr, entries)
  }

  #part(expr: Expr): CallPart {
    const path = this.#pathOf(expr)
    const type = this.#checked.typeOf(expr)
    const isGathered = path?.[0] === accumulator
    return {
      expr,
      type,
      size: this.#sizeOrUnknown(expr),
      elementSize: () => this.#elementSize(isGathered ? undefined : path),
    }
  }

  #elementSize(path: Path): Range {
    return (path && this.#hint([...path, '@items'])) ?? unknownSize
  }

  #fold(expr: FoldExpr): Range {
    const rangeCost = this.cost(expr.range)
    const initCost = this.cost(expr.init)
    const size = this.#size(expr.init)
    this.#push(expr.accumulator, {
      path: this.#pathOf(expr.init),
      size,
      entries: this.#entriesOf(expr.init),
    })
    this.#pushVariables(expr)
    const loopCost = this.cost(expr.condition)
    const stepCost = this.cost(expr.step)
    this.#pop(expr.variable)
    if (expr.variable2 !== undefined) this.#pop(expr.variable2)
    const resultCost = this.cost(expr.result)
    this.#pop(expr.accumulator)
    const count = this.#sizeOrUnknown(expr.range)
    this.#setFoldSize(expr, count)
    return add(rangeCost, initCost, resultCost, multiply(count, add(stepCost, loopCost)))
  }

  #setFoldSize(expr: FoldExpr, count: Range): void {
    if (expr.init.kind === 'literal') {
      const size = this.#size(expr.init)
      if (size) this.#sizes.set(expr, size)
      return
    }
    this.#sizes.set(expr, count)
    const entries = this.#entriesOf(expr.step)
    if (entries) this.#entries.set(expr, entries)
  }

  #pushVariables({ range, variable, variable2 }: FoldExpr): void {
    const entries = this.#entriesOf(range)
    const kind = entries?.kind ?? this.#checked.typeOf(range).kind
    const path = this.#pathOf(range)
    const at = (step: string) => path && [...path, step]
    const value: Local = {
      path: at(kind === 'list' ? '@items' : '@values'),
      size: entries?.value,
      entries: undefined,
    }
    const key: Local = {
      path: at(kind === 'list' ? '@indices' : '@keys'),
      size: entries?.key,
      entries: undefined,
    }
    if (variable2 === undefined) this.#push(variable, kind === 'list' ? value : key)
    else {
      this.#push(variable, key)
      this.#push(variable2, value)
    }
  }

  #binding(expr: FoldExpr): Range {
    const rangeCost = this.cost(expr.range)
    const initCost = this.cost(expr.init)
    this.#push(expr.accumulator, {
      path: this.#pathOf(expr.init),
      size: this.#size(expr.init),
      entries: this.#entriesOf(expr.init),
    })
    const resultCost = this.cost(expr.result)
    this.#pop(expr.accumulator)
    this.#copySizes(expr, expr.result)
    return add(rangeCost, initCost, resultCost)
  }

  #copySizes(to: Expr, from: Expr): void {
    const size = this.#size(from)
    const entries = this.#entriesOf(from)
    if (size) this.#sizes.set(to, size)
    if (entries) this.#entries.set(to, entries)
  }

  #sizeOrUnknown(expr: Expr): Range {
    return this.#size(expr) ?? unknownSize
  }

  #size(expr: Expr): Range | undefined {
    const known = this.#sizes.get(expr) ?? exprSize(expr) ?? this.#hint(this.#pathOf(expr))
    if (known) return known
    const type: CelType = this.#checked.typeOf(expr)
    return scalarSize(type) ?? (expr.kind === 'ident' ? this.#local(expr.name)?.size : undefined)
  }

  #entriesOf(expr: Expr): EntrySizes | undefined {
    const known = this.#entries.get(expr)
    if (known || expr.kind !== 'ident') return known
    return this.#local(expr.name)?.entries
  }
}

/** What `optMap` makes: a name for a value, over an empty list. */
const isBinding = ({ range, condition, accumulator: name }: FoldExpr): boolean =>
  range.kind === 'list' &&
  range.elements.length === 0 &&
  condition.kind === 'literal' &&
  condition.value === false &&
  name !== accumulator
