import { describe, expect, test } from 'vitest'
import type { FactServer } from './fact-server.ts'
import { readTable } from './read-table.ts'
import type { Tally } from './tally.ts'

/** Holds `field-selectors.tsv` against the server: what is selected by, and the refusal of anything else. */
export function selectorFacts(server: () => FactServer, tally: Tally): void {
  describe('a field selector', () => {
    test('finds an object by every selectable field, and none by another value', async () => {
      const { api, samples } = server()
      const differences: string[] = []
      let asserted = 0
      for (const [kind, { list, object }] of samples)
        for (const { field, value } of selectorsOf(kind)) {
          const own = selectedBy(value, object)
          const names = async (selector: string) => {
            const { status, json } = await api.request(
              'GET',
              `${list}?fieldSelector=${encodeURIComponent(selector)}`,
            )
            if (status !== 200) return `${status} ${json?.message}`
            const items = json.items as { metadata: { name: string } }[]
            return items.some(({ metadata }) => metadata.name === object.metadata.name)
          }
          asserted++
          const found = [await names(`${field}=${own}`), await names(`${field}!=${own}`)]
          if (`${found}` !== 'true,false')
            differences.push(`${kind} ${field}: ${value} is ${JSON.stringify(own)}, found ${found}`)
        }
      expect(differences).toEqual([])
      tally.count('field selectors', asserted)
    })

    test('by an unknown field is refused in the words of its kind', async () => {
      const { api, samples } = server()
      const found: Record<string, string> = {}
      const expected: Record<string, string> = {}
      for (const [kind, { list }] of samples) {
        const { status, json } = await api.request('GET', `${list}?fieldSelector=spec.nosuch=1`)
        found[kind] = `${status} ${json.message}`
        const [selector] = selectorsOf(kind)
        expected[kind] = `400 ${selector?.unsupportedError.replaceAll('{label}', 'spec.nosuch')}`
      }
      expect(found).toEqual(expected)
    })
  })
}

interface SelectorFact {
  field: string
  value: string
  unsupportedError: string
}

const selectors = Map.groupBy(
  readTable('field-selectors').map(({ group, version, kind, ...row }) => {
    const { field = '', value = '', unsupportedError = '' } = row
    const name = `${group === 'core' ? '' : `${group}/`}${version} ${kind}`
    return { name, field, value, unsupportedError }
  }),
  ({ name }) => name,
)

const selectorsOf = (kind: string): SelectorFact[] => selectors.get(kind) ?? []

/** What an object is selected by: the text of the value at a path, or what the facts say in words. */
function selectedBy(rule: string, object: unknown): string {
  if (rule === 'accepted, never has a value') return ''
  const [path = '', alternative] = rule.split(/ or, when empty, /)
  const [, plain = path] = /^([\w.]+)/.exec(path) ?? []
  const value = valueAt(object, plain)
  if (alternative && !value) return selectedBy(alternative, object)
  if (/"false"/.test(rule)) return String(value ?? false)
  if (/decimal/.test(rule)) return String(value ?? 0)
  return typeof value === 'object' ? '' : String(value ?? '')
}

const valueAt = (object: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], object)
