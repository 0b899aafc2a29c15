import { type Clock, sleep } from '#base/clock.ts'
import type { RuntimeEvent } from '../container-runtime.ts'
import { dockerLabels, labelFilter, sandboxContainerName } from './docker-labels.ts'
import type { EngineHttp } from './engine-http.ts'
import type { EngineEvent } from './engine-types.ts'
import { jsonLines } from './pull-image.ts'

/** What changes a container's state, in Docker's and in Podman's words. */
const actions = new Set([
  'create',
  'start',
  'die',
  'died',
  'oom',
  'pause',
  'unpause',
  'update',
  'restart',
  'destroy',
  'remove',
])

const firstRetryMs = 200
const maxRetryMs = 2000

/** The engine's events of one cluster. Says `resync` when the stream begins and when it breaks; connects again until aborted. */
export async function* engineEvents(
  http: EngineHttp,
  cluster: string,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<RuntimeEvent> {
  let retryMs = firstRetryMs
  while (!signal.aborted) {
    try {
      const filters = labelFilter({ [dockerLabels.cluster]: cluster })
      const stream = await http.stream({
        method: 'GET',
        path: '/events',
        query: { filters },
        signal,
      })
      retryMs = firstRetryMs
      yield { type: 'resync' }
      for await (const event of jsonLines<EngineEvent>(stream)) {
        const known = toRuntimeEvent(event)
        if (known) yield known
      }
    } catch {
      if (signal.aborted) return
    }
    if (signal.aborted) return
    if (retryMs === firstRetryMs) yield { type: 'resync' }
    await sleep(clock, retryMs, signal).catch(() => {})
    retryMs = Math.min(retryMs * 2, maxRetryMs)
  }
}

function toRuntimeEvent({ Type, Action = '', Actor, id }: EngineEvent): RuntimeEvent | undefined {
  const attributes = Actor?.Attributes ?? {}
  const podUid = attributes[dockerLabels.podUid]
  if (Type !== 'container' || !podUid || !actions.has(Action)) return undefined
  const isSandbox = attributes[dockerLabels.containerName] === sandboxContainerName
  return {
    type: isSandbox ? 'sandbox' : 'container',
    podUid,
    id: Actor?.ID ?? id ?? '',
    action: Action,
  }
}
