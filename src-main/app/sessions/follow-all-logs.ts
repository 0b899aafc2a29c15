import type { Clock } from '#base/clock.ts'
import { errorMessage } from '#base/errors.ts'
import type { Transport } from '#client/transport.ts'
import type { InputOf, OutputOf } from '#contract/contract.ts'
import type { LogSource } from '#contract/sessions.ts'
import { podsQuery } from '../objects/pods-of.ts'
import { readObject } from '../objects/read-object.ts'
import { type ObjectsQuery, watchObjects } from '../objects/watch-objects.ts'
import { list, object, text, type Untyped } from '../status/conditions.ts'
import { followLog } from './follow-log.ts'
import { MergedLines } from './merged-lines.ts'

type Request = InputOf<'logs.followAll'>
type Message = OutputOf<'logs.followAll'>

const linesPerMessage = 1000
/** Logs that are read at once; each holds a connection to its node. */
const mostSources = 64

/** The logs of all pods behind an object in one; see the contract. Throws when the object selects no pods. */
export async function* followAllLogs(
  transport: Transport,
  request: Request,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<Message, void, void> {
  const live = await readObject(transport, request.object, signal)
  const query = podsQuery(live)
  if (!query) throw new Error(`${text(live['kind'])} ${request.object.name} selects no pods`)
  const ending = new AbortController()
  const all = new LogSources(transport, request, clock, AbortSignal.any([signal, ending.signal]))
  void all.run(query)
  try {
    while (!signal.aborted && !all.lines.ended) {
      await all.lines.settle(signal)
      yield* all.takeNotes()
      const lines = all.lines.take()
      for (let at = 0; at < lines.length; at += linesPerMessage)
        yield { type: 'lines', lines: lines.slice(at, at + linesPerMessage) }
      yield* all.takeMarks()
    }
    if (all.failure) throw all.failure
  } finally {
    ending.abort()
    all.lines.take()
  }
}

class LogSources {
  readonly lines: MergedLines
  failure: unknown
  readonly #transport: Transport
  readonly #request: Request
  readonly #clock: Clock
  readonly #signal: AbortSignal
  readonly #sources = new Map<string, LogSource>()
  readonly #reading = new Set<Promise<void>>()
  #sourcesChanged = false
  #marks: string[] = []
  #leftOut = false

  constructor(transport: Transport, request: Request, clock: Clock, signal: AbortSignal) {
    this.#transport = transport
    this.#request = request
    this.#clock = clock
    this.#signal = signal
    this.lines = new MergedLines(clock)
  }

  /** Reads the logs of the pods that a query finds, of later ones from their start. */
  async run(query: ObjectsQuery): Promise<void> {
    try {
      let isFirst = true
      for await (const found of watchObjects(this.#transport, query, this.#clock, this.#signal)) {
        for (const [uid, pod] of found) this.#join(uid, pod, isFirst)
        this.#markGone(found)
        isFirst = false
        if (!this.#request.follow) break
      }
      await Promise.all(this.#reading)
    } catch (error) {
      this.failure = error
    } finally {
      this.lines.end()
    }
  }

  *takeNotes(): Generator<Message, void, void> {
    if (!this.#sourcesChanged) return
    this.#sourcesChanged = false
    yield { type: 'sources', sources: [...this.#sources.values()] }
  }

  *takeMarks(): Generator<Message, void, void> {
    for (const mark of this.#marks.splice(0)) yield { type: 'mark', text: mark }
  }

  #join(uid: string, pod: Untyped, isFirst: boolean): void {
    const name = text(object(pod['metadata'])['name'])
    for (const container of containersOf(pod)) {
      const key = `${uid} ${container}`
      if (this.#sources.has(key)) continue
      const live = [...this.#sources.values()].filter(({ gone }) => !gone).length
      if (live >= mostSources) {
        if (!this.#leftOut) this.#mark(`only ${mostSources} containers are followed at once`)
        this.#leftOut = true
        return
      }
      const id = this.#sources.size
      this.#sources.set(key, { id, pod: name, container, gone: false })
      this.#sourcesChanged = true
      const reading = this.#read({ pod: name, container, id }, isFirst)
      this.#reading.add(reading)
      void reading.finally(() => this.#reading.delete(reading))
    }
    this.lines.nudge()
  }

  async #read(
    { pod, container, id }: { pod: string; container: string; id: number },
    isFirst: boolean,
  ): Promise<void> {
    const { object: of, tailLines, sinceSeconds, follow, previous } = this.#request
    const spoken = this.lines.await()
    const request = {
      cluster: of.cluster,
      namespace: of.namespace ?? '',
      pod,
      container,
      follow,
      previous,
      ...(isFirst && tailLines !== undefined ? { tailLines } : {}),
      ...(isFirst && sinceSeconds !== undefined ? { sinceSeconds } : {}),
    }
    try {
      for await (const message of followLog(this.#transport, request, this.#clock, this.#signal)) {
        if (message.type === 'mark') this.#mark(`${pod}: ${message.text}`)
        else await this.lines.add(message.lines.map(line => ({ ...line, source: id })))
        spoken()
      }
    } catch (error) {
      this.#mark(`${container} in ${pod} can’t be read: ${errorMessage(error)}`)
    } finally {
      spoken()
    }
  }

  #markGone(found: ReadonlyMap<string, Untyped>): void {
    for (const [key, source] of this.#sources) {
      const [uid = ''] = key.split(' ')
      if (source.gone || found.has(uid)) continue
      this.#sources.set(key, { ...source, gone: true })
      this.#sourcesChanged = true
    }
    this.lines.nudge()
  }

  #mark(mark: string): void {
    this.#marks.push(mark)
    this.lines.nudge()
  }
}

/** Containers that run as long as their pod does, once they have been started: before that there is nothing to read. */
function containersOf(pod: Untyped): string[] {
  const spec = object(pod['spec'])
  const status = object(pod['status'])
  const started = new Set(
    [...list(status['containerStatuses']), ...list(status['initContainerStatuses'])]
      .filter(one => text(one['containerID']))
      .map(one => text(one['name'])),
  )
  const sidecars = list(spec['initContainers']).filter(one => one['restartPolicy'] === 'Always')
  return [...list(spec['containers']), ...sidecars]
    .map(one => text(one['name']))
    .filter(name => started.has(name))
}
