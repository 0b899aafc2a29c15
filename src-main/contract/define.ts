import type * as z from 'zod/mini'

type Schema = z.ZodMiniType

/** A question with one answer. Cancelling the caller's signal aborts the handler's. */
export interface Call<In extends Schema = Schema, Out extends Schema = Schema> {
  readonly type: 'call'
  readonly in: In
  readonly out: Out
}

/** A question with many answers, sent only as fast as the reader takes them. */
export interface Stream<In extends Schema = Schema, Out extends Schema = Schema> {
  readonly type: 'stream'
  readonly in: In
  readonly out: Out
}

/** A stream that also takes messages from the reader. */
export interface Duplex<
  In extends Schema = Schema,
  Up extends Schema = Schema,
  Out extends Schema = Schema,
> {
  readonly type: 'duplex'
  readonly in: In
  readonly up: Up
  readonly out: Out
}

export type Entry = Call | Stream | Duplex

/** Declares a call. */
export const call = <In extends Schema, Out extends Schema>(
  input: In,
  out: Out,
): Call<In, Out> => ({
  type: 'call',
  in: input,
  out,
})

/** Declares a stream. */
export const stream = <In extends Schema, Out extends Schema>(
  input: In,
  out: Out,
): Stream<In, Out> => ({ type: 'stream', in: input, out })

/** Declares a duplex: `up` is what the window sends, `out` what it receives. */
export const duplex = <In extends Schema, Up extends Schema, Out extends Schema>(
  input: In,
  up: Up,
  out: Out,
): Duplex<In, Up, Out> => ({ type: 'duplex', in: input, up, out })
