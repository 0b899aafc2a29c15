import { once } from 'node:events'
import type { RequestListener } from 'node:http'
import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { startPretendEngine } from '../../../../test/support/pretend-engine.ts'
import { EngineHttp } from './engine-http.ts'

/** A connection to an engine that answers as a test says. */
async function startEngine(answer: RequestListener) {
  const engine = await startPretendEngine(answer)
  const http = new EngineHttp(engine.socketPath)
  return {
    http,
    async [Symbol.asyncDispose]() {
      http[Symbol.dispose]()
      await engine[Symbol.asyncDispose]()
    },
  }
}

/** An archive that never ends. */
const endless = () =>
  new Readable({
    read() {
      this.push(new Uint8Array(65_536))
    },
  })

test('an archive that the engine refuses half way is closed', async () => {
  await using engine = await startEngine((_request, answer) => {
    answer.writeHead(500, { 'content-type': 'application/json' })
    answer.end('{"message":"no space left on device"}')
  })
  const body = endless()
  const load = engine.http.json({ method: 'POST', path: '/images/load', body })
  await expect(load).rejects.toThrow('no space left on device')
  if (!body.closed) await once(body, 'close')
})

test('an archive for an engine that is away is closed', async () => {
  const http = new EngineHttp('/nowhere/engine.sock')
  const body = endless()
  const load = http.json({ method: 'POST', path: '/images/load', body })
  await expect(load).rejects.toThrow('ENOENT')
  if (!body.closed) await once(body, 'close')
})
