import { quantityValue } from '#kubernetes/quantity.ts'
import type { ContainerResources, ContainerRuntime } from '../../runtimes/container-runtime.ts'
import type { BoundPod } from '../pod-facts.ts'
import { resourceSettings } from '../resource-settings.ts'
import type { ResizableResource } from './pod-resources.ts'
import { lowersMemory, type ResizeUpdate } from './resize-steps.ts'

/**
 * Makes the engine grant running containers what they were given, one change after the other; `done` hears of each.
 * Throws at the first that fails, and before the first when memory is in use that would be taken away: the kernel would
 * end what uses it.
 */
export async function carryOutResize(
  { runtime, memoryBytes }: { runtime: ContainerRuntime; memoryBytes: number },
  pod: BoundPod,
  updates: readonly ResizeUpdate[],
  done: (update: ResizeUpdate) => void,
): Promise<void> {
  await requireUnusedMemory(runtime, pod, updates.filter(lowersMemory))
  for (const update of updates) {
    const wanted = resourceSettings(pod, update.container, memoryBytes)
    const change = changeOf(wanted, update.resource)
    if (Object.keys(change).length) await runtime.updateContainer(update.running.id, change)
    done(update)
  }
}

function changeOf(
  { cpuShares, cpuQuota, cpuPeriod, memoryLimitBytes }: ContainerResources,
  resource: ResizableResource,
): ContainerResources {
  const change = resource === 'memory' ? { memoryLimitBytes } : { cpuShares, cpuQuota, cpuPeriod }
  return Object.fromEntries(
    Object.entries(change).filter(([, amount]) => amount !== undefined),
  ) as ContainerResources
}

async function requireUnusedMemory(
  runtime: ContainerRuntime,
  pod: BoundPod,
  updates: readonly ResizeUpdate[],
): Promise<void> {
  if (updates.length === 0) return
  const stats = await runtime.stats({ podUid: pod.metadata.uid })
  const problems = updates.flatMap(({ container, running }) => {
    const limit = quantityValue(container.resources?.limits?.['memory'] ?? '0')
    const used = stats.find(({ id }) => id === running.id)?.memoryWorkingSetBytes ?? 0
    if (used < limit) return []
    return `attempting to set container "${container.name}" memory limit (${limit}) below current usage (${used})`
  })
  if (problems.length)
    throw new Error(problems.length > 1 ? `[${problems.join(', ')}]` : problems[0])
}
