import type { PodSpec } from './api/core-v1.ts'
import { type Amounts, addAmounts, maxAmounts } from './resource-amounts.ts'

/**
 * What a pod needs, or may use, as a whole: its containers together, or as much as its init containers need while it
 * starts, whichever is more. Sidecars count with both. What the pod itself says of a resource wins over its containers.
 */
export function podAmounts(spec: PodSpec, which: 'requests' | 'limits'): Amounts {
  let running: Amounts = {}
  for (const { resources } of spec.containers ?? []) {
    running = addAmounts(running, resources?.[which] ?? {})
  }
  let sidecars: Amounts = {}
  let starting: Amounts = {}
  for (const { resources, restartPolicy } of spec.initContainers ?? []) {
    const own = resources?.[which] ?? {}
    const during = addAmounts(sidecars, own)
    if (restartPolicy === 'Always') sidecars = during
    starting = maxAmounts(starting, during)
  }
  const total = {
    ...maxAmounts(addAmounts(running, sidecars), starting),
    ...spec.resources?.[which],
  }
  return withOverhead(total, spec, which)
}

/** Overhead adds to limits only where there are some. */
function withOverhead(total: Amounts, { overhead }: PodSpec, which: string): Amounts {
  if (!overhead) return total
  const counted = Object.entries(overhead).filter(
    ([name]) => which === 'requests' || total[name] !== undefined,
  )
  return addAmounts(total, Object.fromEntries(counted))
}
