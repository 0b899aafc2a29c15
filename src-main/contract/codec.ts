import { type Frame, frame } from './frames.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true })
const marker = '$bytes'

/**
 * Frames as bytes: a 32-bit big-endian length of the JSON part, the JSON part, then the raw bytes it refers to.
 * A `Uint8Array` in a frame travels raw: in JSON it stands as `{"$bytes":[offset, length]}`.
 */
export function encodeFrame(message: Frame): Uint8Array<ArrayBuffer> {
  const chunks: Uint8Array[] = []
  let offset = 0
  const json = encoder.encode(
    JSON.stringify(message, (_key, value) => {
      if (!(value instanceof Uint8Array)) return value
      chunks.push(value)
      offset += value.length
      return { [marker]: [offset - value.length, value.length] }
    }),
  )
  const out = new Uint8Array(4 + json.length + offset)
  new DataView(out.buffer).setUint32(0, json.length)
  out.set(json, 4)
  let at = 4 + json.length
  for (const chunk of chunks) {
    out.set(chunk, at)
    at += chunk.length
  }
  return out
}

/** Reads a frame; throws when the bytes are not one. */
export function decodeFrame(bytes: Uint8Array): Frame {
  if (bytes.length < 4) throw new Error('frame too short')
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(0)
  const base = 4 + length
  if (base > bytes.length) throw new Error('frame shorter than it says')
  const raw = bytes.subarray(base)
  const json: unknown = JSON.parse(
    decoder.decode(bytes.subarray(4, base)),
    raw.length ? (_key, value) => reviveBytes(value, raw) : undefined,
  )
  return frame.parse(json)
}

function reviveBytes(value: unknown, raw: Uint8Array): unknown {
  if (typeof value !== 'object' || value === null || !(marker in value)) return value
  const [start, length] = Array.isArray(value[marker]) ? value[marker] : []
  const inside = Number.isInteger(start) && Number.isInteger(length) && start >= 0 && length >= 0
  if (!inside || start + length > raw.length) throw new Error('frame refers outside its bytes')
  return raw.slice(start, start + length)
}
