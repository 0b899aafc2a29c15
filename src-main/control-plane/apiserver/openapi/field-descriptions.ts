import { readFileSync } from 'node:fs'
import path from 'node:path'

/** The text of a type (without a field) or of one of its fields; undefined when we have none. */
export type DescriptionOf = (openApiName: string, field?: string) => string | undefined

const fileName = 'field-descriptions.json'

/**
 * Reads the descriptions that set-up took from the pinned client library: beside the program when it is packaged,
 * else in npm's cache folder. Without the file nothing is described, and all else is as it should be.
 */
export function loadDescriptions(from: string = import.meta.dirname): DescriptionOf {
  const texts = readFirst(from)
  return (name, field = '') => texts?.[name]?.[field]
}

function readFirst(from: string): Record<string, Record<string, string>> | undefined {
  for (let folder = from; ; folder = path.dirname(folder)) {
    for (const file of [fileName, `node_modules/.cache/slipway/${fileName}`])
      try {
        return JSON.parse(readFileSync(path.join(folder, file), 'utf8'))
      } catch {}
    if (folder === path.dirname(folder)) return undefined
  }
}
