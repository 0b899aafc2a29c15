const quote = 34
const backslash = 92
const name = Buffer.from('"managedFields"')

/**
 * The JSON text of an object without its `metadata.managedFields`, which are half of most objects and of no use to most
 * readers. `json` is as `encodeStored` writes it: no white space, and the metadata begin at `metadataAt` (just behind
 * their brace).
 */
export function textWithoutManagedFields(json: Buffer, metadataAt: number): string {
  const start = findMember(json, metadataAt)
  if (start === -1) return json.toString()
  const end = endOfValue(json, start + name.length + 1)
  const isFirst = start === metadataAt
  const hasNext = json[end] === 44
  const before = json.toString('utf8', 0, isFirst ? start : start - 1)
  return before + json.toString('utf8', isFirst && hasNext ? end + 1 : end)
}

/** Where the member begins among those of the object that `at` is in; -1 when it isn't there. */
function findMember(json: Buffer, from: number): number {
  for (let at = from; json[at] === quote; at++) {
    const end = endOfString(json, at)
    if (json.compare(name, 0, name.length, at, end) === 0) return at
    at = endOfValue(json, end + 1)
    if (json[at] !== 44) break
  }
  return -1
}

/** The index behind a value. */
function endOfValue(json: Buffer, from: number): number {
  let depth = 0
  for (let at = from; at < json.length; at++) {
    const byte = json[at]
    if (byte === quote) at = endOfString(json, at) - 1
    else if (byte === 123 || byte === 91) depth++
    else if (byte === 125 || byte === 93) {
      if (depth === 0) return at
      depth--
    } else if (byte === 44 && depth === 0) return at
  }
  return json.length
}

/** The index behind a string. */
function endOfString(json: Buffer, start: number): number {
  for (let at = json.indexOf(quote, start + 1); at !== -1; at = json.indexOf(quote, at + 1)) {
    let slashes = 0
    while (json[at - 1 - slashes] === backslash) slashes++
    if (slashes % 2 === 0) return at + 1
  }
  return json.length
}
