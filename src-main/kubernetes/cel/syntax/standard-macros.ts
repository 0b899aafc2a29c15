import { call, type Expr, ident, list, literal } from './ast.ts'
import {
  accumulator,
  argument,
  fold,
  type Macro,
  type MacroCall,
  variableName,
  variableNames,
} from './macro.ts'
import { SyntaxIssue } from './source.ts'

const result = (offset: number) => ident(accumulator, offset)

const has: Macro = {
  name: 'has',
  onTarget: false,
  argCount: 1,
  expand(macro) {
    const field = argument(macro, 0)
    if (field.kind !== 'select' || field.testOnly)
      throw new SyntaxIssue(field.offset, 'invalid argument to has() macro')
    return { ...field, testOnly: true, offset: macro.offset }
  },
}

/** One variable, or two: what a macro names what it goes over. */
interface Variables {
  variable: string
  variable2?: string
}

type Quantifier = (
  macro: MacroCall & { target: Expr },
  variables: Variables,
  predicate: Expr,
) => Expr

const all: Quantifier = (macro, variables, predicate) => {
  const { offset } = macro
  return fold(macro, {
    ...variables,
    init: literal(true, offset),
    condition: call('@not_strictly_false', [result(offset)], offset),
    step: call('_&&_', [result(offset), predicate], offset),
    result: result(offset),
  })
}

const exists: Quantifier = (macro, variables, predicate) => {
  const { offset } = macro
  const goesOn = call('!_', [result(offset)], offset)
  return fold(macro, {
    ...variables,
    init: literal(false, offset),
    condition: call('@not_strictly_false', [goesOn], offset),
    step: call('_||_', [result(offset), predicate], offset),
    result: result(offset),
  })
}

const existsOne: Quantifier = (macro, variables, predicate) => {
  const { offset } = macro
  const more = call('_+_', [result(offset), literal(1n, offset)], offset)
  return fold(macro, {
    ...variables,
    init: literal(0n, offset),
    condition: literal(true, offset),
    step: call('_?_:_', [predicate, more, result(offset)], offset),
    result: call('_==_', [result(offset), literal(1n, offset)], offset),
  })
}

/** Gathers a list of what `element` is for each that the filter lets through. */
function gather(
  macro: MacroCall & { target: Expr },
  variables: Variables,
  element: Expr,
  filter: Expr | undefined,
): Expr {
  const { offset } = macro
  const longer = call('_+_', [result(offset), list([element], offset)], offset)
  return fold(macro, {
    ...variables,
    init: list([], offset),
    condition: literal(true, offset),
    step: filter ? call('_?_:_', [filter, longer, result(offset)], offset) : longer,
    result: result(offset),
  })
}

/** Gathers a map by inserting into it what `insert` calls for. */
function gatherMap(
  macro: MacroCall & { target: Expr },
  variables: Variables,
  entry: Expr[],
  filter: Expr | undefined,
): Expr {
  const { offset } = macro
  const larger = call('cel.@mapInsert', [result(offset), ...entry], offset)
  return fold(macro, {
    ...variables,
    init: { kind: 'map', entries: [], offset },
    condition: literal(true, offset),
    step: filter ? call('_?_:_', [filter, larger, result(offset)], offset) : larger,
    result: result(offset),
  })
}

const overOne = (name: string, quantify: Quantifier): Macro => ({
  name,
  onTarget: true,
  argCount: 2,
  expand: macro => quantify(macro, { variable: variableName(macro, 0) }, argument(macro, 1)),
})

const overTwo = (name: string, quantify: Quantifier): Macro => ({
  name,
  onTarget: true,
  argCount: 3,
  expand: macro => quantify(macro, pair(macro), argument(macro, 2)),
})

function pair(macro: MacroCall): { variable: string; variable2: string } {
  const [variable, variable2] = variableNames(macro)
  return { variable, variable2 }
}

