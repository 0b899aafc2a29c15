import type { Parameter } from './parameters.ts'
import type { Schema } from './schemas.ts'

/** An operation before it is known which of its parameters all operations of the path share. */
export interface Operation extends Schema {
  operationId: string
  parameters: readonly Parameter[]
}

/** Methods in lower case with their operations; parameters that all of them have stand once, at the path. */
export function pathItem(operations: Record<string, Operation>): Schema {
  const all = Object.values(operations)
  const known = all.map(({ parameters }) => new Set(parameters.map(keyOf)))
  const isShared = (parameter: Parameter) => known.every(own => own.has(keyOf(parameter)))
  const shared = (all[0]?.parameters ?? []).filter(isShared)
  return {
    ...Object.fromEntries(
      Object.entries(operations).map(([method, { parameters, ...operation }]) => [
        method,
        { ...operation, ...listed(parameters.filter(one => !isShared(one))) },
      ]),
    ),
    ...listed(shared),
  }
}

const keys = new WeakMap<Parameter, string>()

function keyOf(parameter: Parameter): string {
  const key = keys.get(parameter) ?? JSON.stringify(parameter)
  keys.set(parameter, key)
  return key
}

/** By name, those of the path first. */
const listed = (parameters: readonly Parameter[]) =>
  parameters.length ? { parameters: parameters.toSorted(compare) } : {}

const compare = (a: Parameter, b: Parameter) => (order(a) < order(b) ? -1 : 1)
const order = (parameter: Parameter) => `${parameter.name} ${parameter.in}`
