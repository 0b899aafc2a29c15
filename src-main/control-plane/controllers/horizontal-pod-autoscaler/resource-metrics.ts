import type { Client } from '#client/rest.ts'
import { quantityMilliValue } from '#kubernetes/quantity.ts'
import type { PodMetric } from './group-pods.ts'

interface PodMetricsList {
  items: {
    metadata: { name: string }
    timestamp: string
    window: string
    containers: { name: string; usage: Record<string, string> }[]
  }[]
}

/** What the pods that a selector finds use of a resource now, as metrics.k8s.io says. Throws upstream's errors. */
export async function readResourceMetrics(
  client: Client,
  { namespace, selector }: { namespace: string; selector: string },
  resource: string,
  container: string,
): Promise<Map<string, PodMetric>> {
  const { items } = await client.raw<PodMetricsList>({
    method: 'GET',
    path: `/apis/metrics.k8s.io/v1beta1/namespaces/${encodeURIComponent(namespace)}/pods`,
    query: { labelSelector: selector },
  })
  if (items.length === 0) throw new Error('no metrics returned from resource metrics API')
  const metrics = new Map<string, PodMetric>()
  for (const { metadata, timestamp, window, containers } of items) {
    const measured = containers.filter(({ name }) => container === '' || name === container)
    if (container !== '' && measured.length === 0) {
      throw new Error(
        `container ${container} not present in metrics for pod ${namespace}/${metadata.name}`,
      )
    }
    const amounts = measured.map(({ usage }) => usage[resource])
    if (amounts.some(amount => amount === undefined)) continue
    const milli = amounts.reduce((total, amount = '0') => total + quantityMilliValue(amount), 0)
    const windowMs = (Number.parseFloat(window) || 0) * 1000
    metrics.set(metadata.name, { milli, at: Date.parse(timestamp), windowMs })
  }
  return metrics
}
