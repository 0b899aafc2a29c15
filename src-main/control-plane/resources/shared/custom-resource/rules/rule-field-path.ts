import type { Schema } from '../schema.ts'

type Step = { name: string; quoted: boolean }

const escapes: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  "'": "'",
  '\\': '\\',
}

/** Reads `.a.b['c']`; undefined for what is no such path. */
function stepsOf(path: string): Step[] | undefined {
  const steps: Step[] = []
  let end = 0
  for (const match of path.matchAll(/\.([^.[\]]+)|\['((?:[^'\\]|\\.)*)'\]/gy)) {
    const [all, name, quoted] = match
    end += all.length
    if (name !== undefined) steps.push({ name, quoted: false })
    else steps.push({ name: unescaped(quoted ?? ''), quoted: true })
  }
  return end === path.length && steps.length ? steps : undefined
}

const unescaped = (text: string) =>
  text.replaceAll(/\\(.)/g, (all, letter: string) => escapes[letter] ?? all)

/** Whether a rule's path leads to a field of the schema that the rule stands at. */
export function leadsToField(path: string, schema: Schema): boolean {
  const steps = stepsOf(path)
  if (!steps) return false
  let at: Schema | undefined = schema
  for (const { name } of steps) {
    if (!at) return false
    const { properties, additionalProperties }: Schema = at
    if (properties) at = Object.hasOwn(properties, name) ? properties[name] : undefined
    else at = typeof additionalProperties === 'object' ? additionalProperties : undefined
  }
  return at !== undefined
}

/** The path as errors show it. */
export const normalFieldPath = (path: string): string =>
  (stepsOf(path) ?? []).map(({ name }) => name).join('.')
