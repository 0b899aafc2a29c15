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
    met ? 'met' : '**missed**',
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
  const missed = figures.filter(({ met }) => !met).length
  return `# Benchmarks

\`npm run bench\` measures the performance budget; \`npm run bench -- --write\` writes this page. Of ${figures.length} figures
${figures.length - missed} meet the budget${missed ? `, ${missed} miss it` : ''}. The load comes from the same machine, so that rates are low estimates.

Machine: ${describeMachine()}. Run: ${scale.name}. Load average when it ended: ${os
    .loadavg()
    .map(value => value.toFixed(1))
    .join(
      ', ',
    )} (1, 5 and 15 minutes; figures above the number of cores mean that others were at work).

${formatTable(figures)}`
}

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
