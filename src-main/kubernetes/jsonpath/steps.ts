/** One step of a path: what it makes of one value. */
export type Step =
  | { kind: 'root' }
  | { kind: 'field'; name: string }
  | { kind: 'wildcard' }
  /** `[2]`, where `single` is set, or `[1:4:2]`. Negative numbers count from the end. */
  | {
      kind: 'slice'
      single: boolean
      start: number | undefined
      end: number | undefined
      by: number | undefined
    }
  | { kind: 'filter'; filter: Filter }
  | { kind: 'union'; paths: Step[][] }
  /** `..`: the value and everything below. */
  | { kind: 'descend' }

export type FilterOperator = '==' | '!=' | '<=' | '>=' | '<' | '>'

export type Operand = { path: Step[] } | { value: string | number | boolean }

/** `[?(@.type=="Ready")]`; without an operator the left side only has to be there. */
export interface Filter {
  left: Operand
  operator?: FilterOperator
  right?: Operand
}
