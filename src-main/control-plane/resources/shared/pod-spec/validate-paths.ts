import type { FieldError } from '#kubernetes/status-error.ts'
import { invalid } from '../field-errors.ts'

/** No step of a path may go up. */
export const validateNoBacksteps = (target: string, path: string): FieldError[] =>
  target.split('/').includes('..') ? [invalid(path, target, "must not contain '..'")] : []

/** Must stay beneath where it starts. */
export const validatePath = (target: string, path: string): FieldError[] => [
  ...(target.startsWith('/') ? [invalid(path, target, 'must be a relative path')] : []),
  ...validateNoBacksteps(target, path),
]

/** Must stay beneath where it starts, and not begin with `..`: the node keeps such names for itself. */
export const validateUnreservedPath = (target: string, path: string): FieldError[] => [
  ...validatePath(target, path),
  ...(target.startsWith('..') && !target.startsWith('../')
    ? [invalid(path, target, "must not start with '..'")]
    : []),
]
