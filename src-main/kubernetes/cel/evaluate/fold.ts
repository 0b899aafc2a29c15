import { createCost } from '../cost/units.ts'
import type { CallExpr, Expr, FoldExpr } from '../syntax/ast.ts'
import { charge, type Frame, type Step } from './frame.ts'
import { GrowingList } from './lists.ts'
import { CelError, CelList, CelMap, noSuchOverload, type Value } from './values.ts'

/** The variables of a macro, and those of the macros around it. */
export interface Scope {
  slots: ReadonlyMap<string, number>
  /** The list that the macro gathers, under this name. */
  growing?: string
  /** How many places are taken, by it and by all around it. */
  taken: number
  outer: Scope | undefined
}

type Compile = (expr: Expr, scope: Scope | undefined) => Step

/** Goes over a list or map. */
export function compileFold(compile: Compile, expr: FoldExpr, outer: Scope | undefined): Step {
  const range = compile(expr.range, outer)
  const { init, scope, inner, slots } = scopesOf(compile, expr, outer)
  const condition = compile(expr.condition, inner)
  const step = gatheringStep(compile, expr.step, inner) ?? compile(expr.step, inner)
  const result = compile(expr.result, scope)
  const hasTwo = expr.variable2 !== undefined
  return frame => {
    const over = range(frame)
    if (over instanceof CelError) return over
    const { locals } = frame
    locals[slots.accumulator] = init(frame)
    const visit = (first: Value, second: Value): boolean => {
      locals[slots.variable] = first
      locals[slots.variable2] = second
      if (condition(frame) === false) return false
      locals[slots.accumulator] = step(frame)
      return true
    }
    if (over instanceof CelList) goOverList(over, hasTwo, visit)
    else if (over instanceof CelMap) goOverMap(over, visit)
    else return noSuchOverload
    return result(frame)
  }
}

type Visit = (first: Value, second: Value) => boolean

function goOverList(list: CelList, hasTwo: boolean, visit: Visit): void {
  for (let index = 0; index < list.size; index++) {
    const element = list.at(index)
    if (!visit(hasTwo ? BigInt(index) : element, element)) return
  }
}

function goOverMap(map: CelMap, visit: Visit): void {
  for (const key of map.keys()) if (!visit(key, map.get(key) ?? null)) return
}

function scopesOf(compile: Compile, expr: FoldExpr, outer: Scope | undefined) {
  const taken = outer?.taken ?? 0
  const slots = { accumulator: taken, variable: taken + 1, variable2: taken + 2 }
  const grows = expr.init.kind === 'list' && expr.init.elements.length === 0
  const scope: Scope = {
    slots: new Map([[expr.accumulator, slots.accumulator]]),
    ...(grows ? { growing: expr.accumulator } : {}),
    taken: taken + 3,
    outer,
  }
  const inner: Scope = {
    slots: new Map([
      [expr.variable, slots.variable],
      ...(expr.variable2 === undefined ? [] : [[expr.variable2, slots.variable2] as const]),
    ]),
    taken: taken + 3,
    outer: scope,
  }
  return { init: grows ? newList : compile(expr.init, outer), scope, inner, slots }
}

function newList(frame: Frame): Value {
  charge(frame, createCost.list)
  return new GrowingList()
}

/**
 * The step of a macro that gathers a list, `list + [element]`, maybe under a condition: the list grows in place, so
 * that gathering n elements takes n steps. It costs what the expression costs.
 */
function gatheringStep(compile: Compile, step: Expr, inner: Scope): Step | undefined {
  const gathered = inner.outer
  if (!gathered?.growing || step.kind !== 'call') return undefined
  const name = gathered.growing
  const slot = gathered.slots.get(name) ?? 0
  if (isAppend(step, name)) return append(compile, step, inner, slot)
  const [condition, yes] = step.args
  if (step.name !== '_?_:_' || !condition || yes?.kind !== 'call' || !isAppend(yes, name))
    return undefined
  const grow = append(compile, yes, inner, slot)
  const decide = compile(condition, inner)
  return frame => {
    const value = decide(frame)
    if (value === true) return grow(frame)
    if (value === false) {
      charge(frame, 1)
      return frame.locals[slot] ?? null
    }
    return value instanceof CelError ? value : noSuchOverload
  }
}

const isAppend = ({ name, args: [list, added] }: CallExpr, variable: string): boolean =>
  name === '_+_' &&
  list?.kind === 'ident' &&
  list.name === variable &&
  added?.kind === 'list' &&
  added.elements.length === 1

function append(compile: Compile, { args }: CallExpr, inner: Scope, slot: number): Step {
  const [, added] = args
  const value = added?.kind === 'list' ? added.elements[0]?.value : undefined
  if (!value) throw new Error('nothing is appended')
  const element = compile(value, inner)
  return frame => {
    const list = frame.locals[slot]
    charge(frame, 1)
    if (!(list instanceof GrowingList)) return list ?? null
    const made = element(frame)
    if (made instanceof CelError) return made
    charge(frame, createCost.list + 1)
    list.push(made)
    return list
  }
}
