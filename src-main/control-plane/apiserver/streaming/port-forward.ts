import { errorMessage } from '#base/errors.ts'
import type { ByteStream } from '#base/streams.ts'
import { badRequest } from '../failures.ts'
import { kubeletOf, podOf } from '../handlers/pod-container.ts'
import type { Target } from '../handlers/target.ts'
import type { Reply } from '../reply.ts'
import { negotiateSpdy } from './accept-spdy.ts'
import { offeredSubprotocols } from './accept-web-socket.ts'
import {
  chooseForwardProtocol,
  forwardedPorts,
  forwardOverChannels,
} from './forward-over-channels.ts'
import { forwardOverSpdy, spdyForwardProtocol, tunnelProtocol } from './forward-over-spdy.ts'
import type { ForwardPort } from './forward-port.ts'
import { requireCreate } from './require-create.ts'

/**
 * Forwards connections to ports of a pod: over SPDY/3.1, over SPDY/3.1 inside a WebSocket (as kubectl does), or over
 * the channel protocol (as clients in JavaScript and Python do).
 */
export async function portForward(target: Target): Promise<Reply> {
  const { request } = target.context
  requireCreate(target)
  const { upgrade } = request
  const { reference } = podOf(target)
  const kubelet = kubeletOf(target)
  if (!upgrade) throw badRequest('you must upgrade the connection: Upgrade request required')
  const { pod, uid } = reference
  const forward: ForwardPort = async (port, data, error) => {
    try {
      const remote = await kubelet.portForward(reference, port, request.signal)
      await connectStreams(data, remote)
    } catch (failure) {
      const why = errorMessage(failure)
      const text = `error forwarding port ${port} to pod ${pod}, uid ${uid}: ${why}`
      await error.write(Buffer.from(text)).catch(() => {})
    }
    data.end()
    error.end()
  }
  const offered = offeredSubprotocols(upgrade)
  const { clock } = target.services
  if (!offered) {
    const protocol = negotiateSpdy(upgrade, [spdyForwardProtocol])
    await forwardOverSpdy(upgrade, { protocol, clock, forward })
  } else if (offered.includes(tunnelProtocol)) {
    await forwardOverSpdy(upgrade, { protocol: tunnelProtocol, clock, forward })
  } else {
    const protocol = chooseForwardProtocol(offered)
    await forwardOverChannels(upgrade, protocol, forwardedPorts(request.query), forward)
  }
  return { kind: 'upgraded' }
}

/**
 * Copies both ways until the pod's side ends, or either breaks. The client's end is passed on. Throws when the pod's
 * side broke before it said anything, which is how a helper program tells that it could not connect; a connection
 * that breaks later just ends, since clients give up all forwarding at an error.
 */
async function connectStreams(client: ByteStream, remote: ByteStream): Promise<void> {
  const upstream = async () => {
    for await (const bytes of client.readable) await remote.write(bytes)
    remote.end()
  }
  upstream().catch(() => remote.close())
  let hasAnswered = false
  try {
    for await (const bytes of remote.readable) {
      hasAnswered = true
      await client.write(bytes)
    }
  } catch (error) {
    if (!hasAnswered) throw error
  } finally {
    remote.close()
  }
}
