import { expect, test } from 'vitest'
import type { Piece } from '../cache/piece.ts'
import type { Watcher, WatchSink } from '../cache/watcher.ts'
import type { ResponseStream } from './exchange.ts'
import { streamPieces } from './stream-pieces.ts'
import { WatchStream } from './watch-stream.ts'

const kiB = 1024

/** A client that reads as fast as it is written to; tells how much it got in each turn of the loop. */
class EagerClient implements ResponseStream {
  readonly perTurn = [0]
  buffered = 0
  ended = Promise.withResolvers<void>()

  write(bytes: Uint8Array, taken?: () => void): boolean {
    this.perTurn[this.perTurn.length - 1] = (this.perTurn.at(-1) ?? 0) + bytes.length
    if (!this.buffered) setImmediate(() => this.perTurn.push(0))
    this.buffered += bytes.length
    taken?.()
    return false
  }

  async drained(): Promise<void> {
    this.buffered = 0
  }

  end(): void {
    this.ended.resolve()
  }

  destroy(): void {
    this.ended.reject(new Error('broken off'))
  }

  onClose(): void {}
}

const expectTurns = ({ perTurn }: EagerClient, bytes: number) => {
  expect(perTurn.reduce((sum, part) => sum + part, 0)).toBe(bytes)
  expect(Math.max(...perTurn)).toBeLessThanOrEqual(512 * kiB)
}

const piecesOf = (size: number, count: number): Iterable<Piece> =>
  Array.from({ length: count }, () => ({ size, copyInto: target => void target.fill(1, 0, 1) }))

test.each([
  ['small', 4 * kiB, 1000],
  ['larger than a chunk', 100 * kiB, 40],
])('a list of pieces that are %s lets others have their turn', async (_, size, count) => {
  const client = new EagerClient()
  void streamPieces(client, piecesOf(size, count))
  await client.ended.promise
  expectTurns(client, size * count)
})

test('the state that a watch begins with lets others have their turn', async () => {
  const client = new EagerClient()
  const bookmark = { type: 'BOOKMARK', object: { metadata: {} } } as const
  const state = {
    start(sink: WatchSink) {
      for (let count = 0; count < 1000; count++) sink.send(bookmark)
      sink.end()
    },
    stop() {},
  }
  new WatchStream(client, state as unknown as Watcher, () => Buffer.alloc(4 * kiB)).start()
  await client.ended.promise
  expectTurns(client, 4000 * kiB)
})
