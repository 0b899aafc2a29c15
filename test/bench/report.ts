import { spawnSync } from 'node:child_process'
import os from 'node:os'
import type { Figure, Scale } from './figure.ts'

const heads = ['measure', 'budget', 'figure', 'against the peer', '', 'note']

/** The figures as a Markdown table with aligned columns. */
export function formatTable(figures: readonly Figure[]): string {
  const rows = figures.map(({ measure, budget, figure, ratio = '', met, note = '' }) => [
    measure,
    budget,
    figure,
    ratio,
    met === undefined ? '' : met ? 'met' : '**missed**',
    note,
  ])
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...rows.map(row => row[column]?.length ?? 0)),
  )
  const line = (cells: string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |\n`
  return [line(heads), line(widths.map(width => '-'.repeat(width))), ...rows.map(line)].join('')
}

/** What is kept as `docs/bench.md`. */
export function formatReport(figures: readonly Figure[], scale: Scale): string {
  const judged = figures.filter(({ met }) => met !== undefined)
  const missed = judged.filter(({ met }) => !met).length
  return `# Benchmarks

\`npm run bench\` measures the performance budget; \`npm run bench -- --write\` writes this page. Of ${judged.length} figures
with a budget ${judged.length - missed} meet it${missed ? `, ${missed} miss it` : ''}. The load comes from the same machine, so that rates are low estimates.

Machine: ${describeMachine()}. Run: ${scale.name}. Load average when it ended: ${os
    .loadavg()
    .map(value => value.toFixed(1))
    .join(
      ', ',
    )} (1, 5 and 15 minutes; figures above the number of cores mean that others were at work).

${formatTable(figures)}
${whereTimeGoes}`
}

/** From CPU profiles of these loads; to be looked at again when a row here is mended. */
const whereTimeGoes = `## Where the time goes

- **Start.** Until it listens a first start takes some 490 ms of CPU on a loaded machine: 220 in the main thread (30 are
  Node.js, 50 loading the bundled code, the rest what a cluster begins with, in code that runs for the first time), 125 in
  the thread that issues certificates, nearly all to load its library, 50 in the storage thread, 85 in V8's own threads.
  With two cores that sum is the limit. Most of V8's flags would cost 50 ms more: Node.js's own modules are then compiled
  anew, in every thread; so a process sets them when its start is over.
- **Pods.** The engine's own calls are nearly all of it: creating and starting two containers. API writes, scheduling and
  the kubelet's rounds take 30-70 ms, the pod's files come with the start of its infra container.
- **Services.** The kernel's path costs nothing that can be measured; on localhost a process of ours copies every byte.
- **Creates.** In the process a create of a 2 kB pod costs 0.2 ms of CPU: a sixth for managedFields, an eighth each for
  reading the body and for writing JSON. Over the wire it is 0.6 to 0.8 ms of the main thread: the
  informers of controllers, scheduler and kubelet decode the object and look at it, every decoded pod is copied by the
  garbage collector until it is old (15 %), HTTP/2 and TLS take the rest. Storage is not the limit: the other
  threads, those of the collector among them, take 0.2 to 0.3 ms.
  One at a time, each costs twice that: whoever waits in between finds its caches cold, and on a virtual machine every
  wake-up of another thread (the storage's, ours again, the client's) takes its core some 0.1 ms; of the first thousand,
  each costs twice as much again, until the code is compiled. The load shares two cores with the server, and so does
  etcd's. What is Node.js's own part is measured beside it: a bare server with TLS and HTTP/2 that reads as large a body,
  appends as much to a file, waits for the disk and answers as much. It takes a third of our CPU time one at a time and
  an eighth with 64 in flight: there the rest is what Kubernetes does with a pod, and one at a time that server,
  too, stays behind etcd ([decision 18](decisions/0018-creates-beside-etcd.md)).
- **GET.** 60-80 µs of the main thread, most of it in Node.js's HTTP/2 and TLS.
- **LIST.** 60-80 ms of the server for 42 MB in 20 pages, most of it copying, framing and encrypting; the client's half comes
  after it, since a page is asked for when the one before is read. Others have their turn after each 300 kB: what the loop
  stands still beyond those few milliseconds, it waits for a core.
- **Memory.** Each of 10,000 pods is held once as stored (4.2 kB, half of it managedFields) and once decoded without them
  (about 3 kB); 45 MB and 35 MB. V8 keeps half as much again as room to grow.
- **RSS, empty.** 55 of some 100 MB are Node.js's own program; 17 MB are the heap that is alive, the rest is what threads,
  TLS and code that is compiled and kept take outside of it.
- **Fan-out.** 10-13 µs for each event and watcher: one write to an HTTP/2 stream; the frame is made once for all of them.
  Nearly a third of the figure is not that but the changes themselves, a hundred durable writes a second.
`

function describeMachine(): string {
  const etcd = /Version: (\S+)/.exec(spawnSync('etcd', ['--version']).stdout?.toString() ?? '')?.[1]
  const cpus = os.cpus()
  return [
    `${cpus.length} cores (${cpus[0]?.model.trim() ?? 'unknown'})`,
    `${Math.round(os.totalmem() / 2 ** 30)} GB`,
    `${os.type()} ${os.arch()}`,
    `Node.js ${process.version}`,
    etcd ? `etcd ${etcd}` : 'no etcd',
  ].join(', ')
}
