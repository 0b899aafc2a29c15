import type { Exceptions, FaultsByFile } from './assertion-fault.ts'

/** Sections 13 and 14: failures, and what every answer has. */
export const faults: FaultsByFile = {}

export const exceptions: Exceptions = {}
