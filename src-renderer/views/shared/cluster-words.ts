import type { ClusterSummary, StartStep } from '../../../src-main/contract/clusters.ts'
import type { GlyphKind } from '../../components/status-glyph.tsx'

/** A cluster's state in a word and an outline. */
export function clusterState(cluster: ClusterSummary): GlyphKind & { word: string } {
  const { local, connection } = cluster
  if (local && (local.state !== 'running' || connection === 'not-opened')) return localState(local)
  switch (connection) {
    case 'connected':
      return { shape: 'disc', tone: 'ok', word: local ? 'Running' : 'Connected' }
    case 'connecting':
      return { shape: 'arc', tone: 'warn', word: 'Connecting' }
    case 'failed':
      return { shape: 'cross', tone: 'bad', word: 'Failed' }
    case 'not-opened':
      return { shape: 'dashed', tone: 'idle', word: 'Not opened' }
  }
}

function localState(local: NonNullable<ClusterSummary['local']>): GlyphKind & { word: string } {
  switch (local.state) {
    case 'running':
      return { shape: 'disc', tone: 'ok', word: 'Running' }
    case 'starting': {
      const { at, of } = progress(local.steps)
      return { shape: 'arc', tone: 'warn', word: of ? `Starting, ${at} of ${of}` : 'Starting' }
    }
    case 'stopping':
      return { shape: 'ringBar', tone: 'warn', word: 'Stopping' }
    case 'failed':
      return { shape: 'cross', tone: 'bad', word: 'Failed' }
    case 'stopped':
      return { shape: 'dashed', tone: 'idle', word: 'Stopped' }
  }
}

/** How far a start has come: the step it is at, of so many. */
export function progress(steps: readonly StartStep[]): {
  at: number
  of: number
  current: StartStep | undefined
} {
  const done = steps.filter(({ state }) => state === 'done').length
  const current = steps.find(({ state }) => state === 'running' || state === 'failed')
  return { at: Math.min(steps.length, done + 1), of: steps.length, current }
}

const hues = ['blue', 'teal', 'moss', 'sand', 'rust', 'rose', 'slate', 'ink'] as const

/** The colour that stands for a cluster; never a state. The same name always has the same one. */
export function identityColour({ id }: Pick<ClusterSummary, 'id'>): string {
  if (id === 'local:local') return 'var(--id-blue)'
  let sum = 0
  for (const character of id) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 65_521
  return `var(--id-${hues[sum % hues.length]})`
}

/** Two letters that stand for a cluster: the starts of its first two words, or of its only one. */
export function initials(name: string): string {
  const words = name.split(/[^a-zA-Z0-9]+/).filter(Boolean)
  const [first = '?', second] = words
  return (second ? `${first[0]}${second[0]}` : first.slice(0, 2)).toLowerCase()
}

export const runtimeWords: Record<string, string> = {
  docker: 'Docker',
  cri: 'CRI',
  simulated: 'Simulated',
}
