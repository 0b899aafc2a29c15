import { expect, test } from 'vitest'
import { encodeFrame, type Frame, FrameParser } from './frames.ts'
import { HeaderReader, HeaderWriter } from './header-blocks.ts'
import { headerDictionary } from './header-dictionary.ts'

const every: Exclude<Frame, { type: 'other' }>[] = [
  { type: 'synStream', streamId: 1, block: Buffer.from('headers'), fin: true },
  { type: 'synReply', streamId: 1, block: Buffer.from('reply'), fin: false },
  { type: 'headers', streamId: 3, block: Buffer.alloc(0), fin: true },
  { type: 'rstStream', streamId: 5, status: 5 },
  { type: 'ping', id: 7 },
  { type: 'goAway', lastStreamId: 9, status: 1 },
]

test('push finds the same frames however the bytes were cut', () => {
  const bytes = Buffer.concat(every.map(encodeFrame))
  for (const size of [1, 3, 7, 8, 50, bytes.length]) {
    const parser = new FrameParser()
    const found: Frame[] = []
    for (let at = 0; at < bytes.length; at += size)
      found.push(...parser.push(bytes.subarray(at, at + size)))
    expect(found).toEqual(every)
  }
})

test('data is passed on as it comes, and fin with its last piece', () => {
  const parser = new FrameParser()
  const frame = encodeFrame({ type: 'data', streamId: 3, bytes: Buffer.from('abcdef'), fin: true })
  expect(parser.push(frame.subarray(0, 11))).toEqual([
    { type: 'data', streamId: 3, bytes: Buffer.from('abc'), fin: false },
  ])
  expect(parser.push(frame.subarray(11))).toEqual([
    { type: 'data', streamId: 3, bytes: Buffer.from('def'), fin: true },
  ])
})

test('an empty data frame with fin is a frame', () => {
  const frame = encodeFrame({ type: 'data', streamId: 1, bytes: Buffer.alloc(0), fin: true })
  expect(new FrameParser().push(frame)).toMatchObject([{ type: 'data', fin: true }])
})

test('frames that mean nothing here are skipped', () => {
  const settings = Buffer.from('8003000400000004000000008003000900000008000000010000ffff', 'hex')
  expect(new FrameParser().push(settings)).toEqual([])
})

test.each([
  ['another version', '8002000100000000', 'not a SPDY/3.1 frame'],
  ['a control frame of 16 MB', '8003000100ffffff', 'too large'],
  ['a reset without its status', '800300030000000400000001', 'cut off'],
])('%s is refused', (_what, hex, message) => {
  expect(() => new FrameParser().push(Buffer.from(hex, 'hex'))).toThrow(message)
})

test('the dictionary has the length that the protocol says', () => {
  expect(headerDictionary.length).toBe(1423)
})

// Sent by kubectl 1.35 for its first stream, the error stream of port 80.
const fromKubectl = Buffer.from(
  '78f9e3c6a7c202253a703a2b294a4dcc851625aca9a0808614cb45a024cc6461c0c0c0c0590489c44c50e2663400000000ffff',
  'hex',
)

test('read understands what a Go client compressed', async () => {
  using reader = new HeaderReader()
  const headers = await reader.read(fromKubectl)
  expect(Object.fromEntries(headers)).toEqual({ streamtype: 'error', port: '80', requestid: '0' })
})

test('header blocks of a connection share their compression', async () => {
  using writer = new HeaderWriter()
  using reader = new HeaderReader()
  const headers = new Map([
    ['streamtype', 'data'],
    ['requestid', '12'],
  ])
  const first = await writer.write(headers)
  const second = await writer.write(headers)
  expect(second.length).toBeLessThan(first.length)
  expect(await reader.read(first)).toEqual(headers)
  expect(await reader.read(second)).toEqual(headers)
})

test('headers that unpack to megabytes are refused', async () => {
  using writer = new HeaderWriter()
  using reader = new HeaderReader()
  const bomb = await writer.write(new Map([['a', 'x'.repeat(4_000_000)]]))
  expect(bomb.length).toBeLessThan(20_000)
  await expect(reader.read(bomb)).rejects.toThrow('too large')
})

test('damaged headers are refused', async () => {
  using reader = new HeaderReader()
  await expect(reader.read(Buffer.from('nonsense'))).rejects.toThrow()
})
