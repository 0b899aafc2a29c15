import { type Clock, sleep } from '#base/clock.ts'
import { errorMessage } from '#base/errors.ts'
import type { Transport } from '#client/transport.ts'
import { collectionPath } from '#clusters/paths.ts'
import type { UsageSample } from '#contract/usage.ts'
import { quantityMilliValue, quantityValue } from '#kubernetes/quantity.ts'
import { isForbidden } from '#kubernetes/status-error.ts'
import { list, object, text, type Untyped } from '../status/conditions.ts'

/** How often a metrics server measures by default; asking more often gives the same figures. */
const everyMs = 15_000

/**
 * What pods or nodes use, again and again until the signal. Metrics can't be watched, so they are asked for; a server that
 * fails is asked on, one that says no is not. (https://github.com/kubernetes/metrics)
 */
export async function* readUsage(
  transport: Transport,
  { of, namespace }: { of: 'pods' | 'nodes'; namespace: string | undefined },
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<UsageSample, void, void> {
  const resource = { group: 'metrics.k8s.io', version: 'v1beta1', resource: of }
  const path = collectionPath(resource, of === 'pods' ? namespace : undefined)
  while (!signal.aborted) {
    try {
      const response = await transport.request({ method: 'GET', path, signal })
      const { items } = await response.json<{ items?: Untyped[] }>()
      yield { at: clock.now(), amounts: Object.fromEntries((items ?? []).map(usageOf)) }
    } catch (error) {
      if (signal.aborted) return
      yield { at: clock.now(), amounts: {}, problem: errorMessage(error) }
      if (isForbidden(error)) return
    }
    await sleep(clock, everyMs, signal).catch(() => {})
  }
}

function usageOf(item: Untyped): [string, [cpuMilli: number, memoryBytes: number]] {
  const { namespace, name } = object(item['metadata'])
  const usages = Array.isArray(item['containers'])
    ? list(item['containers']).map(container => object(container['usage']))
    : [object(item['usage'])]
  const sum = (part: string, read: (quantity: string) => number) =>
    usages.reduce((total, usage) => total + read(text(usage[part]) || '0'), 0)
  return [
    namespace ? `${text(namespace)}/${text(name)}` : text(name),
    [sum('cpu', quantityMilliValue), sum('memory', quantityValue)],
  ]
}
