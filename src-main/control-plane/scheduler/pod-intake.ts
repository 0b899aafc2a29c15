import type { Pod } from '#kubernetes/api/core-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { isPodTerminal } from '#kubernetes/pod-state.ts'
import { podChanges } from './cluster-changes.ts'
import type { Devices } from './devices/devices.ts'
import type { ClusterEvent } from './framework.ts'
import type { Nominations } from './nominations.ts'
import { podInfo } from './pod-info.ts'
import type { SchedulerCache } from './scheduler-cache.ts'
import type { SchedulingQueue } from './scheduling-queue.ts'

export interface PodIntakeOptions {
  queue: SchedulingQueue
  cache: SchedulerCache
  nominations: Nominations
  devices: Devices
  /** Whether a pod without a node asks for one of our profiles. */
  isOurs(pod: Pod): boolean
  /** Hears of what may let others be placed. */
  onChange(event: ClusterEvent): void
}

/** Sorts pods: those with a node count on it, those that wait for one of ours are queued. */
export class PodIntake {
  readonly #options: PodIntakeOptions

  constructor(options: PodIntakeOptions) {
    this.#options = options
  }

  /** A pod came or changed; `old` is what it was. */
  put(pod: Stored<Pod>, old?: Stored<Pod>): void {
    const { queue, cache, nominations, devices, isOurs, onChange } = this.#options
    const { uid } = pod.metadata
    const node = pod.spec?.nodeName
    if (isPodTerminal(pod)) {
      this.remove(pod)
      return
    }
    if (node) {
      queue.remove(uid)
      nominations.remove(uid)
      cache.putPod(podInfo(pod), node)
      for (const change of podChanges(pod, old)) onChange({ change, pod })
      return
    }
    if (!isOurs(pod) || pod.metadata.deletionTimestamp || cache.isAssumed(uid)) {
      if (!cache.isAssumed(uid)) queue.remove(uid)
      return
    }
    if (pod.spec?.resourceClaims?.length) devices.begin()
    const changed = !old || podChanges(pod, old).length > 0
    const info = podInfo(pod)
    const promised = old ? undefined : pod.status?.nominatedNodeName
    if (promised) nominations.put({ info, node: promised, victims: new Set() })
    queue.put(info, changed)
  }

  /** A pod is gone, or has ended and holds nothing any more. */
  remove(pod: Stored<Pod>): void {
    const { queue, cache, nominations, onChange } = this.#options
    const { uid } = pod.metadata
    queue.remove(uid)
    const gone = () => onChange({ change: 'pod removed', pod })
    if (nominations.get(uid)) {
      nominations.remove(uid)
      gone()
    }
    const held = pod.spec?.nodeName !== undefined || cache.isAssumed(uid)
    cache.removePod(uid)
    if (held) gone()
  }
}
