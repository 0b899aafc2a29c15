import { setTimeout as wait } from 'node:timers/promises'
import type { DrainPod, DrainProgress } from '#contract/nodes.ts'
import type { FakeTable } from './fake-table.ts'

const stepMs = 50

const fates: Record<string, DrainPod['fate']> = {
  StatefulSet: 'local-data',
  DaemonSet: 'daemonset',
  Job: 'ended',
}

export const fakeDrainPlan = (pods: FakeTable): DrainPod[] =>
  [...pods.rows.values()].map(({ uid, namespace = '', name, owner }) => ({
    uid,
    namespace,
    name,
    fate: fates[owner?.kind ?? ''] ?? 'evict',
  }))

/** Pods leave one after the other; the first one waits for its budget for good. */
export async function* fakeDrain(
  pods: FakeTable,
  signal: AbortSignal,
): AsyncGenerator<DrainProgress> {
  const progress = fakeDrainPlan(pods)
    .filter(({ fate }) => ['evict', 'local-data'].includes(fate))
    .map(({ fate: _, ...pod }, at): DrainProgress['pods'][number] =>
      at
        ? { ...pod, state: 'leaving' }
        : {
            ...pod,
            state: 'blocked',
            message: "Cannot evict pod as it would violate the pod's disruption budget.",
          },
    )
  for (let gone = 0; gone < progress.length && !signal.aborted; gone++) {
    yield {
      by: 'eviction',
      pods: progress.map((pod, at) => (at && at <= gone ? { ...pod, state: 'gone' } : pod)),
    }
    await wait(stepMs, undefined, { signal }).catch(() => undefined)
  }
  if (!signal.aborted) await new Promise(resolve => signal.addEventListener('abort', resolve))
}
