import { isWhole, parseQuantity } from '#kubernetes/quantity.ts'

/** Warnings for amounts that count bytes and have a fraction, such as `100m` of memory. */
export const fractionWarnings = (
  amounts: Record<string, string> | undefined,
  names: readonly string[],
  path: string,
): string[] =>
  names.flatMap(name => {
    const amount = amounts?.[name]
    const nanos = amount === undefined ? undefined : parseQuantity(amount)
    return nanos !== undefined && !isWhole(nanos)
      ? [
          `${path}[${name}]: fractional byte value ${JSON.stringify(amount)} is invalid, must be an integer`,
        ]
      : []
  })

/** Warnings for the size that a claim at `path` asks for. */
export const claimSizeWarnings = (
  resources: { requests?: Record<string, string>; limits?: Record<string, string> } | undefined,
  path: string,
): string[] =>
  (['requests', 'limits'] as const).flatMap(field =>
    fractionWarnings(resources?.[field], ['storage'], `${path}.resources.${field}`),
  )
