import { object, text, type Untyped } from '../status/conditions.ts'
import { type Locate, locator } from './field-position.ts'

/** One document of a text of manifests, or what is wrong with it. Lines and columns count from 1. */
export type Manifest =
  | { object: Untyped; line: number; locate: Locate }
  | { problem: string; line: number; column: number }

/** Reads YAML (or JSON) that may hold several documents; empty ones are left out. */
export async function parseManifests(yaml: string): Promise<Manifest[]> {
  const { LineCounter, parseAllDocuments } = await import('yaml')
  const lines = new LineCounter()
  const documents = parseAllDocuments(yaml, {
    lineCounter: lines,
    version: '1.1',
    prettyErrors: false,
    merge: true,
  })
  const manifests: Manifest[] = []
  for (const document of Array.isArray(documents) ? documents : []) {
    const [error] = document.errors
    const start = lines.linePos(document.contents?.range?.[0] ?? document.range[0])
    if (error) {
      const at = lines.linePos(error.pos[0])
      manifests.push({ problem: error.message, line: at.line, column: at.col })
      continue
    }
    const value: unknown = document.toJS()
    if (value === null || value === undefined) continue
    const problem = problemOf(value)
    if (problem) manifests.push({ problem, line: start.line, column: start.col })
    else
      manifests.push(
        ...items(object(value)).map(({ item, at }) => ({
          object: item,
          line: start.line,
          locate: locator(document, lines, at),
        })),
      )
  }
  return manifests
}

function problemOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || Array.isArray(value))
    return 'a manifest is a mapping with apiVersion, kind and metadata'
  const manifest = object(value)
  if (!text(manifest['apiVersion'])) return 'apiVersion not set'
  if (!text(manifest['kind'])) return 'kind not set'
  return undefined
}

/** A `List` stands for its items, each with the steps that lead to it. */
const items = (manifest: Untyped): { item: Untyped; at: string[] }[] =>
  manifest['kind'] === 'List' && Array.isArray(manifest['items'])
    ? manifest['items'].map((item, index) => ({ item: object(item), at: ['items', String(index)] }))
    : [{ item: manifest, at: [] }]

/** Writes an object as kubectl does: keys in order, list items not indented. kubectl reads it back as the same. */
export async function formatManifest(of: Untyped): Promise<string> {
  const { Document, visit } = await import('yaml')
  const document = new Document(of, { version: '1.1', sortMapEntries: true })
  visit(document, {
    Scalar(_key, node) {
      // Reads as a number in kubectl's YAML though this library writes it bare.
      if (typeof node.value === 'string' && /^[-+]?0o[0-7]+$/.test(node.value))
        node.type = 'QUOTE_DOUBLE'
    },
  })
  return document.toString({ lineWidth: 0, directives: false, indentSeq: false })
}
