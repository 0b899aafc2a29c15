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

/** An amount of memory in bytes with a unit: `61 Mi`. */
export const memoryText = (bytes: number): string =>
  bytes < 2 ** 20 && bytes > 0
    ? `${Math.round(bytes / 1024)} Ki`
    : (formatBytes(bytes >= 2 ** 20 ? String(Math.round(bytes / 2 ** 20)).concat('Mi') : '0Mi') ??
      '')

/** CPU in thousandths of a core as kubectl writes it, whole cores without the `m`: `38m`, `1.8`. */
export const cpuText = (milli: number): string =>
  milli < 1000 ? `${Math.round(milli)}m` : String(Number((milli / 1000).toFixed(1)))
