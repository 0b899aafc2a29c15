import type { ContainerSquare, TableRow, Tone } from '../../src-main/contract/tables.ts'
import type { Square } from '../components/container-squares.tsx'
import { longAge } from '../components/format.ts'
import type { GlyphKind } from '../components/status-glyph.tsx'

const goodEnds = new Set(['Completed', 'Succeeded', 'Complete', 'Passed', 'Done', 'Normal'])
const halves = new Set(['Not ready', 'NotReady', 'Unavailable', 'No endpoints', 'Degraded'])
const waits = new Set(['Pending', 'Unbound', 'SchedulingGated', 'Suspended', 'Paused'])

/** The outline of a state: what its word means decides among the outlines of its tone. */
export function glyphOf({ word, tone }: { word: string; tone: Tone }): GlyphKind {
  switch (tone) {
    case 'ok':
      return { shape: 'disc', tone }
    case 'bad':
      return { shape: 'cross', tone }
    case 'info':
      return { shape: 'info', tone }
    case 'busy':
      return { shape: 'arc', tone: 'warn' }
    case 'idle':
      return { shape: goodEnds.has(word) ? 'tick' : 'dashed', tone }
    case 'warn':
      if (word === 'Terminating') return { shape: 'ringBar', tone }
      if (waits.has(word)) return { shape: 'ring', tone }
      return { shape: halves.has(word) ? 'half' : 'triangle', tone }
  }
}

const seriousness: Record<Tone, number> = { bad: 5, warn: 4, busy: 3, info: 2, ok: 1, idle: 0 }

/** Larger is more serious; rows without a state come with the healthy ones. */
export const severity = (row: TableRow): number => seriousness[row.status?.tone ?? 'ok']

const stateWords: Record<ContainerSquare['state'], string> = {
  ready: 'ready',
  'not-ready': 'not ready',
  waiting: 'waiting',
  'not-placed': 'not placed on a node',
  failed: 'failed',
  ended: 'ended',
}

/** A container as a square with its tooltip: name, state, reason, restarts, since when. */
export function squareOf(container: ContainerSquare, now = Date.now()): Square {
  const { name, init, state, reason, restarts, since } = container
  const title = [
    `${init ? 'Init container' : 'Container'} ${name}: ${stateWords[state]}`,
    reason && reason !== stateWords[state] ? `(${reason})` : '',
    restarts ? `, ${restarts} ${restarts === 1 ? 'restart' : 'restarts'}` : '',
    since ? `, since ${longAge(now - Date.parse(since))}` : '',
  ]
  return { name, init, state, title: title.join('').replace('(', ' (') }
}
