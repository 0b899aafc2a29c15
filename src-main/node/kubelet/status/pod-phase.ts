import type { ContainerStatus, PodSpec, PodStatus } from '#kubernetes/api/core-v1.ts'
import { isSidecar } from '../pod-facts.ts'

export interface PhaseInput {
  spec: PodSpec
  init: ContainerStatus[]
  containers: ContainerStatus[]
  /** The pod is being ended or was: nothing will be started any more. */
  ending: boolean
}

/** The pod's phase by its containers' states. */
export function podPhase({
  spec,
  init,
  containers,
  ending,
}: PhaseInput): NonNullable<PodStatus['phase']> {
  const initialization = initializationOf(spec, init)
  if (initialization === 'failed' && (spec.restartPolicy === 'Never' || ending)) return 'Failed'
  const count = { unknown: 0, running: 0, waiting: 0, stopped: 0, succeeded: 0 }
  for (const { name } of spec.containers) {
    const status = containers.find(one => one.name === name)
    const { running, terminated, waiting } = status?.state ?? {}
    if (running || waiting?.reason === 'ContainerPaused') count.running++
    else if (terminated) {
      count.stopped++
      if (terminated.exitCode === 0) count.succeeded++
    } else if (waiting) {
      if (status?.lastState?.terminated) count.stopped++
      else count.waiting++
    } else count.unknown++
  }
  if (initialization !== 'done' && count.running === 0) {
    if (!ending) return 'Pending'
    return count.stopped > 0 || initialization === 'failed' ? 'Failed' : 'Pending'
  }
  if (count.waiting > 0) return 'Pending'
  if (count.unknown > 0) return 'Pending'
  if (count.running > 0) return 'Running'
  if (ending) return count.stopped === count.succeeded ? 'Succeeded' : 'Failed'
  if (spec.restartPolicy === 'Always' || spec.restartPolicy === undefined) return 'Running'
  if (count.stopped === count.succeeded) return 'Succeeded'
  return spec.restartPolicy === 'Never' ? 'Failed' : 'Running'
}

/** How far the init containers have come. A sidecar counts as soon as it has started. */
function initializationOf(spec: PodSpec, statuses: ContainerStatus[]) {
  let failed = false
  let pending = false
  for (const container of spec.initContainers ?? []) {
    const status = statuses.find(one => one.name === container.name)
    if (isSidecar(container)) {
      if (!status?.started && !status?.state?.terminated) pending = true
      continue
    }
    const { terminated } = status?.state ?? {}
    const last = status?.lastState?.terminated
    if (terminated ? terminated.exitCode !== 0 : last && last.exitCode !== 0) failed = true
    else if (!terminated) pending = true
  }
  return failed ? 'failed' : pending ? 'pending' : 'done'
}
