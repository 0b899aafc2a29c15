import type { Checked } from '../check/checker.ts'
import { typeNames } from '../check/type-names.ts'
import { callCost } from '../cost/call-cost.ts'
import { createCost } from '../cost/units.ts'
import {
  type CallExpr,
  dottedName,
  type Expr,
  type ListExpr,
  type LiteralExpr,
  type MapExpr,
  type SelectExpr,
} from '../syntax/ast.ts'
import { compileFold, type Scope } from './fold.ts'
import { charge, type Step } from './frame.ts'
import { ArrayList } from './lists.ts'
import { compileLogic } from './logic.ts'
import { EntryMap, keyOf } from './maps.ts'
import { presence, selectField } from './select.ts'
import { strictCall } from './strict-call.ts'
import { CelError, fail, Optional, TypeValue, Uint, type Value } from './values.ts'

/** Makes a checked expression ready to be evaluated: one closure for each of its parts. */
export const compile = (checked: Checked): Step =>
  new Compiler(checked).compile(checked.root, undefined)

/** Turns the parts of one expression into closures. */
class Compiler {
  readonly #checked: Checked

  constructor(checked: Checked) {
    this.#checked = checked
  }

  compile(expr: Expr, scope: Scope | undefined): Step {
    switch (expr.kind) {
      case 'literal': {
        const value = constant(expr)
        return () => value
      }
      case 'ident':
        return this.#name(expr, expr.name, scope)
      case 'select':
        return this.#select(expr, scope)
      case 'call':
        return this.#call(expr, scope)
      case 'list':
        return this.#list(expr, scope)
      case 'map':
        return this.#map(expr, scope)
      case 'fold':
        return compileFold((part, inner) => this.compile(part, inner), expr, scope)
      case 'struct':
        throw new Error('a checked expression makes no messages')
    }
  }

  #name(expr: Expr, name: string, scope: Scope | undefined): Step {
    for (let one = scope; one; one = one.outer) {
      const slot = one.slots.get(name)
      if (slot === undefined) continue
      return frame => {
        charge(frame, 1)
        return frame.locals[slot] ?? null
      }
    }
    const meant = this.#checked.nameOf(expr)
    if (meant?.isType) {
      const type = new TypeValue(typeNames.get(meant.name)?.name ?? meant.name)
      return () => type
    }
    const variable = meant?.name ?? name
    const missing = fail(`no such attribute(s): ${variable}`)
    return frame => {
      charge(frame, 1)
      const value = frame.variables(variable)
      return value === undefined ? missing : value
    }
  }

  #select(expr: SelectExpr, scope: Scope | undefined): Step {
    const { field, testOnly } = expr
    const meant = this.#checked.nameOf(expr)
    if (meant) return this.#name(expr, meant.name, undefined)
    const operand = this.compile(expr.operand, scope)
    if (testOnly)
      return frame => {
        const value = operand(frame)
        return value instanceof CelError ? value : presence(value, field)
      }
    return frame => {
      const value = operand(frame)
      if (value instanceof CelError) return value
      charge(frame, 1)
      return selectField(value, field)
    }
  }

  #list(expr: ListExpr, scope: Scope | undefined): Step {
    const elements = expr.elements.map(({ value, optional }) => ({
      step: this.compile(value, scope),
      optional,
    }))
    return frame => {
      const values: Value[] = []
      for (const { step, optional } of elements) {
        const value = unwrap(step(frame), optional)
        if (value instanceof CelError) return value
        if (value !== undefined) values.push(value)
      }
      charge(frame, createCost.list)
      return new ArrayList(values)
    }
  }

  #map(expr: MapExpr, scope: Scope | undefined): Step {
    const entries = expr.entries.map(({ key, value, optional }) => ({
      key: this.compile(key, scope),
      step: this.compile(value, scope),
      optional,
    }))
    return frame => {
      const map = new EntryMap()
      for (const { key: keyStep, step, optional } of entries) {
        const key = keyStep(frame)
        if (key instanceof CelError) return key
        const value = unwrap(step(frame), optional)
        if (value instanceof CelError) return value
        if (value === undefined) continue
        if (typeof key === 'number' || keyOf(key) === undefined) return fail('unsupported key type')
        if (!map.insert(key, value)) return fail('Failed with repeated key')
      }
      charge(frame, createCost.map)
      return map
    }
  }

  #call(expr: CallExpr, scope: Scope | undefined): Step {
    const logic = compileLogic(expr, part => this.compile(part, scope))
    if (logic) return logic
    const checked = this.#checked
    const isNamespaced = checked.isNamespaced(expr)
    const parts = expr.target && !isNamespaced ? [expr.target, ...expr.args] : expr.args
    const steps = parts.map(part => this.compile(part, scope))
    const overloads = checked.overloadsOf(expr)
    const space = isNamespaced && expr.target ? `${dottedName(expr.target)}.` : ''
    const name = `${space}${expr.name.replace(/^\./, '')}`
    return strictCall(steps, overloads, callCost(name))
  }
}

function unwrap(value: Value, optional: boolean): Value | undefined {
  if (!optional || value instanceof CelError) return value
  return value instanceof Optional ? value.value : fail('expected an optional value')
}

function constant({ value, isUnsigned }: LiteralExpr): Value {
  return typeof value === 'bigint' && isUnsigned ? new Uint(value) : value
}
