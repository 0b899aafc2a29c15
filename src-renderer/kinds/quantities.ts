const units = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi'] as const

/** An amount of memory with the largest unit that keeps it at 1 or more: `24117248Ki` is `23 Gi`. Others stay as they are. */
export function formatBytes(quantity: string | undefined): string | undefined {
  const [, number, unit = ''] = /^(\d+)(Ki|Mi|Gi|Ti|Pi)?$/.exec(quantity ?? '') ?? []
  if (number === undefined) return quantity
  let value = Number(number)
  let at = units.indexOf(unit as (typeof units)[number])
  for (; value >= 1024 && at < units.length - 1; at++) value /= 1024
  return `${value < 10 && at > 0 ? Number(value.toFixed(1)) : Math.round(value)} ${units[at]}`.trim()
}
