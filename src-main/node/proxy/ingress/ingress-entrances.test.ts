import { mkdtemp, rm } from 'node:fs/promises'
import net from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { FakeClock } from '#base/fake-clock.ts'
import { silentLogger } from '#base/logger.ts'
import { findFreePort } from '#platform/ports.ts'
import { IngressEntrances } from './ingress-entrances.ts'
import { IngressPorts } from './ingress-ports.ts'

/** What a connection to a port of localhost gets; the error's code when there is none. */
async function connect(port: number): Promise<string> {
  const socket = net.connect(port, '127.0.0.1')
  const { promise, resolve } = Promise.withResolvers<string>()
  socket.on('data', data => resolve(String(data)))
  socket.on('error', error => resolve((error as NodeJS.ErrnoException).code ?? ''))
  const answer = await promise
  socket.destroy()
  return answer
}

test('a port behind which no server could be made is closed, and opened again with one', async () => {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'entrances-'))
  const clock = new FakeClock()
  const port = await findFreePort()
  let tries = 0
  const entrances = new IngressEntrances({
    ports: new IngressPorts(dataDir, { https: port }),
    async serve() {
      if (++tries === 1) throw new Error('the certificate could not be made')
      return socket => socket.end('served')
    },
    onChange: () => {},
    clock,
    logger: silentLogger,
  })
  try {
    entrances.want(new Set(['https']))
    await entrances.settled()
    expect(entrances.failure('https')).toBe('the certificate could not be made')
    expect(entrances.get('https')).toBeUndefined()
    expect(await connect(port)).toBe('ECONNREFUSED')

    await clock.advance(1000)
    await entrances.settled()
    expect(entrances.get('https')?.port).toBe(port)
    expect(entrances.failure('https')).toBeUndefined()
    expect(await connect(port)).toBe('served')
  } finally {
    await entrances[Symbol.asyncDispose]()
    await rm(dataDir, { recursive: true })
  }
})
