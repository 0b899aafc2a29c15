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

- **Start.** Of the process's own time until it listens (190 ms on a loaded machine) 30 are Node.js, 60 loading the bundled
  code, 60 waiting for the storage thread, which alone costs 45 ms of CPU to start, the rest two commits and the listener.
- **Pods.** The engine's own calls are nearly all of it: creating and starting two containers. API writes, scheduling and
  the kubelet's rounds take 30-70 ms, the pod's files come with the start of its infra container.
- **Services.** The kernel's path costs nothing that can be measured; on localhost a process of ours copies every byte.
- **Creates.** Per create of a 2 kB pod about 0.15 ms for managedFields, half as much for reading and checking the body,
  the rest for validation, serialising and HTTP/2. The server and the load share two cores with etcd's client.
- **GET.** Node.js makes an error with its stack for each HTTP/2 stream that closes before its last write was reported:
  15 % of the CPU.
- **LIST and memory.** Three fifths of the CPU of listing is garbage collection: each page is one new buffer outside the
  heap, which makes V8 collect, and the heap is large because every pod is also held decoded, managedFields included, for
  the informers in the process. The same objects are what the process weighs.
- **RSS, empty.** Of it 58 MB are Node's own program text; a start that issues certificates keeps about 18 MB more than
  one that finds them.
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
