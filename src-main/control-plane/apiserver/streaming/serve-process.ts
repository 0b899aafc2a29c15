import type { Clock } from '#base/clock.ts'
import { errorMessage } from '#base/errors.ts'
import type { ByteSink, ProcessSession } from '#base/streams.ts'
import type { Status } from '#kubernetes/api/meta-v1.ts'
import { StatusError } from '#kubernetes/status-error.ts'
import { statusOf } from '../failures.ts'
import { type Reply, textReply } from '../reply.ts'
import type { UpgradeRequest } from '../server-request.ts'
import { negotiateSpdy } from './accept-spdy.ts'
import { offeredSubprotocols } from './accept-web-socket.ts'
import { exitStatus } from './exit-status.ts'
import type { ProcessClient, StreamOptions } from './process-client.ts'
import { processOverSpdy, spdyProcessProtocols } from './process-over-spdy.ts'
import { chooseChannelProtocol, processOverWebSocket } from './process-over-web-socket.ts'
import { TerminalSizes } from './terminal-sizes.ts'

/**
 * Connects a process to a client, over a WebSocket or SPDY/3.1 as it asks. Throws before anything is taken over when
 * no protocol fits. A node that can't start the process is heard as upstream's are: SPDY clients get its bare words,
 * as if they spoke with the node itself, and WebSocket clients a Status over the connection.
 */
export async function serveProcess(
  upgrade: UpgradeRequest,
  options: StreamOptions,
  clock: Clock,
  start: () => Promise<ProcessSession>,
): Promise<Reply> {
  const { isSpdy, connect } = chooseProtocol(upgrade, options, clock)
  let session: ProcessSession | undefined
  let failure: unknown
  try {
    session = await start()
  } catch (error) {
    if (isSpdy)
      return textReply(errorMessage(error), error instanceof StatusError ? error.code : 500)
    failure = error
  }
  void connect()
    .then(client => (session ? run(client, session) : client.finish(notStarted(failure))))
    .catch(() => upgrade.socket.destroy())
    .finally(() => session?.close())
  return { kind: 'upgraded' }
}

const notStarted = (error: unknown): Status =>
  statusOf(new Error(`unable to upgrade connection: ${errorMessage(error)}`))

function chooseProtocol(
  upgrade: UpgradeRequest,
  options: StreamOptions,
  clock: Clock,
): { isSpdy: boolean; connect: () => Promise<ProcessClient> } {
  const offered = offeredSubprotocols(upgrade)
  if (!offered) {
    const protocol = negotiateSpdy(upgrade, spdyProcessProtocols)
    return { isSpdy: true, connect: () => processOverSpdy(upgrade, protocol, options, clock) }
  }
  const protocol = chooseChannelProtocol(offered)
  return { isSpdy: false, connect: () => processOverWebSocket(upgrade, protocol, options) }
}

async function run(client: ProcessClient, session: ProcessSession): Promise<void> {
  client.onClose(() => session.close())
  void feed(client, session).catch(() => {})
  void resize(client, session).catch(() => {})
  await client.finish(await outcome(client, session))
}

async function feed({ stdin }: ProcessClient, session: ProcessSession): Promise<void> {
  if (!stdin || !session.stdin) return
  for await (const bytes of stdin) await session.stdin.write(bytes)
  session.stdin.end()
}

async function resize({ resizes }: ProcessClient, session: ProcessSession): Promise<void> {
  if (!resizes) return
  const sizes = new TerminalSizes()
  for await (const bytes of resizes)
    for (const { Width, Height } of sizes.push(bytes))
      await session.resize(Width, Height).catch(() => {})
}

/** Copies what the process writes until it ends, and says how it did. */
async function outcome(client: ProcessClient, session: ProcessSession): Promise<Status> {
  try {
    await Promise.all([copy(session.stdout, client.stdout), copy(session.stderr, client.stderr)])
    return exitStatus(await session.exit)
  } catch (error) {
    return error instanceof StatusError ? error.status : statusOf(new Error(errorMessage(error)))
  }
}

async function copy(source: AsyncIterable<Uint8Array>, sink: ByteSink | undefined): Promise<void> {
  for await (const chunk of source) await sink?.write(chunk)
  sink?.end()
}
