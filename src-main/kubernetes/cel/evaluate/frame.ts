import type { Value } from './values.ts'

/** Thrown when an evaluation costs more than it may; ends it wherever it is. */
export class CostExceeded extends Error {
  constructor() {
    super('operation cancelled: actual cost limit exceeded')
    this.name = 'CostExceeded'
  }
}

/** One evaluation on its way. */
export interface Frame {
  readonly variables: (name: string) => Value | undefined
  /** The variables of macros, by the place that compilation gave them. */
  readonly locals: Value[]
  readonly limit: number
  cost: number
}

/** A part of an expression, ready to be evaluated. */
export type Step = (frame: Frame) => Value

/** Adds to what an evaluation cost. Throws a `CostExceeded`. */
export function charge(frame: Frame, cost: number): void {
  frame.cost += cost
  if (frame.cost > frame.limit) throw new CostExceeded()
}
