import type { ContainerSquare } from '#contract/tables.ts'
import {
  findCondition,
  list,
  number,
  object,
  type RowStatus,
  text,
  type Untyped,
} from './conditions.ts'

const working = new Set(['ContainerCreating', 'PodInitializing', 'Creating'])
const waitsForOthers = new Set(['Pending', 'SchedulingGated', 'NotReady'])
const ended = new Set(['Completed', 'Succeeded'])

/** How serious a pod's state is. `word` is the server's own STATUS cell; `ready` its READY cell, such as `1/2`. */
export function podStatus(pod: Untyped, word: string, ready: string): RowStatus {
  const with_ = (tone: RowStatus['tone'], shown = word): RowStatus => {
    const message = tone === 'ok' || tone === 'idle' ? '' : evidence(pod)
    return { word: shown, tone, ...(message ? { message } : {}) }
  }
  if (object(pod['metadata'])['deletionTimestamp']) return with_('warn', 'Terminating')
  if (word === 'Running') {
    const [up, all] = ready.split('/')
    return up === all ? with_('ok') : with_('warn', 'Not ready')
  }
  if (ended.has(word)) return with_('idle')
  if (working.has(word) || /^Init:\d+\/\d+$/.test(word)) return with_('busy')
  if (waitsForOthers.has(word) || word === '') return with_('warn')
  return word === 'Unknown' ? with_('idle') : with_('bad')
}

/** What shows that a pod is in trouble: its own message, the scheduler's, or how a container of it stands. */
function evidence(pod: Untyped): string {
  const status = object(pod['status'])
  const own = text(status['message'])
  if (own) return own
  const scheduled = findCondition(pod, 'PodScheduled')
  if (scheduled?.status === 'False') return scheduled.message ?? ''
  const all = [...list(status['initContainerStatuses']), ...list(status['containerStatuses'])]
  return all.map(containerEvidence).find(Boolean) ?? ''
}

function containerEvidence(container: Untyped): string {
  const state = object(container['state'])
  const waiting = object(state['waiting'])
  const last = object(object(container['lastState'])['terminated'])
  const terminated = object(
    state['terminated'] ?? (waiting['reason'] === 'CrashLoopBackOff' && last),
  )
  const code = number(terminated['exitCode'])
  return code ? `${text(container['name'])} exited with code ${code}` : text(waiting['message'])
}

/** The squares of a pod's containers: init containers first. */
export function containerSquares(pod: Untyped): ContainerSquare[] {
  const spec = object(pod['spec'])
  const status = object(pod['status'])
  const placed = text(spec['nodeName']) !== ''
  const square = (statuses: Untyped[], init: boolean) => (container: Untyped) => {
    const name = text(container['name'])
    const found = statuses.find(candidate => candidate['name'] === name)
    const sidecar = init && container['restartPolicy'] === 'Always'
    return containerSquare(name, init && !sidecar, found, placed)
  }
  return [
    ...list(spec['initContainers']).map(square(list(status['initContainerStatuses']), true)),
    ...list(spec['containers']).map(square(list(status['containerStatuses']), false)),
  ]
}

function containerSquare(
  name: string,
  init: boolean,
  status: Untyped | undefined,
  placed: boolean,
): ContainerSquare {
  const state = object(status?.['state'])
  const waiting = object(state['waiting'])
  const terminated = object(state['terminated'])
  const running = object(state['running'])
  const reason = text(waiting['reason']) || text(terminated['reason'])
  const since = text(running['startedAt']) || text(terminated['finishedAt'])
  return {
    name,
    init,
    restarts: number(status?.['restartCount']),
    state: squareState(status, state, reason, placed),
    ...(reason ? { reason } : {}),
    ...(since ? { since } : {}),
  }
}

function squareState(
  status: Untyped | undefined,
  state: Untyped,
  reason: string,
  placed: boolean,
): ContainerSquare['state'] {
  if (state['running']) return status?.['ready'] === true ? 'ready' : 'not-ready'
  if (state['terminated'])
    return number(object(state['terminated'])['exitCode']) === 0 ? 'ended' : 'failed'
  if (!placed) return 'not-placed'
  return !reason || working.has(reason) ? 'waiting' : 'failed'
}
