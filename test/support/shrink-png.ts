import { deflateSync, inflateSync } from 'node:zlib'

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const paletteSize = 256
/** So many colours are taken for being common; the others for being unlike any of them. */
const commonest = 96
const visible = 400

/** A screenshot with a palette of 256 colours: about a third of the bytes, to the eye the same. */
export function shrinkPng(png: Buffer): Buffer {
  const { width, height, channels, data } = readChunks(png)
  const pixels = unfilter(inflateSync(data), width, height, channels)
  const { palette, indexes } = quantize(pixels, channels)
  const rows = Buffer.alloc(height * (width + 1))
  for (let y = 0; y < height; y++)
    indexes.copy(rows, y * (width + 1) + 1, y * width, (y + 1) * width)
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, 3, 0, 0, 0], 8)
  return Buffer.concat([
    signature,
    chunk('IHDR', head),
    chunk('PLTE', palette),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function readChunks(png: Buffer) {
  const parts: Buffer[] = []
  for (let at = signature.length; at < png.length; ) {
    const length = png.readUInt32BE(at)
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT')
      parts.push(png.subarray(at + 8, at + 8 + length))
    at += length + 12
  }
  const channels = { 2: 3, 6: 4 }[png[25] ?? 0]
  if (!channels || png[24] !== 8 || png[28] !== 0)
    throw new Error('only 8-bit RGB pictures are read')
  return {
    width: png.readUInt32BE(16),
    height: png.readUInt32BE(20),
    channels,
    data: Buffer.concat(parts),
  }
}

/** Undoes the filter of each row (PNG specification, section 9). */
function unfilter(raw: Buffer, width: number, height: number, channels: number): Buffer {
  const stride = width * channels
  const out = Buffer.alloc(height * stride)
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)] ?? 0
    for (let x = 0; x < stride; x++) {
      const at = y * stride + x
      const left = x >= channels ? (out[at - channels] ?? 0) : 0
      const up = y ? (out[at - stride] ?? 0) : 0
      const corner = y && x >= channels ? (out[at - stride - channels] ?? 0) : 0
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter] ?? 0
      out[at] = ((raw[y * (stride + 1) + 1 + x] ?? 0) + guess) & 255
    }
  }
  return out
}

function paeth(left: number, up: number, corner: number): number {
  const estimate = left + up - corner
  const [a, b, c] = [
    Math.abs(estimate - left),
    Math.abs(estimate - up),
    Math.abs(estimate - corner),
  ]
  return a <= b && a <= c ? left : b <= c ? up : corner
}

function quantize(pixels: Buffer, channels: number): { palette: Buffer; indexes: Buffer } {
  const count = pixels.length / channels
  const colours = new Uint32Array(count)
  const uses = new Map<number, number>()
  for (let at = 0; at < count; at++) {
    const colour = pixels.readUIntBE(at * channels, 3)
    colours[at] = colour
    uses.set(colour, (uses.get(colour) ?? 0) + 1)
  }
  const common = [...uses].sort((a, b) => b[1] - a[1]).map(([colour]) => colour)
  const chosen = common.slice(0, commonest)
  for (const colour of common.slice(commonest)) {
    if (chosen.length === paletteSize) break
    if (distance(colour, chosen[nearest(colour, chosen)] ?? 0) > visible) chosen.push(colour)
  }
  const places = new Map(chosen.map((colour, place) => [colour, place]))
  for (const colour of uses.keys())
    if (!places.has(colour)) places.set(colour, nearest(colour, chosen))
  const palette = Buffer.alloc(chosen.length * 3)
  for (const [place, colour] of chosen.entries()) palette.writeUIntBE(colour, place * 3, 3)
  const indexes = Buffer.alloc(count)
  for (let at = 0; at < count; at++) indexes[at] = places.get(colours[at] ?? 0) ?? 0
  return { palette, indexes }
}

const distance = (a: number, b: number) =>
  [16, 8, 0].reduce((sum, shift) => sum + (((a >> shift) & 255) - ((b >> shift) & 255)) ** 2, 0)

function nearest(colour: number, palette: readonly number[]): number {
  let best = 0
  let least = Number.POSITIVE_INFINITY
  for (const [place, other] of palette.entries()) {
    const far = distance(colour, other)
    if (far < least) [best, least] = [place, far]
  }
  return best
}

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1
  return value
})

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  let sum = 0xffffffff
  for (const byte of body) sum = (table[(sum ^ byte) & 255] ?? 0) ^ (sum >>> 8)
  const out = Buffer.alloc(body.length + 8)
  out.writeUInt32BE(data.length, 0)
  body.copy(out, 4)
  out.writeUInt32BE((sum ^ 0xffffffff) >>> 0, body.length + 4)
  return out
}
