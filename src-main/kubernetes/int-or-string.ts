import type { IntOrString } from './scalars.ts'

/** A number, or a percentage of `of`: rounded up unless told. */
export const shareOf = (
  amount: IntOrString,
  of: number,
  round: (share: number) => number = Math.ceil,
): number => (typeof amount === 'number' ? amount : round((Number.parseInt(amount, 10) * of) / 100))
