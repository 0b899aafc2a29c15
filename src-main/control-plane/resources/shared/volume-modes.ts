import {
  canonicalQuantity,
  compareQuantities,
  parseQuantity,
  quantityValue,
} from '#kubernetes/quantity.ts'
import type { Quantity } from '#kubernetes/scalars.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { forbidden, invalid, notSupported, required } from './field-errors.ts'

const accessModes = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod']
const shortModes: [mode: string, short: string][] = [
  ['ReadWriteOnce', 'RWO'],
  ['ReadOnlyMany', 'ROX'],
  ['ReadWriteMany', 'RWX'],
  ['ReadWriteOncePod', 'RWOP'],
]

/** Access modes for a column: `RWO,ROX`. */
export const accessModesText = (modes: readonly string[] | undefined): string =>
  shortModes
    .filter(([mode]) => modes?.includes(mode))
    .map(([, short]) => short)
    .join(',')

/** What is wrong with the access modes of a volume or a claim; `detail` says so when there are none. */
export function validateAccessModes(
  modes: readonly string[] | undefined,
  path: string,
  detail = '',
): FieldError[] {
  if (!modes?.length) return [required(path, detail)]
  return [
    ...modes.flatMap(mode =>
      accessModes.includes(mode) ? [] : [notSupported(path, mode, accessModes)],
    ),
    ...(modes.includes('ReadWriteOncePod') && new Set(modes).size > 1
      ? [forbidden(path, 'may not use ReadWriteOncePod with other access modes')]
      : []),
  ]
}

/** A size must be more than nothing. */
export function validateSize(size: Quantity, path: string): FieldError[] {
  const amount = parseQuantity(size)
  if (amount === undefined) return [invalid(path, size, 'must be a valid resource quantity')]
  return compareQuantities(size, '0') > 0
    ? []
    : [invalid(path, canonicalQuantity(size), 'must be greater than zero')]
}

export const validateVolumeMode = (mode: string | undefined, path: string): FieldError[] =>
  mode === undefined || mode === 'Block' || mode === 'Filesystem'
    ? []
    : [notSupported(path, mode, ['Block', 'Filesystem'])]

/** Every amount is a quantity and not negative. */
export const validateAmounts = (
  amounts: Record<string, Quantity> | undefined,
  path: string,
): FieldError[] =>
  Object.entries(amounts ?? {}).flatMap(([name, amount]) =>
    parseQuantity(amount) === undefined || compareQuantities(amount, '0') < 0
      ? [invalid(`${path}[${name}]`, quantityValue(amount), 'must be a valid resource quantity')]
      : [],
  )
