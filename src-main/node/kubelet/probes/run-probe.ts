import type { Clock } from '#base/clock.ts'
import { errorMessage } from '#base/errors.ts'
import type { ProcessSession } from '#base/streams.ts'
import type { Probe } from '#kubernetes/api/core-v1.ts'
import type { ContainerRuntime } from '../../runtimes/container-runtime.ts'
import type { AnyContainer } from '../pod-facts.ts'
import { resolvePort } from '../pod-ports.ts'
import { httpGet, urlOf } from './http-request.ts'

/** What one run of a probe found: `unknown` when it couldn't be run at all. */
export interface ProbeResult {
  outcome: 'success' | 'failure' | 'unknown'
  output: string
}

export interface ProbeSubject {
  runtime: ContainerRuntime
  clock: Clock
  container: AnyContainer
  containerId: string
  podIP: string
}

const maxOutputBytes = 10_240

/** Runs a probe once, within its timeout. Never rejects. */
export async function runProbe(probe: Probe, subject: ProbeSubject): Promise<ProbeResult> {
  const timeoutMs = (probe.timeoutSeconds ?? 1) * 1000
  const abort = new AbortController()
  const expired = new ProbeTimeout()
  using _timer = subject.clock.after(timeoutMs, () => abort.abort(expired))
  try {
    if (probe.exec) return await execProbe(probe.exec.command ?? [], subject, abort.signal)
    if (probe.httpGet) return await httpProbe(probe.httpGet, subject, abort.signal)
    if (probe.tcpSocket) return await tcpProbe(probe.tcpSocket, subject, abort.signal)
    return { outcome: 'unknown', output: `missing probe handler for ${subject.container.name}` }
  } catch (error) {
    return { outcome: 'unknown', output: errorMessage(error) }
  }
}

class ProbeTimeout extends Error {
  override readonly name = 'TimeoutError'
}

async function execProbe(
  command: string[],
  { runtime, containerId }: ProbeSubject,
  signal: AbortSignal,
): Promise<ProbeResult> {
  const timedOut = {
    outcome: 'failure' as const,
    output: `command "${command.join(' ')}" timed out`,
  }
  let session: ProcessSession
  try {
    session = await runtime.exec(containerId, { command, stdin: false, tty: false }, signal)
  } catch (error) {
    if (signal.aborted) return timedOut
    return { outcome: 'unknown', output: errorMessage(error) }
  }
  const aborted = Promise.withResolvers<'timeout'>()
  const onAbort = () => aborted.resolve('timeout')
  signal.addEventListener('abort', onAbort, { once: true })
  const output = Promise.all([collect(session.stdout), collect(session.stderr)])
  output.catch(() => {})
  try {
    const code = await Promise.race([session.exit, aborted.promise])
    if (code === 'timeout') return timedOut
    const text = (await output).join('')
    return { outcome: code === 0 ? 'success' : 'failure', output: text }
  } finally {
    signal.removeEventListener('abort', onAbort)
    session.close()
  }
}

async function httpProbe(
  action: NonNullable<Probe['httpGet']>,
  subject: ProbeSubject,
  signal: AbortSignal,
): Promise<ProbeResult> {
  const host = action.host || subject.podIP
  const port = resolvePort(action.port, subject.container)
  try {
    const { status, body } = await httpGet({
      action,
      host,
      port,
      connect: (address, number, aborted) => subject.runtime.dial(address, number, aborted),
      signal,
      userAgent: 'kube-probe/1.35',
    })
    if (status >= 200 && status < 400) return { outcome: 'success', output: body }
    return { outcome: 'failure', output: `HTTP probe failed with statuscode: ${status}` }
  } catch (error) {
    const why = signal.aborted
      ? 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)'
      : errorMessage(error)
    return { outcome: 'failure', output: `Get "${urlOf(action, host, port)}": ${why}` }
  }
}

async function tcpProbe(
  action: NonNullable<Probe['tcpSocket']>,
  subject: ProbeSubject,
  signal: AbortSignal,
): Promise<ProbeResult> {
  const host = action.host || subject.podIP
  const port = resolvePort(action.port, subject.container)
  try {
    const stream = await subject.runtime.dial(host, port, signal)
    stream.close()
    return { outcome: 'success', output: '' }
  } catch (error) {
    const output = signal.aborted ? `dial tcp ${host}:${port}: i/o timeout` : errorMessage(error)
    return { outcome: 'failure', output }
  }
}

async function collect(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of stream) {
    if (length >= maxOutputBytes) continue
    chunks.push(chunk)
    length += chunk.length
  }
  return Buffer.concat(chunks).subarray(0, maxOutputBytes).toString('utf8')
}
