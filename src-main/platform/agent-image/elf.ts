/** What an ELF file needs to run: its loader, and its libraries by name. */
export interface ElfNeeds {
  /** Absolute path of the loader; absent for libraries. */
  interpreter: string | undefined
  libraries: string[]
}

const programHeader = { load: 1, dynamic: 2, interpreter: 3 }
const dynamicEntry = { end: 0, needed: 1, stringTable: 5 }

interface Segment {
  type: number
  offset: number
  address: number
  size: number
}

/** Reads a 64-bit little-endian ELF file (amd64, arm64). Throws for anything else. */
export function readElf(file: Buffer): ElfNeeds {
  const isElf64 = file.length > 64 && file.readUInt32BE(0) === 0x7f454c46 && file[4] === 2
  if (!isElf64 || file[5] !== 1) throw new Error('not a 64-bit little-endian ELF file')
  const segments = readSegments(file)
  const interpreter = segments.find(({ type }) => type === programHeader.interpreter)
  return {
    interpreter: interpreter && readText(file, interpreter.offset),
    libraries: readNeeded(file, segments),
  }
}

function readSegments(file: Buffer): Segment[] {
  const start = Number(file.readBigUInt64LE(32))
  const entrySize = file.readUInt16LE(54)
  return Array.from({ length: file.readUInt16LE(56) }, (_, index) => {
    const at = start + index * entrySize
    return {
      type: file.readUInt32LE(at),
      offset: Number(file.readBigUInt64LE(at + 8)),
      address: Number(file.readBigUInt64LE(at + 16)),
      size: Number(file.readBigUInt64LE(at + 32)),
    }
  })
}

function readNeeded(file: Buffer, segments: Segment[]): string[] {
  const dynamic = segments.find(({ type }) => type === programHeader.dynamic)
  if (!dynamic) return []
  const names: number[] = []
  let table = 0
  for (let at = dynamic.offset; at < dynamic.offset + dynamic.size; at += 16) {
    const tag = Number(file.readBigInt64LE(at))
    const value = Number(file.readBigUInt64LE(at + 8))
    if (tag === dynamicEntry.end) break
    if (tag === dynamicEntry.needed) names.push(value)
    if (tag === dynamicEntry.stringTable) table = toOffset(value, segments)
  }
  return names.map(name => readText(file, table + name))
}

function toOffset(address: number, segments: Segment[]): number {
  const segment = segments.find(
    ({ type, address: start, size }) =>
      type === programHeader.load && address >= start && address < start + size,
  )
  if (!segment) throw new Error('an ELF file whose string table is in no segment')
  return address - segment.address + segment.offset
}

function readText(file: Buffer, offset: number): string {
  return file.toString('latin1', offset, file.indexOf(0, offset))
}
