import {
  boolType,
  bytesType,
  type CelType,
  doubleType,
  durationType,
  dynType,
  intType,
  listType,
  mapType,
  nullType,
  opaqueType,
  optionalType,
  paramType,
  stringType,
  timestampType,
  typeType,
  uintType,
} from './types.ts'

const simple: Readonly<Record<string, CelType>> = {
  bool: boolType,
  bytes: bytesType,
  double: doubleType,
  duration: durationType,
  dyn: dynType,
  int: intType,
  null: nullType,
  string: stringType,
  timestamp: timestampType,
  uint: uintType,
}

/**
 * Reads a type as the libraries declare it: `int`, `list(T)`, `map(string, dyn)`, `optional(T)`, `type(T)`. A single
 * capital letter is a type to be found; any other name is one of an opaque type.
 */
export function parseType(text: string): CelType {
  const known = simple[text]
  if (known) return known
  if (/^[A-Z]$/.test(text)) return paramType(text)
  const [, name, inner] = /^(list|map|optional|type)\((.*)\)$/.exec(text) ?? []
  if (name === undefined || inner === undefined) return opaqueType(text)
  const [first = dynType, second = dynType] = parseTypes(inner)
  if (name === 'list') return listType(first)
  if (name === 'map') return mapType(first, second)
  return name === 'optional' ? optionalType(first) : typeType(first)
}

/** Reads types that commas part. */
export function parseTypes(text: string): CelType[] {
  const types: CelType[] = []
  let depth = 0
  let start = 0
  for (let at = 0; at <= text.length; at++) {
    const letter = text[at]
    if (letter === '(') depth++
    if (letter === ')') depth--
    if ((letter !== ',' || depth > 0) && at < text.length) continue
    const part = text.slice(start, at).trim()
    if (part) types.push(parseType(part))
    start = at + 1
  }
  return types
}
