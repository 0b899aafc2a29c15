import { Backoff } from '#base/backoff.ts'
import { type Clock, sleep } from '#base/clock.ts'
import type { Transport } from '#client/transport.ts'
import { objectPath } from '#clusters/paths.ts'
import type { InputOf, OutputOf } from '#contract/contract.ts'
import type { LogLine } from '#contract/sessions.ts'
import { isNotFound, StatusError } from '#kubernetes/status-error.ts'
import { podsResource } from '../objects/pods-of.ts'
import { list, number, object, text, type Untyped } from '../status/conditions.ts'
import { LogLineReader } from './log-lines.ts'

type Request = InputOf<'logs.follow'>
type Message = OutputOf<'logs.follow'>

const linesPerMessage = 1000

/**
 * A container's log. Following survives broken connections and restarts of the container: it goes on after the last line
 * it had, says in a mark what happened in between, and ends when the pod is gone.
 */
export async function* followLog(
  transport: Transport,
  request: Request,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<Message, void, void> {
  const backoff = new Backoff({ clock, initialMs: 300, maxMs: 10_000 })
  let last: LogLine | undefined
  let runs: string | undefined
  while (!signal.aborted) {
    try {
      for await (const lines of readLog(transport, request, last, signal)) {
        last = lines.at(-1) ?? last
        backoff.reset('')
        yield { type: 'lines', lines }
      }
    } catch (error) {
      if (signal.aborted) return
      if (isNotFound(error) && last)
        return yield { type: 'mark', text: `${request.pod} was deleted` }
      if (!(error instanceof StatusError) || !isTransient(error)) throw error
    }
    if (!request.follow || request.previous) return
    const state = await containerState(transport, request, signal)
    if (!state) return yield { type: 'mark', text: `${request.pod} was deleted` }
    if (state.mark && state.mark !== runs) yield { type: 'mark', text: state.mark }
    runs = state.mark
    if (state.final) return
    await sleep(clock, backoff.next(''), signal).catch(() => {})
  }
}

/** A container that waits to be started has no log yet; the server says so with 400. */
const isTransient = (error: StatusError) =>
  error.code >= 500 ||
  /is waiting to start|does not have a host assigned|ContainerCreating|PodInitializing|CrashLoopBackOff/.test(
    error.message,
  )

async function* readLog(
  transport: Transport,
  request: Request,
  last: LogLine | undefined,
  signal: AbortSignal,
): AsyncGenerator<LogLine[], void, void> {
  const response = await transport.request({
    method: 'GET',
    path: objectPath(podsResource, request.namespace, request.pod, 'log'),
    query: {
      container: request.container,
      timestamps: 'true',
      ...(request.follow ? { follow: 'true' } : {}),
      ...(request.previous ? { previous: 'true' } : {}),
      ...(last
        ? { sinceTime: last.time }
        : {
            ...(request.tailLines === undefined ? {} : { tailLines: String(request.tailLines) }),
            ...(request.sinceSeconds === undefined
              ? {}
              : { sinceSeconds: String(request.sinceSeconds) }),
          }),
    },
    headers: { accept: '*/*' },
    signal,
  })
  const reader = new LogLineReader()
  const isNew = (line: LogLine) => !last || line.time > last.time || line.time === ''
  for await (const bytes of response.bytes()) yield* inBatches(reader.add(bytes).filter(isNew))
  yield* inBatches(reader.finish().filter(isNew))
}

function* inBatches(lines: LogLine[]): Generator<LogLine[], void, void> {
  for (let start = 0; start < lines.length; start += linesPerMessage)
    yield lines.slice(start, start + linesPerMessage)
}

/** Why a log ended: the mark to show, and whether there will be no more. Undefined when the pod is gone. */
async function containerState(
  transport: Transport,
  { namespace, pod: name, container }: Request,
  signal: AbortSignal,
): Promise<{ mark: string | undefined; final: boolean } | undefined> {
  let pod: Untyped
  try {
    const response = await transport.request({
      method: 'GET',
      path: objectPath(podsResource, namespace, name),
      signal,
    })
    pod = await response.json<Untyped>()
  } catch (error) {
    if (isNotFound(error)) return undefined
    // The server itself may be away: the log is asked for again.
    return { mark: undefined, final: false }
  }
  const status = object(pod['status'])
  const statuses = [
    'containerStatuses',
    'initContainerStatuses',
    'ephemeralContainerStatuses',
  ].flatMap(key => list(status[key]))
  const found = statuses.find(candidate => candidate['name'] === container)
  const ended = object(object(found?.['state'])['terminated'])
  // One that is being deleted is soon gone, which is what is to be said of it.
  const isLeaving = object(pod['metadata'])['deletionTimestamp'] !== undefined
  const final = !isLeaving && ['Succeeded', 'Failed'].includes(text(status['phase']))
  if (!ended['finishedAt']) return { mark: undefined, final }
  return {
    mark: `${container} exited with code ${number(ended['exitCode'])} at ${text(ended['finishedAt'])}`,
    final,
  }
}