const map = (argCount: 2 | 3): Macro => ({
  name: 'map',
  onTarget: true,
  argCount,
  expand(macro) {
    const variable = variableName(macro, 0, 'argument is not an identifier')
    const filter = argCount === 3 ? argument(macro, 1) : undefined
    return gather(macro, { variable }, argument(macro, argCount - 1), filter)
  },
})

const filter: Macro = {
  name: 'filter',
  onTarget: true,
  argCount: 2,
  expand: macro =>
    gather(
      macro,
      { variable: variableName(macro, 0, 'argument is not an identifier') },
      argument(macro, 0),
      argument(macro, 1),
    ),
}

/** The macros of the language itself. */
export const standardMacros: readonly Macro[] = [
  has,
  overOne('all', all),
  overOne('exists', exists),
  overOne('exists_one', existsOne),
  overOne('existsOne', existsOne),
  map(2),
  map(3),
  filter,
]

const transform = (
  name: string,
  argCount: 3 | 4,
  build: (macro: MacroCall & { target: Expr }, filter: Expr | undefined, element: Expr) => Expr,
): Macro => ({
  name,
  onTarget: true,
  argCount,
  expand: macro =>
    build(macro, argCount === 4 ? argument(macro, 2) : undefined, argument(macro, argCount - 1)),
})

const transforms = ([3, 4] as const).flatMap(argCount => [
  transform('transformList', argCount, (macro, filtered, element) =>
    gather(macro, pair(macro), element, filtered),
  ),
  transform('transformMap', argCount, (macro, filtered, element) => {
    const variables = pair(macro)
    const key = ident(variables.variable, macro.offset)
    return gatherMap(macro, variables, [key, element], filtered)
  }),
  transform('transformMapEntry', argCount, (macro, filtered, entry) =>
    gatherMap(macro, pair(macro), [entry], filtered),
  ),
])

/** The macros with a variable each for index and element, or key and value. */
export const twoVariableMacros: readonly Macro[] = [
  overTwo('all', all),
  overTwo('exists', exists),
  overTwo('existsOne', existsOne),
  overTwo('exists_one', existsOne),
  ...transforms,
]

/** A name for a value within another expression: a fold over nothing. */
const bind = (
  macro: Parameters<Macro['expand']>[0],
  variable: string,
  value: Expr,
  result: Expr,
): Expr => ({
  ...fold(macro, {
    variable: '#unused',
    init: value,
    condition: literal(false, macro.offset),
    step: ident(variable, macro.offset),
    result,
  }),
  range: list([], macro.offset),
  accumulator: variable,
})

/** `cel.bind(name, value, expression)`. */
export const bindingMacro: Macro = {
  name: 'bind',
  onTarget: true,
  argCount: 3,
  expand(macro) {
    if (macro.target.kind !== 'ident' || macro.target.name !== 'cel') return undefined
    const problem = 'cel.bind() variable names must be simple identifiers'
    return bind(macro, variableName(macro, 0, problem), argument(macro, 1), argument(macro, 2))
  },
}

const opt = (name: 'optMap' | 'optFlatMap'): Macro => ({
  name,
  onTarget: true,
  argCount: 2,
  expand(macro) {
    const { target, offset } = macro
    const variable = variableName(macro, 0)
    const onTarget = (method: string): Expr => ({
      kind: 'call',
      name: method,
      target,
      args: [],
      offset,
    })
    const bound = bind(macro, variable, onTarget('value'), argument(macro, 1))
    const optional = (method: string, args: Expr[]): Expr => ({
      kind: 'call',
      name: method,
      target: ident('optional', offset),
      args,
      offset,
    })
    const yes = name === 'optMap' ? optional('of', [bound]) : bound
    return call('_?_:_', [onTarget('hasValue'), yes, optional('none', [])], offset)
  },
})

/** The macros of optional values. */
export const optionalMacros: readonly Macro[] = [opt('optMap'), opt('optFlatMap')]
