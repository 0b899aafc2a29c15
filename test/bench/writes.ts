import type { ApiClient } from './api-client.ts'
import type { EtcdPeer } from './etcd-peer.ts'
import { type Figure, ms, perSecond, type Scale } from './figure.ts'
import { type LoadResult, load } from './load.ts'
import { NodePeer } from './node-peer.ts'
import { benchPod, createMany } from './objects.ts'
import { costOf, type ServedCluster } from './served-cluster.ts'

const pods = '/api/v1/namespaces/default/pods'

/** How many creates it takes until most of their code is compiled; etcd's is from the start. */
const warmUp = 1000

/**
 * Durable creates through the whole pipeline, against etcd's own puts of the same size, one after the other; and what
 * Node.js itself could do at most.
 */
export async function measureWrites(
  cluster: ServedCluster,
  etcd: EtcdPeer | undefined,
  { loadMs, name }: Scale,
): Promise<Figure[]> {
  const value = Buffer.from(JSON.stringify(benchPod('pod')))
  const figures: Figure[] = []
  const before = name === 'tiny' ? 10 : warmUp
  await createMany(cluster.client, pods, before, index => benchPod(`first-${index}`))
  const { length } = await cluster.client.request(`${pods}/first-0`)
  await using floor = await NodePeer.start(length)
  await createMany(floor.client, pods, before, index => benchPod(`first-${index}`))
  for (const [inFlight, wanted] of [
    [1, 0.7],
    [64, 0.6],
  ] as const) {
    const peer = await (etcd &&
      load(inFlight, loadMs, n => etcd.put(`/bench/${inFlight}/${n}`, value)))
    const creates = (client: ApiClient) => () =>
      load(inFlight, loadMs, n =>
        client.request(pods, 'POST', benchPod(`created-${inFlight}-${n}`)),
      )
    const least = await costOf(floor.pid, creates(floor.client))
    const { result: ours, cost } = await cluster.costOf(creates(cluster.client))
    const figure = compare(inFlight, wanted, ours, peer)
    const bare = `the floor of Node.js: ${perSecond(least.result.perSecond)}, ${least.eachMs.toFixed(2)} ms of CPU each`
    const note = `${figure.note}; ${bare}; ours: ${cost}, after ${before} others`
    figures.push({ ...figure, note })
  }
  return figures
}

function compare(
  inFlight: number,
  wanted: number,
  ours: LoadResult,
  peer: LoadResult | undefined,
): Figure {
  const ratio = peer && ours.perSecond / peer.perSecond
  const said = ({ perSecond: rate, p50, p99 }: LoadResult) =>
    `${perSecond(rate)} (p50 ${ms(p50)}, p99 ${ms(p99)})`
  return {
    measure: `durable creates, ${inFlight} in flight`,
    budget: `≥ ${wanted} × etcd's bare puts`,
    figure: said(ours),
    ...(ratio ? { ratio: `${ratio.toFixed(2)} ×` } : {}),
    met: ratio !== undefined && ratio >= wanted,
    note: peer ? `etcd ${said(peer)}` : 'etcd is not installed',
  }
}
