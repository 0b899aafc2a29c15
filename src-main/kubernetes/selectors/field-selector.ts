import { apiVersionOf, type GroupVersionKind } from '../objects.ts'
import { badSelector } from './requirement.ts'

/** One condition on a field's text. */
export interface FieldRequirement {
  field: string
  operator: '=' | '!='
  value: string
}

/** Decides which objects are selected by their fields. */
export interface FieldMatcher {
  /** All of them have to be met; empty selects everything. */
  readonly requirements: readonly FieldRequirement[]
  /** `read` gives a field's text; the empty string for what is absent. */
  matches(read: (field: string) => string): boolean
  /** The value a field must have, when the selector says so: `metadata.name=web` → `web`. */
  exactly(field: string): string | undefined
  toString(): string
}

/** Reads a `fieldSelector` parameter: `metadata.name=web,status.phase!=Running`. Throws a 400 in Kubernetes' words. */
export function parseFieldSelector(text: string): FieldMatcher {
  const requirements = splitTerms(text)
    .filter(term => term !== '')
    .map(term => parseTerm(term, text))
  return {
    requirements,
    matches: read =>
      requirements.every(
        ({ field, operator, value }) => (read(field) === value) === (operator === '='),
      ),
    exactly: field => requirements.find(one => one.field === field && one.operator === '=')?.value,
    toString: () =>
      requirements
        .map(({ field, operator, value }) => `${field}${operator}${escapeValue(value)}`)
        .join(','),
  }
}

/**
 * The 400 for a field that a kind can't be selected by, in upstream's words: kinds with selectable fields of their own
 * and custom resources have others than those that only know their name and namespace, and two have texts to themselves.
 */
export function unsupportedField(
  field: string,
  { group, version, kind }: GroupVersionKind,
  hasOwnFields: boolean,
) {
  const name = JSON.stringify(field)
  if (group === 'batch' && kind === 'Job')
    return badSelector(`field label ${name} not supported for Job`)
  if (group === 'resource.k8s.io' && kind === 'ResourceSlice')
    return badSelector(
      `field label not supported for ${apiVersionOf({ group, version })}, Kind=${kind}: ${field}`,
    )
  if (hasOwnFields) return badSelector(`field label not supported: ${field}`)
  return badSelector(
    `${name} is not a known field selector: only "metadata.name", "metadata.namespace"`,
  )
}

function splitTerms(text: string): string[] {
  const terms: string[] = []
  let start = 0
  for (let index = 0; index < text.length; index++)
    if (text[index] === '\\') index++
    else if (text[index] === ',') {
      terms.push(text.slice(start, index))
      start = index + 1
    }
  return [...terms, text.slice(start)]
}

function parseTerm(term: string, selector: string): FieldRequirement {
  const found = /^(.*?)(!=|==|=)(.*)$/s.exec(term)
  if (!found) throw badSelector(`invalid selector: '${selector}'; can't understand '${term}'`)
  const [, field = '', operator, value = ''] = found
  return { field, operator: operator === '!=' ? '!=' : '=', value: unescapeValue(value) }
}

function unescapeValue(value: string): string {
  let plain = ''
  for (let index = 0; index < value.length; index++) {
    const character = value[index] ?? ''
    if (character === '\\') {
      const next = value[++index]
      if (next === undefined || !'\\,='.includes(next))
        throw badSelector(`invalid field selector: invalid escape sequence: \\${next ?? ''}`)
      plain += next
    } else if (character === ',' || character === '=')
      throw badSelector(`invalid field selector: unescaped character in value: ${character}`)
    else plain += character
  }
  return plain
}

const escapeValue = (value: string) => value.replaceAll(/[\\,=]/g, '\\$&')
