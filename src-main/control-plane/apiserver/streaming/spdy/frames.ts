/** A SPDY/3.1 frame; header blocks are still compressed. */
export type Frame =
  | { type: 'synStream'; streamId: number; block: Buffer; fin: boolean }
  | { type: 'synReply'; streamId: number; block: Buffer; fin: boolean }
  | { type: 'headers'; streamId: number; block: Buffer; fin: boolean }
  | { type: 'rstStream'; streamId: number; status: number }
  | { type: 'ping'; id: number }
  | { type: 'goAway'; lastStreamId: number; status: number }
  /** A piece of a data frame; `fin` comes with its last piece. */
  | { type: 'data'; streamId: number; bytes: Buffer; fin: boolean }
  /** SETTINGS, WINDOW_UPDATE, and what isn't known. */
  | { type: 'other' }

/** Why a stream is reset. */
export const resetStatus = { protocolError: 1, refusedStream: 3, cancel: 5 }
/** Why a connection ends. */
export const goAwayStatus = { ok: 0, protocolError: 1 }

/** Control frames are short: a few headers. Data frames may have any length, since they are passed on as they come. */
const maxControlBytes = 64 * 1024
const finFlag = 1
const version = 3

const types: Record<number, Exclude<Frame['type'], 'data'>> = {
  1: 'synStream',
  2: 'synReply',
  3: 'rstStream',
  6: 'ping',
  7: 'goAway',
  8: 'headers',
}
/** How many bytes a control frame has before its header block, or in all. */
const fixedBytes = { synStream: 10, synReply: 4, headers: 4, rstStream: 8, ping: 4, goAway: 8 }

/** Cuts what a carrier delivers into frames, however it was split on the way. */
export class FrameParser {
  #rest: Buffer = Buffer.alloc(0)
  /** A data frame of which some bytes are still to come. */
  #data: { streamId: number; fin: boolean; left: number } | undefined

  /** The frames that are complete with these bytes. Throws for what is not SPDY/3.1. */
  push(bytes: Uint8Array): Frame[] {
    this.#rest = this.#rest.length ? Buffer.concat([this.#rest, bytes]) : Buffer.from(bytes)
    const frames: Frame[] = []
    for (;;) {
      const frame = this.#data ? this.#piece(this.#data) : this.#next()
      if (!frame) return frames
      if (frame.type !== 'other') frames.push(frame)
    }
  }

  #next(): Frame | undefined {
    if (this.#rest.length < 8) return undefined
    const word = this.#rest.readUInt32BE(0)
    const flags = this.#rest.readUInt8(4)
    const length = this.#rest.readUIntBE(5, 3)
    if (word < 0x80000000) {
      this.#take(8)
      this.#data = { streamId: word, fin: (flags & finFlag) !== 0, left: length }
      return this.#piece(this.#data)
    }
    if (((word >>> 16) & 0x7fff) !== version) throw new Error('not a SPDY/3.1 frame')
    if (length > maxControlBytes) throw new Error(`a SPDY frame of ${length} bytes is too large`)
    if (this.#rest.length < 8 + length) return undefined
    this.#take(8)
    return controlFrame(types[word & 0xffff] ?? 'other', flags, this.#take(length))
  }

  #piece(data: { streamId: number; fin: boolean; left: number }): Frame | undefined {
    if (!this.#rest.length && data.left) return undefined
    const bytes = this.#take(Math.min(data.left, this.#rest.length))
    data.left -= bytes.length
    if (!data.left) this.#data = undefined
    return { type: 'data', streamId: data.streamId, bytes, fin: data.fin && !data.left }
  }

  #take(length: number): Buffer {
    const taken = this.#rest.subarray(0, length)
    this.#rest = this.#rest.subarray(length)
    return taken
  }
}

function controlFrame(type: Exclude<Frame['type'], 'data'>, flags: number, body: Buffer): Frame {
  if (type === 'other') return { type }
  if (body.length < fixedBytes[type]) throw new Error(`a SPDY ${type} frame is cut off`)
  const first = body.readUInt32BE(0) & 0x7fffffff
  switch (type) {
    case 'rstStream':
      return { type, streamId: first, status: body.readUInt32BE(4) }
    case 'goAway':
      return { type, lastStreamId: first, status: body.readUInt32BE(4) }
    case 'ping':
      return { type, id: body.readUInt32BE(0) }
    default: {
      const block = body.subarray(fixedBytes[type])
      return { type, streamId: first, block, fin: (flags & finFlag) !== 0 }
    }
  }
}

/** A frame as it goes over the wire. */
export function encodeFrame(frame: Exclude<Frame, { type: 'other' }>): Buffer {
  switch (frame.type) {
    case 'data':
      return Buffer.concat([
        words(frame.streamId, flagsAndLength(frame.fin, frame.bytes.length)),
        frame.bytes,
      ])
    case 'synStream':
      return control(1, frame.fin, [frame.streamId, 0], Buffer.alloc(2), frame.block)
    case 'synReply':
      return control(2, frame.fin, [frame.streamId], frame.block)
    case 'headers':
      return control(8, frame.fin, [frame.streamId], frame.block)
    case 'rstStream':
      return control(3, false, [frame.streamId, frame.status])
    case 'ping':
      return control(6, false, [frame.id])
    case 'goAway':
      return control(7, false, [frame.lastStreamId, frame.status])
  }
}

function control(type: number, fin: boolean, fields: number[], ...rest: Buffer[]): Buffer {
  const body = Buffer.concat([words(...fields), ...rest])
  const head = words(0x80000000 + version * 0x10000 + type, flagsAndLength(fin, body.length))
  return Buffer.concat([head, body])
}

const flagsAndLength = (fin: boolean, length: number) => (fin ? finFlag * 0x1000000 : 0) + length

function words(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4)
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, index * 4)
  return bytes
}
