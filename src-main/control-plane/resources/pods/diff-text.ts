import { isEqual } from '../shared/field-errors.ts'

type Members = Record<string, unknown>

/**
 * What changed between two structs, laid out as Go's `cmp.Diff` does: `-` what was, `+` what is, and how many
 * fields are the same. Only members that differ are gone into.
 */
export function diffText(type: string, before: object, after: object): string {
  return [`  ${type}{`, ...diffLines(before as Members, after as Members, '\t'), '  }', ''].join(
    '\n',
  )
}

function diffLines(before: Members, after: Members, indent: string): string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()
  const changed = keys.filter(key => !isEqual(before[key], after[key]))
  const same = keys.length - changed.length
  const lines = changed.flatMap(key => memberLines(key, before[key], after[key], indent))
  return same > 0 ? [`  ${indent}... // ${same} identical fields`, ...lines] : lines
}

function memberLines(key: string, before: unknown, after: unknown, indent: string): string[] {
  const name = goName(key)
  if (isStruct(before) && isStruct(after))
    return [
      `  ${indent}${name}: {`,
      ...diffLines(members(before), members(after), `${indent}\t`),
      `  ${indent}},`,
    ]
  const line = (sign: string, value: unknown) => `${sign} ${indent}${name}: ${goValue(value)},`
  return [line('-', before), line('+', after)]
}

const isStruct = (value: unknown): value is object => typeof value === 'object' && value !== null
const members = (value: object): Members => Object.fromEntries(Object.entries(value))
const goName = (key: string) => key.charAt(0).toUpperCase() + key.slice(1)
const goValue = (value: unknown) => (value === undefined ? 'nil' : JSON.stringify(value))
