/** Runs of consecutive completion indexes of a Job, each with both ends; sorted and apart from each other. */
export type IndexRanges = readonly (readonly [first: number, last: number])[]

/** Reads `1,3-5,7` as upstream does; throws with upstream's words on anything else or what isn't below `completions`. */
export function parseIndexes(text: string, completions: number): IndexRanges {
  const ranges: [number, number][] = []
  let previous = -1
  for (const part of text === '' ? [] : text.split(',')) {
    const [from = '', to = from, ...more] = part.split('-')
    if (more.length > 0) {
      throw new Error(
        `the fragment ${JSON.stringify(part)} violates the requirement that an index interval can have at most two parts separated by '-'`,
      )
    }
    const first = parseIndex(from, completions)
    const last = parseIndex(to, completions)
    if (previous >= first) {
      throw new Error(`non-increasing order, previous: ${previous}, current: ${first}`)
    }
    if (part.includes('-') && first >= last) {
      throw new Error(`non-increasing order, previous: ${first}, current: ${last}`)
    }
    ranges.push([first, last])
    previous = last
  }
  return ranges
}

function parseIndex(text: string, completions: number): number {
  if (!/^[-+]?\d+$/.test(text)) {
    throw new Error(`cannot convert string to integer for index: ${JSON.stringify(text)}`)
  }
  const index = Number(text)
  if (index < 0) throw new Error(`negative index: ${JSON.stringify(text)}`)
  if (index >= completions) throw new Error(`too large index: ${JSON.stringify(text)}`)
  return index
}

/** The reverse of `parseIndexes`: two neighbours are listed, three and more become a run. */
export function formatIndexes(indexes: Iterable<number>): string {
  const ranges: [number, number][] = []
  for (const index of [...new Set(indexes)].sort((a, b) => a - b)) {
    const current = ranges.at(-1)
    if (current && current[1] + 1 === index) current[1] = index
    else ranges.push([index, index])
  }
  return ranges
    .map(([first, last]) =>
      first === last ? `${first}` : `${first}${last - first > 1 ? '-' : ','}${last}`,
    )
    .join(',')
}

/** The indexes of a status' text; what isn't below `completions` is left out, as after scaling down. */
export function indexSet(text: string | undefined, completions: number): Set<number> {
  const indexes = new Set<number>()
  for (const part of text ? text.split(',') : []) {
    const [from, to = from] = part.split('-').map(Number)
    if (from === undefined || to === undefined || !Number.isInteger(from + to)) continue
    for (let index = from; index <= Math.min(to, completions - 1); index++) indexes.add(index)
  }
  return indexes
}
