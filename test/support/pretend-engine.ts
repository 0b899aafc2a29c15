import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** An engine on a socket of its own that answers as a test says. */
export async function startPretendEngine(
  answer: RequestListener,
): Promise<{ socketPath: string } & AsyncDisposable> {
  const directory = await mkdtemp(path.join(tmpdir(), 'slipway-pretend-engine-'))
  const socketPath = path.join(directory, 'engine.sock')
  const server = createServer(answer).listen(socketPath)
  await once(server, 'listening')
  return {
    socketPath,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
