import { constants, createDeflate, createInflate, type Deflate, type Inflate } from 'node:zlib'
import { headerDictionary } from './header-dictionary.ts'

export type SpdyHeaders = ReadonlyMap<string, string>

/** Headers of one frame may not grow past this when they are inflated. */
const maxHeaderBytes = 64 * 1024

/**
 * Reads the header blocks of one direction of a connection. They share one compression context: they have to be read
 * in the order they came, each before the next.
 */
export class HeaderReader implements Disposable {
  readonly #inflate: Inflate = createInflate({ dictionary: headerDictionary })

  constructor() {
    this.#inflate.on('error', () => {})
  }

  /** Throws for a block that is damaged or too large; the connection is of no use then. */
  async read(block: Uint8Array): Promise<SpdyHeaders> {
    return parse(await processed(this.#inflate, block))
  }

  [Symbol.dispose](): void {
    this.#inflate.destroy()
  }
}

/** Writes the header blocks of one direction of a connection, in the order they are sent. */
export class HeaderWriter implements Disposable {
  readonly #deflate: Deflate = createDeflate({
    dictionary: headerDictionary,
    flush: constants.Z_SYNC_FLUSH,
  })

  constructor() {
    this.#deflate.on('error', () => {})
  }

  write(headers: SpdyHeaders): Promise<Buffer> {
    return processed(this.#deflate, format(headers))
  }

  [Symbol.dispose](): void {
    this.#deflate.destroy()
  }
}

/** What a compression stream makes of some bytes, all of it. */
async function processed(stream: Inflate | Deflate, bytes: Uint8Array): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const onData = (chunk: Buffer) => {
    size += chunk.length
    chunks.push(chunk)
    if (size <= maxHeaderBytes) return
    reject(new Error('SPDY headers are too large'))
    stream.destroy()
  }
  const onClose = () => reject(new Error('the SPDY connection is closed'))
  stream.on('data', onData).on('error', reject).on('close', onClose)
  try {
    stream.write(bytes, error => (error ? reject(error) : resolve()))
    await promise
  } finally {
    stream.off('data', onData).off('error', reject).off('close', onClose)
  }
  return Buffer.concat(chunks)
}

/** A count, then names and values, each behind its length in four bytes. Several values of a name lie between zeros. */
function parse(block: Buffer): SpdyHeaders {
  const headers = new Map<string, string>()
  let at = 4
  const next = (): string => {
    const end = at + 4 + block.readUInt32BE(at)
    if (end > block.length) throw new Error('SPDY headers are cut off')
    const text = block.toString('utf8', at + 4, end)
    at = end
    return text
  }
  for (let left = block.readUInt32BE(0); left > 0; left--) {
    const name = next()
    headers.set(name.toLowerCase(), next())
  }
  return headers
}

function format(headers: SpdyHeaders): Buffer {
  const counted = (text: string) => {
    const bytes = Buffer.alloc(4 + Buffer.byteLength(text))
    bytes.writeUInt32BE(bytes.length - 4)
    bytes.write(text, 4)
    return bytes
  }
  const count = Buffer.alloc(4)
  count.writeUInt32BE(headers.size)
  return Buffer.concat([count, ...[...headers].flat().map(counted)])
}
