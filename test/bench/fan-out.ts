import { ApiClient } from './api-client.ts'
import { type Figure, perSecond, type Scale } from './figure.ts'
import { load } from './load.ts'
import type { ServedCluster } from './served-cluster.ts'

const configMaps = '/api/v1/namespaces/default/configmaps'
const changesPerSecond = 110

/** Many watchers of one object that changes a hundred times a second: what arrives, and what it costs the server. */
export async function measureFanOut(cluster: ServedCluster, scale: Scale): Promise<Figure[]> {
  using watching = await ApiClient.open(cluster.kubeconfig, 10)
  const value = 'x'.repeat(1700)
  const object = (n: number) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'fan-out' },
    data: { n: String(n), value },
  })
  await cluster.client.request(configMaps, 'POST', object(0))
  const change = (n: number) => cluster.client.request(`${configMaps}/fan-out`, 'PUT', object(n))
  const { runs } = await load(1, scale.loadMs / 2, change)
  let events = 0
  await Promise.all(
    Array.from({ length: scale.watchers }, () => {
      const stream = watching.stream(`${configMaps}?watch=1`)
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      stream.on('data', (chunk: Buffer) => {
        for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) events++
        resolve()
      })
      stream.on('error', reject)
      return promise
    }),
  )
  events = 0
  const cpuBefore = await cluster.cpuMs()
  const started = performance.now()
  let changes = 0
  while (performance.now() - started < scale.loadMs) {
    await change(runs + ++changes)
    const wait = started + (changes * 1000) / changesPerSecond - performance.now()
    if (wait > 0) await new Promise(resolve => setTimeout(resolve, wait))
  }
  const elapsed = performance.now() - started
  const rate = events / (elapsed / 1000)
  const share = ((await cluster.cpuMs()) - cpuBefore) / elapsed
  return [
    {
      measure: `watch fan-out, ${scale.watchers} watchers`,
      budget: '≥ 50,000 events/s at ≤ 50 % of a core',
      figure: `${perSecond(rate)} at ${Math.round(share * 100)} % of a core`,
      met: rate >= 50_000 && share <= 0.5,
      note: `2 kB each; ${Math.round(changes / (elapsed / 1000))} durable changes a second, after ${runs} before there were watchers`,
    },
  ]
}
