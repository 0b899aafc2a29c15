import type { CollectionTag, Document, ScalarTag, Tags, YAMLMap } from 'yaml'

/** A YAML text as data. */
export interface ParsedYaml {
  value: unknown
  /** Lines such as `line 5: key "name" already set in map`. */
  duplicates: string[]
}

/**
 * Reads the first document of a YAML text as kubectl and the API server do: YAML 1.1's booleans (also as keys),
 * octal, binary and underscored numbers and merge keys, but no sexagesimal numbers and no timestamps. Throws a
 * `SyntaxError` with line and column. The parser is loaded at first use.
 */
export async function parseYaml(text: string): Promise<ParsedYaml> {
  if (forbidden.test(text)) throw new SyntaxError('yaml: control characters are not allowed')
  const yaml = await import('yaml')
  const lines = new yaml.LineCounter()
  const [document] = yaml.parseAllDocuments(text, {
    version: '1.1',
    customTags: kubernetesTags,
    merge: true,
    uniqueKeys: false,
    lineCounter: lines,
    prettyErrors: false,
    strict: true,
  })
  if (!document || !('contents' in document)) return { value: null, duplicates: [] }
  const [problem] = document.errors
  if (problem) {
    const { line, col } = lines.linePos(problem.pos[0])
    throw new SyntaxError(`yaml: line ${line}, column ${col}: ${problem.message}`)
  }
  settleNodes(document, yaml, text)
  return { value: toData(document), duplicates: duplicateKeys(document, yaml, lines) }
}

const forbidden = /[^\t\n\r\u0020-\u007e\u0085\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u

/**
 * Refuses keys that JSON has no names for, leaves as text what is larger than any number, and takes from a block of
 * text the line break that it would be given at the end of a document that has none.
 */
function settleNodes(document: Document, yaml: typeof import('yaml'), text: string): void {
  const isCut = !/[\n\r]\s*$/.test(text)
  yaml.visit(document, {
    Pair: (_key, { key }) => {
      const isEmpty = key === null || (yaml.isScalar(key) && key.value === null)
      if (isEmpty) throw new SyntaxError('Unsupported map key of type: %!s(<nil>), key: <nil>')
      if (yaml.isCollection(key)) throw new SyntaxError(`yaml: invalid map key: ${key}`)
    },
    Scalar: (_key, node) => {
      if (typeof node.value === 'number' && !Number.isFinite(node.value))
        if (!/^[-+]?\.(inf|nan)$/i.test(node.source ?? '')) node.value = node.source
      if (typeof node.value === 'string' && !node.value.isWellFormed())
        throw new SyntaxError('yaml: found invalid Unicode character escape code')
      const isBlock = node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED'
      if (isCut && isBlock && (node.range?.[1] ?? 0) >= text.length)
        node.value = String(node.value).replace(/\n$/, '')
    },
  })
}

function toData(document: Document): unknown {
  try {
    return checked(document.toJS({ maxAliasCount: 10_000 }))
  } catch (error) {
    throw new SyntaxError(`yaml: ${(error as Error).message}`)
  }
}

/** As much as aliases may make of a document, in values and letters; a body has at most three million. */
const mostData = 10_000_000

/** Refuses numbers that JSON doesn't have, and aliases that make too much of a document. */
function checked(value: unknown): unknown {
  let left = mostData
  const check = (value: unknown) => {
    left -= typeof value === 'string' ? value.length + 1 : 1
    if (left < 0) throw new Error('document contains excessive aliasing')
    if (typeof value === 'number' && !Number.isFinite(value))
      throw new Error(`${value} is no JSON value`)
    if (typeof value === 'object' && value !== null)
      for (const [key, item] of Object.entries(value)) {
        left -= key.length
        check(item)
      }
  }
  check(value)
  return value
}

/** Writes data as YAML that kubectl reads back the same, with sorted keys. */
export async function formatYaml(value: unknown): Promise<string> {
  const yaml = await import('yaml')
  const document = new yaml.Document(value, {
    version: '1.1',
    customTags: withoutMerge,
    sortMapEntries: true,
    aliasDuplicateObjects: false,
  })
  yaml.visit(document, {
    Scalar: (_key, node) => {
      if (typeof node.value === 'string' && needsQuotes.test(node.value)) node.type = 'QUOTE_DOUBLE'
    },
  })
  return document.toString({ indentSeq: false, lineWidth: 0 })
}

/** Texts that the writer takes for plain strings, and kubectl for numbers or, as a key, for a merge. */
const needsQuotes = /^(<<|[-+]?(0o[0-7_]+|0\d*[89]\d*))$/

function duplicateKeys(
  document: Document,
  yaml: typeof import('yaml'),
  lines: InstanceType<typeof import('yaml').LineCounter>,
): string[] {
  const found: { line: number; text: string }[] = []
  yaml.visit(document, {
    Map: (_key, map: YAMLMap) => {
      const seen = new Set<unknown>()
      for (const { key } of map.items) {
        if (!yaml.isScalar(key)) continue
        if (seen.has(key.value)) {
          const { line } = lines.linePos(key.range?.[0] ?? 0)
          found.push({
            line,
            text: `line ${line}: key ${JSON.stringify(key.value)} already set in map`,
          })
        }
        seen.add(key.value)
      }
    },
  })
  return found.toSorted((a, b) => a.line - b.line).map(({ text }) => text)
}

const notInKubernetes = new Set(['tag:yaml.org,2002:timestamp', 'tag:yaml.org,2002:binary'])

/** A key `<<` of an object is just that. */
const withoutMerge = (tags: Tags): Tags =>
  tags.filter(tag => (typeof tag === 'string' ? tag : tag.tag) !== 'tag:yaml.org,2002:merge')

function kubernetesTags(tags: Tags): Tags {
  const kept = tags.filter(tag => {
    if (typeof tag === 'string') return tag !== 'timestamp' && tag !== 'binary'
    return !notInKubernetes.has(tag.tag) && (tag as ScalarTag).format !== 'TIME'
  })
  return [newOctal, decimalWithZero, binaryAsText, ...kept]
}

const newOctal: ScalarTag = {
  identify: () => false,
  default: true,
  tag: 'tag:yaml.org,2002:int',
  format: 'OCT',
  test: /^[-+]?0o[0-7_]+$/,
  resolve: text => {
    const digits = text.replaceAll('_', '').replace(/0o/, '')
    return Number.parseInt(digits, 8)
  },
}

/** `08` is no octal number; it is eight. */
const decimalWithZero: ScalarTag = {
  identify: () => false,
  default: true,
  tag: 'tag:yaml.org,2002:float',
  test: /^[-+]?0\d*[89]\d*$/,
  resolve: text => Number(text),
}

const binaryAsText: ScalarTag | CollectionTag = {
  identify: () => false,
  default: false,
  tag: 'tag:yaml.org,2002:binary',
  resolve: (text: string) => Buffer.from(text, 'base64').toString('latin1'),
}
