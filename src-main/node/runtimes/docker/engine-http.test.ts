import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { EngineHttp } from './engine-http.ts'

/** An engine on a socket of its own that answers as a test says. */
async function startEngine(answer: RequestListener) {
  const directory = await mkdtemp(path.join(tmpdir(), 'slipway-engine-http-'))
  const socketPath = path.join(directory, 'engine.sock')
  const server = createServer(answer).listen(socketPath)
  await once(server, 'listening')
  const http = new EngineHttp(socketPath)
  return {
    http,
    async [Symbol.asyncDispose]() {
      http[Symbol.dispose]()
      server.close()
      server.closeAllConnections()
      await rm(directory, { recursive: true, force: true })
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
