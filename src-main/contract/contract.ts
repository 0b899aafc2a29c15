import type * as z from 'zod/mini'
import { accessEntries } from './access.ts'
import { appEntries } from './app.ts'
import { clusterEntries } from './clusters.ts'
import type { Call, Duplex, Entry, Stream } from './define.ts'
import { forwardEntries } from './forwards.ts'
import { jobEntries } from './jobs.ts'
import { nodeEntries } from './nodes.ts'
import { objectEntries } from './objects.ts'
import { rolloutEntries } from './rollouts.ts'
import { sessionEntries } from './sessions.ts'
import { tableEntries } from './tables.ts'
import { usageEntries } from './usage.ts'

/** Everything the window can ask of the core. One entry here, and the compiler asks for the handler. */
export const contract = {
  ...appEntries,
  ...clusterEntries,
  ...tableEntries,
  ...objectEntries,
  ...nodeEntries,
  ...rolloutEntries,
  ...forwardEntries,
  ...jobEntries,
  ...sessionEntries,
  ...usageEntries,
  ...accessEntries,
} satisfies Record<string, Entry>

export type Contract = typeof contract
type NamesOf<T extends Entry['type']> = {
  [N in keyof Contract]: Contract[N] extends { type: T } ? N : never
}[keyof Contract]
export type CallName = NamesOf<'call'>
export type StreamName = NamesOf<'stream'>
export type DuplexName = NamesOf<'duplex'>
export type InputOf<N extends keyof Contract> = z.infer<Contract[N]['in']>
export type OutputOf<N extends keyof Contract> = z.infer<Contract[N]['out']>
export type UpOf<N extends DuplexName> = z.infer<Contract[N]['up']>

/** What serves an entry: a function for a call, an async iteration for a stream or duplex. */
export type Handler<N extends keyof Contract> = Contract[N] extends Call
  ? (input: InputOf<N>, signal: AbortSignal) => Promise<OutputOf<N>>
  : Contract[N] extends Stream
    ? (input: InputOf<N>, signal: AbortSignal) => AsyncIterable<OutputOf<N>>
    : Contract[N] extends Duplex
      ? (
          input: InputOf<N>,
          signal: AbortSignal,
          up: AsyncIterable<N extends DuplexName ? UpOf<N> : never>,
        ) => AsyncIterable<OutputOf<N>>
      : never

export type Handlers = { [N in keyof Contract]: Handler<N> }
