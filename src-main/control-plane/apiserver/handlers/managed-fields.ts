import type { KubernetesObject } from '#kubernetes/objects.ts'
import type { Target } from './target.ts'

/** Writes into managedFields who set what. */
export interface Tracker {
  created(object: KubernetesObject): KubernetesObject
  updated(next: KubernetesObject, current: Readonly<KubernetesObject>): KubernetesObject
}

/** The tracker of one manager's writes to the target. */
export function tracker(_target: Target, _manager: string): Tracker {
  return { created: object => object, updated: next => next }
}
