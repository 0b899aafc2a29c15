/** The least and the most that a size or a cost can be. */
export interface Range {
  min: number
  max: number
}

/** Larger than whatever is counted. */
export const limitless = 2 ** 64

const capped = (value: number): number => Math.min(value, limitless)

export const fixed = (value: number): Range => ({ min: value, max: value })

export const unknownSize: Range = { min: 0, max: limitless }

export const add = (...ranges: readonly Range[]): Range => ({
  min: capped(ranges.reduce((sum, { min }) => sum + min, 0)),
  max: capped(ranges.reduce((sum, { max }) => sum + max, 0)),
})

export const multiply = (a: Range, b: Range): Range => ({
  min: capped(a.min * b.min),
  max: capped(a.max * b.max),
})

/** Times a factor, rounded up. */
export const scale = ({ min, max }: Range, factor: number): Range => ({
  min: capped(Math.ceil(min * factor)),
  max: capped(Math.ceil(max * factor)),
})

/** From the least of both to the most of both. */
export const union = (a: Range, b: Range): Range => ({
  min: Math.min(a.min, b.min),
  max: Math.max(a.max, b.max),
})
