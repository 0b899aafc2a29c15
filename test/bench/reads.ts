import { type Figure, ms, perSecond, type Scale } from './figure.ts'
import { load } from './load.ts'
import { benchPod, createMany } from './objects.ts'
import type { ServedCluster } from './served-cluster.ts'

const list = '/api/v1/namespaces/reads/pods'

/** GETs of one pod, then LISTs of all of them in pages, then what they weigh. */
export async function measureReads(cluster: ServedCluster, scale: Scale): Promise<Figure[]> {
  const { client } = cluster
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'reads' } }
  await client.request('/api/v1/namespaces', 'POST', namespace)
  await untilAccount(cluster)
  await createMany(client, list, scale.pods, index => benchPod(`pod-${index}`))
  const { result: gets, cost: getCost } = await cluster.costOf(() =>
    load(32, scale.loadMs, () => client.request(`${list}/pod-1`)),
  )
  await cluster.longestStall()
  const { result: whole, cost: listCost } = await cluster.costOf(() =>
    load(1, scale.loadMs, () => listInPages(cluster)),
  )
  const { stallMs, turnCpuMs } = await cluster.longestStall()
  const resident = await cluster.residentMb()
  const count = scale.pods.toLocaleString('en')
  return [
    {
      measure: 'GET, 32 in flight, authenticated and authorized',
      budget: '≥ 10,000/s',
      figure: `${perSecond(gets.perSecond)} (p50 ${ms(gets.p50)}, p99 ${ms(gets.p99)})`,
      met: gets.perSecond >= 10_000,
      note: `${getCost}; the client shares its two cores`,
    },
    {
      measure: `LIST of ${count} pods in pages of 500`,
      budget: '≤ 150 ms',
      figure: ms(whole.p50),
      met: whole.p50 <= 150,
      note: `${listCost}; the client reads the bytes and decodes none`,
    },
    {
      measure: 'longest stall of the event loop while listing',
      budget: '≤ 20 ms',
      figure: ms(stallMs),
      met: stallMs <= 20,
      note: `no turn of the loop took more than ${ms(turnCpuMs)} of CPU; the rest it waited for a core`,
    },
    {
      measure: `RSS with ${count} pods, after that load`,
      budget: '≤ 280 MB',
      figure: `${Math.round(resident)} MB`,
      met: resident <= 280,
      note: 'pending pods of 2 kB',
    },
  ]
}

async function listInPages({ client }: ServedCluster): Promise<void> {
  for (let next = ''; ; ) {
    const query = `limit=500${next && `&continue=${next}`}`
    const head = String(await client.readThrough(`${list}?${query}`))
    const found = /"continue":\s*"([^"]+)"/.exec(head)
    if (!found?.[1]) return
    next = encodeURIComponent(found[1])
  }
}

/** Pods can be made in a namespace once its default ServiceAccount is there. */
async function untilAccount({ client }: ServedCluster): Promise<void> {
  const field = encodeURIComponent('metadata.name=default')
  const path = `/api/v1/namespaces/reads/serviceaccounts?watch=1&fieldSelector=${field}`
  const stream = client.stream(path)
  await new Promise((resolve, reject) => stream.once('data', resolve).once('error', reject))
  stream.destroy()
}
