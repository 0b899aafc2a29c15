import { expect, test } from 'vitest'
import { silentLogger } from '#base/logger.ts'
import { decodeFrame, encodeFrame } from '#contract/codec.ts'
import type { Handlers } from '#contract/contract.ts'
import type { Frame } from '#contract/frames.ts'
import { ContractServer } from './serve-contract.ts'

const nextTurn = () => new Promise(resolve => setImmediate(resolve))

function connect(handlers: Partial<Handlers>) {
  const sent: Frame[] = []
  const closes: number[] = []
  const wire = {
    send: (bytes: Uint8Array) => sent.push(decodeFrame(bytes)),
    close: (code: number) => closes.push(code),
  }
  const server = new ContractServer(wire, handlers as Handlers, silentLogger)
  return { server, sent, closes, say: (frame: Frame) => server.receive(encodeFrame(frame)) }
}

test('a call is answered; unknown names, inherited names and bad input are refused', async () => {
  const { say, sent } = connect({ 'settings.read': async () => ({ theme: 'dark' }) })
  say({ t: 'call', id: 1, m: 'settings.read', p: {} })
  say({ t: 'call', id: 2, m: 'toString', p: {} })
  say({ t: 'call', id: 3, m: 'clusters.open', p: { cluster: 5 } })
  say({ t: 'open', id: 4, m: 'settings.read', p: {}, credit: 1 })
  await nextTurn()
  expect(sent.find(frame => frame.id === 1)).toEqual({ t: 'ok', id: 1, r: { theme: 'dark' } })
  expect(sent.filter(frame => frame.t === 'err').map(frame => [frame.id, frame.code])).toEqual([
    [2, 'no_method'],
    [3, 'bad_input'],
    [4, 'no_method'],
  ])
})

test('a stream sends no more than the reader has credit for, and stops when cancelled', async () => {
  let produced = 0
  let ended = false
  const { say, sent, server } = connect({
    async *'clusters.watch'() {
      try {
        for (;;) {
          produced++
          yield []
        }
      } finally {
        ended = true
      }
    },
  })
  say({ t: 'open', id: 1, m: 'clusters.watch', p: {}, credit: 3 })
  await nextTurn()
  expect(sent).toHaveLength(3)
  expect(produced).toBe(4)
  say({ t: 'credit', id: 1, n: 2 })
  await nextTurn()
  expect(sent).toHaveLength(5)
  say({ t: 'cancel', id: 1 })
  await nextTurn()
  expect(ended).toBe(true)
  expect(server.open).toBe(0)
})

test('an error crosses as a message without a stack; a malformed frame ends the connection', async () => {
  const { say, sent, closes, server } = connect({
    'clusters.open': () => Promise.reject(new Error('connect ECONNREFUSED 127.0.0.1:1')),
  })
  say({ t: 'call', id: 1, m: 'clusters.open', p: { cluster: 'x' } })
  await nextTurn()
  expect(sent).toEqual([
    { t: 'err', id: 1, code: 'failed', message: 'connect ECONNREFUSED 127.0.0.1:1' },
  ])
  server.receive(new Uint8Array([0, 0, 0, 9, 1]))
  expect(closes).toEqual([1008])
})

test('bytes go both ways through a duplex, and a closed connection ends it', async () => {
  const got: unknown[] = []
  const { say, sent, server } = connect({
    async *'exec.open'(_input, _signal, up) {
      yield new Uint8Array([1, 2, 3])
      for await (const message of up) got.push(message)
      yield { exit: 0 }
    },
  })
  const p = {
    cluster: 'c',
    namespace: 'n',
    pod: 'p',
    container: 'x',
    command: [],
    columns: 80,
    rows: 24,
  }
  say({ t: 'open', id: 7, m: 'exec.open', p, credit: 8 })
  say({ t: 'push', id: 7, v: new Uint8Array([9]) })
  await nextTurn()
  expect(sent[0]).toEqual({ t: 'item', id: 7, v: new Uint8Array([1, 2, 3]) })
  expect(got).toEqual([new Uint8Array([9])])
  server.closed()
  await nextTurn()
  expect(server.open).toBe(0)
})
