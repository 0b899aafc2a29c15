import { expect, test } from 'vitest'
import { jsonFrames } from './json-frames.ts'

async function* chunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function collect<T>(frames: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const frame of frames) all.push(frame)
  return all
}

const text = '{"type":"ADDED","object":{"name":"grüße 🚢"}}\n\n{"type":"BOOKMARK"}\r\n{"n":3}'
const expected = [{ type: 'ADDED', object: { name: 'grüße 🚢' } }, { type: 'BOOKMARK' }, { n: 3 }]

test.each([1, 2, 3, 7, 1000])('jsonFrames reads frames from chunks of %i bytes', async size => {
  expect(await collect(jsonFrames(chunks(new TextEncoder().encode(text), size)))).toEqual(expected)
})

test('jsonFrames throws when the stream ends within a frame', async () => {
  const cut = new TextEncoder().encode('{"a":1}\n{"b":')
  await expect(collect(jsonFrames(chunks(cut, 5)))).rejects.toThrow('not JSON: {"b":')
})

test('jsonFrames refuses a frame without end', async () => {
  const long = new TextEncoder().encode(`"${'x'.repeat(5000)}`)
  await expect(collect(jsonFrames(chunks(long, 100), 1000))).rejects.toThrow('longer than 1000')
})
