import { request } from 'node:https'
import { connect } from 'node:net'
import { findFreePort } from '#platform/ports.ts'
import { type Figure, median, ms, type Scale } from './figure.ts'
import { createMany } from './objects.ts'
import { ServedCluster } from './served-cluster.ts'

/** Starts on fresh data directories, and the memory of a cluster that nothing was done with. */
export async function measureStart({ starts }: Scale): Promise<Figure[]> {
  const ready: number[] = []
  const served: number[] = []
  let resident = Number.NaN
  for (let n = 0; n < starts; n++) {
    const port = await findFreePort()
    const started = performance.now()
    const answered = untilServed(port).then(() => performance.now() - started)
    await using cluster = await ServedCluster.start('--api-port', String(port))
    served.push(await answered)
    ready.push(cluster.startupMs)
    if (n < starts - 1) continue
    await pause(settledMs)
    resident = await cluster.residentMb()
  }
  const note = `median of ${starts}; the code that an earlier start compiled is kept`
  return [
    {
      measure: 'fresh data directory → first served request',
      budget: '≤ 300 ms',
      figure: ms(median(served)),
      met: median(served) <= 300,
      note,
    },
    {
      measure: 'fresh data directory → Ready node, simulated runtime',
      budget: '≤ 1 s',
      figure: ms(median(ready)),
      met: median(ready) <= 1000,
      note,
    },
    {
      measure: 'RSS of a cluster process, empty',
      budget: '≤ 100 MB',
      figure: `${Math.round(resident)} MB`,
      met: resident <= 100,
      note: `${settledMs / 1000} s after a start`,
    },
  ]
}

/** Asks the API from when its port is open until it says that it is ready. */
async function untilServed(port: number): Promise<void> {
  while (!(await isOpen(port))) await pause(5)
  while (!(await isReady(port))) await pause(5)
}

/** A connection costs the machine little, so that asking often does not slow the start down. */
function isOpen(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false))
  return promise.finally(() => socket.destroy())
}

function isReady(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const options = { port, path: '/readyz', agent: false as const, rejectUnauthorized: false }
  request(options, ({ statusCode }) => resolve(statusCode === 200))
    .on('error', () => resolve(false))
    .end()
  return promise
}

/** A cluster collects what its start left behind two seconds later. */
const settledMs = 3000
const podCount = 200

/** What a cluster with running pods does while nobody wants anything of it. */
export async function measureRest({ idleMs, name }: Scale): Promise<Figure[]> {
  await using cluster = await ServedCluster.start('--api-port', '0', '--nodes', '2')
  const count = name === 'tiny' ? 5 : podCount
  await createMany(cluster.client, '/api/v1/namespaces/default/pods', count, index => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `idle-${index}` },
    spec: { containers: [{ name: 'main', image: 'web' }] },
  }))
  await untilRunning(cluster, count)
  await pause(name === 'tiny' ? 100 : 10_000)
  const done = new AbortController()
  const renewals = countRenewals(cluster, done.signal)
  const [revision, cpu] = [await cluster.revision(), await cluster.cpuMs()]
  const before = renewals.count
  await pause(idleMs)
  const spent = (await cluster.cpuMs()) - cpu
  const writes = (await cluster.revision()) - revision
  const renewed = renewals.count - before
  done.abort()
  const inFiveMinutes = (spent * (300_000 / idleMs)) / 1000
  return [
    {
      measure: `CPU while idle, ${count} simulated pods`,
      budget: '≤ 3 s in 5 minutes',
      figure: `${inFiveMinutes.toFixed(1)} s in 5 minutes`,
      met: inFiveMinutes <= 3,
      note: `measured for ${Math.round(idleMs / 1000)} s`,
    },
    {
      measure: 'writes while idle',
      budget: 'lease renewals only',
      figure: `${writes}, ${renewed} of them renewals`,
      met: writes === renewed,
    },
  ]
}

async function untilRunning({ client }: ServedCluster, count: number): Promise<void> {
  const path = '/api/v1/namespaces/default/pods'
  for (;;) {
    const list = await client.json<{ items: { status: { phase: string } }[] }>(path)
    if (list.items.filter(({ status }) => status.phase === 'Running').length >= count) return
    await pause(200)
  }
}

/** Counts the writes of leases until the signal aborts. */
function countRenewals({ client }: ServedCluster, signal: AbortSignal): { count: number } {
  const stream = client.stream('/apis/coordination.k8s.io/v1/leases?watch=1')
  const seen = { count: 0 }
  stream.on('error', () => {})
  stream.on('data', (chunk: Buffer) => {
    seen.count += chunk.toString().split('"type":"MODIFIED"').length - 1
  })
  signal.addEventListener('abort', () => stream.destroy())
  return seen
}

const pause = (time: number) => new Promise(resolve => setTimeout(resolve, time))
