import { expect, test } from 'vitest'
import { FakeClock } from '../../src-main/base/fake-clock.ts'
import { decodeFrame, encodeFrame } from '../../src-main/contract/codec.ts'
import { type Frame, limits, RemoteError } from '../../src-main/contract/frames.ts'
import { Connection } from './connection.ts'

/** The far end of a carrier, held by the test. */
class FakeSocket {
  readonly sent: Frame[] = []
  binaryType = ''
  onopen: (() => void) | undefined
  onmessage: ((event: { data: ArrayBuffer }) => void) | undefined
  onclose: (() => void) | undefined

  send(bytes: Uint8Array): void {
    this.sent.push(decodeFrame(bytes))
  }
  close(): void {
    this.onclose?.()
  }
  answer(frame: Frame): void {
    this.onmessage?.({ data: encodeFrame(frame).buffer })
  }
}

function connect() {
  const sockets: FakeSocket[] = []
  const clock = new FakeClock()
  const connection = new Connection({
    url: 'ws://x',
    clock,
    open: () => {
      const socket = new FakeSocket()
      sockets.push(socket)
      return socket as unknown as WebSocket
    },
  })
  const last = () => sockets.at(-1) as FakeSocket
  return { connection, clock, sockets, last }
}

/** What a stream told its reader, in order. */
function recorder<T>() {
  const said: (T | 'end' | RemoteError)[] = []
  const sink = {
    item: (value: T) => said.push(value),
    end: () => said.push('end'),
    fail: (error: RemoteError) => said.push(error),
  }
  return { said, sink: sink as never }
}

const object = { cluster: 'c', resource: { group: '', version: 'v1', resource: 'pods' }, name: 'p' }

test('a call waits for the carrier, and its answer settles it', async () => {
  const { connection, last } = connect()
  const answer = connection.call('settings.read', {})
  expect(last().sent).toEqual([])
  last().onopen?.()
  expect(last().sent).toEqual([{ t: 'call', id: 0, m: 'settings.read', p: {} }])
  last().answer({ t: 'ok', id: 0, r: { theme: 'dark' } })
  expect(await answer).toEqual({ theme: 'dark' })
})

test('an error keeps its code and its message', async () => {
  const { connection, last } = connect()
  last().onopen?.()
  const answer = connection.call('settings.read', {})
  last().answer({ t: 'err', id: 0, code: 'failed', message: 'disk full' })
  await expect(answer).rejects.toMatchObject({ code: 'failed', message: 'disk full' })
})

test('aborting a call cancels it at the host and rejects at once', async () => {
  const { connection, last } = connect()
  last().onopen?.()
  const abort = new AbortController()
  const answer = connection.call('settings.read', {}, abort.signal)
  abort.abort(new Error('no longer wanted'))
  await expect(answer).rejects.toThrow('no longer wanted')
  expect(last().sent.at(-1)).toEqual({ t: 'cancel', id: 0 })
})

test('a reader gives credit as it takes, so that the host may go on', () => {
  const { connection, last } = connect()
  last().onopen?.()
  const { said, sink } = recorder()
  connection.stream('objects.events', object, sink)
  for (let n = 0; n < limits.credit / 2; n++) last().answer({ t: 'item', id: 0, v: [] })
  expect(said).toHaveLength(limits.credit / 2)
  expect(last().sent.at(-1)).toEqual({ t: 'credit', id: 0, n: limits.credit / 2 })
})

test('a writer sends no more than the host has room for', () => {
  const { connection, last } = connect()
  last().onopen?.()
  const input = {
    cluster: 'c',
    namespace: 'n',
    pod: 'p',
    container: 'c',
    command: [],
    columns: 80,
    rows: 24,
  }
  const handle = connection.duplex('exec.open', input, recorder().sink)
  const pushed = () => last().sent.filter(({ t }) => t === 'push').length
  for (let n = 0; n < limits.credit + 5; n++) handle.push({ columns: n, rows: 1 })
  expect(pushed()).toBe(limits.credit)
  last().answer({ t: 'credit', id: 0, n: 3 })
  expect(pushed()).toBe(limits.credit + 3)
})

test('when the carrier breaks everything open fails, and it connects again with growing pauses', async () => {
  const { connection, clock, sockets, last } = connect()
  last().onopen?.()
  const { said, sink } = recorder()
  connection.stream('objects.events', object, sink)
  const answer = connection.call('settings.read', {})
  last().close()
  await expect(answer).rejects.toMatchObject({ code: 'closed' })
  expect(said).toEqual([expect.any(RemoteError)])
  expect(connection.state.get()).toBe('lost')
  await expect(connection.call('settings.read', {})).rejects.toMatchObject({ code: 'closed' })
  await clock.advance(249)
  expect(sockets).toHaveLength(1)
  await clock.advance(1)
  expect(sockets).toHaveLength(2)
  last().close()
  await clock.advance(499)
  expect(sockets).toHaveLength(2)
  await clock.advance(1)
  last().onopen?.()
  expect(connection.state.get()).toBe('open')
  expect(last().sent).toEqual([])
})

test('a cancelled stream says nothing more', () => {
  const { connection, last } = connect()
  last().onopen?.()
  const { said, sink } = recorder()
  connection.stream('objects.events', object, sink)[Symbol.dispose]()
  last().answer({ t: 'item', id: 0, v: [] })
  expect(said).toEqual([])
  expect(last().sent.at(-1)).toEqual({ t: 'cancel', id: 0 })
})
