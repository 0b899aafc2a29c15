import type { KubernetesObject } from '#kubernetes/objects.ts'

interface WithStatus<S> extends KubernetesObject {
  status?: S
}

/** Puts back the stored status: what the main endpoint does to an update. */
export function keepStatus<S>(object: WithStatus<S>, old: WithStatus<S>): void {
  if (old.status === undefined) delete object.status
  else object.status = old.status
}
