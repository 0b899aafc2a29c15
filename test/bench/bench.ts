// npm run bench: measures the performance budget and prints it as a table.
//   npm run bench -- --quick     shorter loads
//   npm run bench -- --tiny      next to no load: only shows that the bench works
//   npm run bench -- --write     also keeps the table as docs/bench.md
//   npm run bench -- --only PART[,PART…]     of start, idle, api, scheduling, large, docker, window
import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { measureDocker } from './docker-pods.ts'
import { EtcdPeer } from './etcd-peer.ts'
import { measureFanOut } from './fan-out.ts'
import { type Figure, type Scale, scales } from './figure.ts'
import { measureLargeCluster } from './large-cluster.ts'
import { measureReads } from './reads.ts'
import { formatReport, formatTable } from './report.ts'
import { measureRest, measureStart } from './rest-and-start.ts'
import { measureScheduling } from './scheduling.ts'
import { ServedCluster } from './served-cluster.ts'
import { measureWindow } from './window.ts'
import { measureWrites } from './writes.ts'

const parts: Record<string, (scale: Scale) => Promise<Figure[]>> = {
  start: measureStart,
  idle: measureRest,
  api: measureApi,
  scheduling: measureScheduling,
  large: measureLargeCluster,
  docker: measureDocker,
  window: measureWindow,
}

/** Everything that is asked of a cluster from outside, in an order in which nothing disturbs the next. */
async function measureApi(scale: Scale): Promise<Figure[]> {
  const reads = await onCluster(cluster => measureReads(cluster, scale))
  return onCluster(async cluster => {
    const fanOut = await measureFanOut(cluster, scale)
    await using etcd = await EtcdPeer.start()
    return [...(await measureWrites(cluster, etcd, scale)), ...reads, ...fanOut]
  })
}

/** Measures on a fresh cluster. */
async function onCluster(measure: (cluster: ServedCluster) => Promise<Figure[]>) {
  await using cluster = await ServedCluster.startWatched('--api-port', '0')
  return await measure(cluster)
}

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean' },
    tiny: { type: 'boolean' },
    write: { type: 'boolean' },
    only: { type: 'string' },
  },
})
const scale = scales[values.tiny ? 'tiny' : values.quick ? 'quick' : 'full']
const chosen = values.only?.split(',') ?? Object.keys(parts)
const figures: Figure[] = []
// Timers of ours never keep a process alive, so something must while it waits for an engine.
setInterval(() => {}, 2 ** 30)
for (const name of chosen) {
  const measure = parts[name]
  if (!measure) throw new Error(`--only ${name}: choose among ${Object.keys(parts).join(', ')}`)
  process.stderr.write(`measuring ${name} …\n`)
  figures.push(...(await measure(scale)))
}
process.stdout.write(formatTable(figures))
if (values.write) await writeFile('docs/bench.md', formatReport(figures, scale))
process.exit()
