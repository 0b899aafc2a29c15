import type { Pod, Service } from '#kubernetes/api/core-v1.ts'
import { keyOf, type Stored } from '#kubernetes/objects.ts'
import { podCondition } from '#kubernetes/pod-state.ts'

/** On Endpoints and EndpointSlices: when what made them change happened; whoever programs networks measures with it. */
export const triggerTimeAnnotation = 'endpoints.kubernetes.io/last-change-trigger-time'

/** Remembers what services and their pods looked like, to tell when the change happened that endpoints are written for. */
export class TriggerTimes {
  /** By service: its creation, and by pod when its readiness changed last. */
  readonly #known = new Map<string, { service: string; pods: ReadonlyMap<string, string> }>()

  /**
   * The earliest change since the last call, in RFC 3339: a pod that became ready or ceased to be, or a service that was
   * made anew. For a service that wasn't known it is its creation; undefined when nothing of that kind changed.
   */
  changedAt(service: Stored<Service>, pods: readonly Stored<Pod>[]): string | undefined {
    const key = keyOf(service)
    const created = service.metadata.creationTimestamp
    const last = this.#known.get(key)
    const times = new Map<string, string>()
    const changed = last && created > last.service ? [created] : []
    for (const pod of pods) {
      const time = podCondition(pod, 'Ready')?.lastTransitionTime
      if (!time) continue
      times.set(pod.metadata.name, time)
      if (time > (last?.pods.get(pod.metadata.name) ?? '')) changed.push(time)
    }
    this.#known.set(key, { service: created, pods: times })
    return last ? changed.sort()[0] : created
  }

  forget(service: string): void {
    this.#known.delete(service)
  }
}
