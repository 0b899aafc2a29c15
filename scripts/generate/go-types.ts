/** A field of a Go struct, as a program's reflection data has it. */
export interface GoField {
  /** JSON name; empty for an embedded struct. */
  json: string
  omitEmpty: boolean
  protobuf: number | undefined
  patchStrategy: string
  patchMergeKey: string
  /** Go's name of the type, such as `*v1.PodSpec`. */
  type: string
}

/** Fields of structs by package path and name, such as `k8s.io/api/apps/v1.DeploymentSpec`. */
export type GoStructs = Map<string, GoField[]>

const [kindArray, kindMap, kindPointer, kindSlice, kindStruct] = [17, 21, 22, 23, 25]
/** Offsets behind the common head of a type's description, on 64-bit machines. */
const head = 48
const uncommonAt: Record<number, number> = {
  [kindStruct]: 80,
  [kindPointer]: 56,
  [kindSlice]: 56,
  [kindArray]: 72,
  [kindMap]: 88,
}

/**
 * Reads the struct types of Kubernetes' API packages out of a Go program's reflection data (64-bit ELF, little
 * endian): what the program itself uses to encode JSON and protobuf and to make patches.
 */
export function readGoStructs(binary: Buffer): GoStructs {
  const reader = new TypeReader(binary)
  const structs: GoStructs = new Map()
  const queue = reader.linkedTypes()
  const seen = new Set<number>()
  for (let address = queue.pop(); address !== undefined; address = queue.pop()) {
    if (address === 0 || seen.has(address)) continue
    seen.add(address)
    const offset = reader.offsetOf(address)
    if (offset < 0) continue
    const kind = reader.kind(offset)
    if ([kindPointer, kindSlice, kindArray, kindMap].includes(kind))
      queue.push(reader.pointer(offset + head))
    if (kind === kindMap) queue.push(reader.pointer(offset + head + 8))
    if (kind !== kindStruct) continue
    const fields = reader.fields(offset)
    queue.push(...fields.map(field => field.type))
    const packagePath = reader.packagePath(offset, kind)
    if (!/^k8s\.io\/(api|apimachinery|apiextensions-apiserver|kube-aggregator)\//.test(packagePath))
      continue
    const name = reader.name(offset).split('.').at(-1)
    structs.set(
      `${packagePath}.${name}`,
      fields.flatMap(({ tag, type }) => goField(tag, reader.name(reader.offsetOf(type)))),
    )
  }
  return structs
}

function goField(tag: string, type: string): GoField[] {
  const json = /json:"([^"]*)"/.exec(tag)?.[1]
  if (json === undefined) return []
  const number = /protobuf:"\w+,(\d+),/.exec(tag)?.[1]
  const [name = '', ...options] = json.split(',')
  return [
    {
      json: name,
      omitEmpty: options.includes('omitempty') || options.includes('omitzero'),
      protobuf: number === undefined ? undefined : Number(number),
      patchStrategy: /patchStrategy:"([^"]*)"/.exec(tag)?.[1] ?? '',
      patchMergeKey: /patchMergeKey:"([^"]*)"/.exec(tag)?.[1] ?? '',
      type,
    },
  ]
}

interface Section {
  address: number
  offset: number
  size: number
  name: string
}

class TypeReader {
  readonly #binary: Buffer
  readonly #sections: Section[]
  /** Where names and types are counted from: the start of the read-only data. */
  readonly #base: number

  constructor(binary: Buffer) {
    this.#binary = binary
    this.#sections = this.#readSections()
    this.#base = this.#section('.rodata').address
  }

  #readSections(): Section[] {
    const table = Number(this.#binary.readBigUInt64LE(0x28))
    const count = this.#binary.readUInt16LE(0x3c)
    const raw = Array.from({ length: count }, (_, index) => {
      const at = table + index * 64
      return {
        nameAt: this.#binary.readUInt32LE(at),
        address: this.pointer(at + 16),
        offset: this.pointer(at + 24),
        size: this.pointer(at + 32),
      }
    })
    const names = raw[this.#binary.readUInt16LE(0x3e)]?.offset ?? 0
    return raw.map(section => {
      const start = names + section.nameAt
      const name = this.#binary.toString('latin1', start, this.#binary.indexOf(0, start))
      return { ...section, name }
    })
  }

  #section(name: string): Section {
    const found = this.#sections.find(section => section.name === name)
    if (!found) throw new Error(`the program has no section ${name}`)
    return found
  }

  /** The addresses of the types that the program links by name. */
  linkedTypes(): number[] {
    const { offset, size } = this.#section('.typelink')
    return Array.from(
      { length: size / 4 },
      (_, index) => this.#base + this.#binary.readInt32LE(offset + index * 4),
    )
  }

  pointer(offset: number): number {
    return Number(this.#binary.readBigUInt64LE(offset))
  }

  offsetOf(address: number): number {
    const section = this.#sections.find(
      one => one.address && address >= one.address && address < one.address + one.size,
    )
    return section ? address - section.address + section.offset : -1
  }

  kind(offset: number): number {
    return (this.#binary[offset + 23] ?? 0) & 31
  }

  name(offset: number): string {
    const { name } = this.#nameAt(this.#base + this.#binary.readInt32LE(offset + 40))
    return (this.#binary[offset + 20] ?? 0) & 2 ? name.slice(1) : name
  }

  packagePath(offset: number, kind: number): string {
    if (!((this.#binary[offset + 20] ?? 0) & 1)) return ''
    const at = this.#binary.readInt32LE(offset + (uncommonAt[kind] ?? head))
    return at ? this.#nameAt(this.#base + at).name : ''
  }

  fields(offset: number): { tag: string; type: number }[] {
    const first = this.offsetOf(this.pointer(offset + head + 8))
    const count = this.pointer(offset + head + 16)
    return Array.from({ length: first > 0 ? count : 0 }, (_, index) => {
      const at = first + index * 24
      return { tag: this.#nameAt(this.pointer(at)).tag, type: this.pointer(at + 8) }
    })
  }

  /** A name: flags, length, text, and the tag when the flags say so. */
  #nameAt(address: number): { name: string; tag: string } {
    const offset = this.offsetOf(address)
    const flags = this.#binary[offset] ?? 0
    const name = this.#text(offset + 1)
    return { name: name.text, tag: flags & 2 ? this.#text(name.end).text : '' }
  }

  #text(offset: number): { text: string; end: number } {
    let length = 0
    let at = offset
    for (let shift = 0; ; shift += 7) {
      const byte = this.#binary[at++] ?? 0
      length |= (byte & 127) << shift
      if (byte < 128) break
    }
    return { text: this.#binary.toString('utf8', at, at + length), end: at + length }
  }
}
