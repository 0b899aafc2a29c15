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

/** Steps that each unit of cost allows for. */
const stepsPerUnit = 10

let stepsLeft = Number.POSITIVE_INFINITY

/**
 * Runs an evaluation with as many steps as its limit allows for, beside its cost. Upstream's costs count how large lists
 * and maps are, not how deep, and what texts are made of, not what is made of them: without this, comparing deep lists,
 * or putting a long text between all letters of another one, would cost nearly nothing and take forever.
 */
export function withinSteps<T>(limit: number, run: () => T): T {
  const before = stepsLeft
  stepsLeft = limit * stepsPerUnit
  try {
    return run()
  } finally {
    stepsLeft = before
  }
}

/** Counts what an evaluation is about to do and no cost tells of. Throws a `CostExceeded`. */
export function countSteps(count: number): void {
  stepsLeft -= count
  if (stepsLeft < 0) throw new CostExceeded()
}
