import type { LucideIcon } from 'lucide-react'
import type { GlyphKind } from '../components/status-glyph.tsx'
import type { Action } from '../views/shared/access.ts'

/** Something the palette can do. */
export interface Command {
  readonly id: string
  readonly group: 'Objects' | 'Actions' | 'Kinds' | 'Clusters' | 'Commands'
  readonly label: string
  readonly detail: string
  /** Further words it is found by; a whole match comes first. */
  readonly words?: readonly string[]
  readonly glyph?: GlyphKind
  readonly icon?: LucideIcon
  /** What else can be done with it. */
  readonly actions?: readonly Command[]
  /** What it does to an object; a person may not be allowed to. */
  readonly action?: Action
  /** Why it can’t be run. */
  readonly reason?: string
  readonly run: () => void
}

/** What can be done with one of the found, narrowed by a text. */
export const filterActions = ({ actions = [] }: Command, query: string): Command[] =>
  actions.filter(({ label }) => label.toLowerCase().includes(query.trim().toLowerCase()))

/** Whether a query keeps to one group, which then is no search for objects. */
export const keepsToGroup = (query: string): boolean => prefixes[query[0] ?? ''] !== undefined

const prefixes: Record<string, Command['group']> = {
  ':': 'Kinds',
  '@': 'Clusters',
  '>': 'Commands',
}
const order: readonly Command['group'][] = ['Kinds', 'Clusters', 'Commands']
const most = 40

/** What a query finds: by group, the best first. A first `:`, `@` or `>` keeps to one group. */
export function findCommands(commands: readonly Command[], query: string): Command[] {
  const only = prefixes[query[0] ?? '']
  const text = (only ? query.slice(1) : query).trim().toLowerCase()
  const scored = commands.flatMap((command, at) => {
    if (only && command.group !== only) return []
    const score = scoreOf(command, text)
    return score === undefined ? [] : [{ command, score, at }]
  })
  return scored
    .sort(
      (a, b) =>
        order.indexOf(a.command.group) - order.indexOf(b.command.group) ||
        b.score - a.score ||
        a.at - b.at,
    )
    .slice(0, most)
    .map(({ command }) => command)
}

function scoreOf({ label, detail, words = [] }: Command, text: string): number | undefined {
  if (!text) return 0
  const name = label.toLowerCase()
  if (words.includes(text)) return 4
  if (name.startsWith(text)) return 3
  if (name.split(/\W+/).some(word => word.startsWith(text))) return 2
  return `${name} ${detail} ${words.join(' ')}`.toLowerCase().includes(text) ? 1 : undefined
}
