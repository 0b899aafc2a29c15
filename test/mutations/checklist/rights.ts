import type { Exceptions, FaultsByFile } from './assertion-fault.ts'

export const faults: FaultsByFile = {}

export const exceptions: Exceptions = {}
