import { type CelType, dynType, isDyn, sameType } from './types.ts'

/** What the types that are yet to be found were found to be, by the name of the parameter. */
export type Substitutions = ReadonlyMap<string, CelType>

/**
 * Whether values of `from` may stand where `to` is wanted, as cel-go decides it. Answers what is then known of the
 * types that are yet to be found; undefined where it doesn't fit.
 */
export function assign(
  known: Substitutions,
  from: readonly CelType[],
  to: readonly CelType[],
): Substitutions | undefined {
  if (from.length !== to.length) return undefined
  const found = new Map(known)
  return fitsAll(found, from, to) ? found : undefined
}

function fitsAll(
  known: Map<string, CelType>,
  from: readonly CelType[],
  to: readonly CelType[],
): boolean {
  return (
    from.length === to.length &&
    from.every((type, index) => {
      const wanted = to[index]
      return wanted !== undefined && fits(known, type, wanted)
    })
  )
}

function fits(known: Map<string, CelType>, a: CelType, b: CelType): boolean {
  if (b.kind === 'param') {
    const { valid, wasKnown } = substituteParam(known, a, b)
    if (valid) return true
    if (wasKnown) return false
  }
  if (a.kind === 'param') return substituteParam(known, b, a).valid
  if (isDyn(a) || isDyn(b)) return true
  if (a.kind === 'null' && isNullable(b)) return true
  if (b.kind === 'null' && isNullable(a)) return true
  if (a.kind !== b.kind) return false
  if (a.kind === 'type') return true
  return a.name === b.name && fitsAll(known, a.parameters, b.parameters)
}

const isNullable = ({ kind }: CelType): boolean =>
  ['null', 'struct', 'opaque', 'duration', 'timestamp'].includes(kind)

function substituteParam(
  known: Map<string, CelType>,
  type: CelType,
  param: CelType,
): { valid: boolean; wasKnown: boolean } {
  if (sameType(type, param)) return { valid: true, wasKnown: true }
  const before = known.get(param.name)
  if (before) {
    if (sameType(type, before)) return { valid: true, wasKnown: true }
    if (!fits(known, type, before)) return { valid: false, wasKnown: true }
    const general = moreGeneral(type, before)
    if (!isWithin(known, param, general)) known.set(param.name, general)
    return { valid: true, wasKnown: true }
  }
  if (isWithin(known, param, type)) return { valid: false, wasKnown: false }
  known.set(param.name, type)
  return { valid: true, wasKnown: false }
}

/** Whether a parameter is a part of a type, which would make the type endless. */
function isWithin(known: Substitutions, param: CelType, type: CelType): boolean {
  if (sameType(param, type)) return true
  if (type.kind === 'param') {
    const found = known.get(type.name)
    return found !== undefined && isWithin(known, param, found)
  }
  return type.parameters.some(one => isWithin(known, param, one))
}

/** Of two types that fit each other the one that says less. */
export const moreGeneral = (a: CelType, b: CelType): CelType =>
  saysNoMore(a, b) || b.kind === 'null' ? a : b

function saysNoMore(a: CelType, b: CelType): boolean {
  if (isDyn(a) || a.kind === 'param') return true
  if (isDyn(b) || b.kind === 'param') return false
  if (a.kind !== b.kind || a.name !== b.name || a.parameters.length !== b.parameters.length)
    return false
  return a.parameters.every((one, index) => {
    const other = b.parameters[index]
    return other !== undefined && saysNoMore(one, other)
  })
}

/** A type with what was found; with `final` whatever wasn't found is `dyn`. */
export function substitute(known: Substitutions, type: CelType, final: boolean): CelType {
  if (type.kind === 'param') {
    const found = known.get(type.name)
    if (found) return substitute(known, found, final)
    return final ? dynType : type
  }
  if (!type.parameters.length) return type
  return { ...type, parameters: type.parameters.map(one => substitute(known, one, final)) }
}
