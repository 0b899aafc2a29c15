import type { TableRow } from '#contract/tables.ts'

/** A condition as every kind writes it. */
export interface Condition {
  type: string
  status: string
  reason?: string
  message?: string
}

export type RowStatus = NonNullable<TableRow['status']>

/** An object as it comes: nothing about it is certain. */
export type Untyped = { [key: string]: unknown }

export const object = (value: unknown): Untyped =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Untyped) : {}
export const list = (value: unknown): Untyped[] => (Array.isArray(value) ? value.map(object) : [])
export const text = (value: unknown): string => (typeof value === 'string' ? value : '')
export const number = (value: unknown): number => (typeof value === 'number' ? value : 0)

/** Finds a condition by its type in `status.conditions`. */
export function findCondition(of: Untyped, type: string): Condition | undefined {
  const conditions = list(object(of['status'])['conditions'])
  return conditions.find(condition => condition['type'] === type) as Condition | undefined
}
