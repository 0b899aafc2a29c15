import { scanJson } from '#kubernetes/scan-json.ts'

/** What is wrong with a JSON text, in the words of Go's decoder; undefined when nothing is. */
export function jsonProblem(text: string): string | undefined {
  try {
    scanJson(text, () => {})
    return undefined
  } catch (error) {
    if (error instanceof SyntaxError) return error.message
    throw error
  }
}

/** What a text of JSON says, when that is a list; else what Go's decoder says is wrong with it. */
export function readJsonList(
  text: string,
  type: string,
): { list: unknown[] } | { problem: string } {
  const problem = jsonProblem(text)
  if (problem) return { problem }
  const value: unknown = JSON.parse(text)
  if (value === null || Array.isArray(value)) return { list: value ?? [] }
  const what = typeof value === 'boolean' ? 'bool' : typeof value
  return { problem: `json: cannot unmarshal ${what} into Go value of type []${type}` }
}
