import { readFile } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import { formatRange, type Ipv4Range, overlaps, parseRange, rangeSize } from './ipv4.ts'
import { runCommand } from './processes.ts'

/** A range that this machine reaches by something other than its default route. */
export interface HostRoute {
  range: Ipv4Range
  interface: string
}

/** The IPv4 ranges this machine has routes or addresses for, the default route left out. */
export async function readHostRoutes(): Promise<HostRoute[]> {
  return [...interfaceRanges(), ...(await kernelRoutes())].filter(({ range }) => range.bits > 0)
}

/** The first route, if any, that shares addresses with the range. */
export function findOverlap(cidr: string, routes: HostRoute[]): HostRoute | undefined {
  const range = parseRange(cidr)
  return routes.find(route => overlaps(route.range, range))
}

/**
 * `preferred`, or the next range of its size that shares no address with `taken`: behind it in 10.0.0.0/8 first, then
 * in the other private ranges. Throws when every private range is taken.
 */
export function findFreeRange(preferred: string, taken: Ipv4Range[]): string {
  const wanted = parseRange(preferred)
  for (const range of candidates(wanted)) {
    if (!taken.some(other => overlaps(other, range))) return formatRange(range)
  }
  throw new Error(`no private IPv4 range of /${wanted.bits} is free of this machine's routes`)
}

function* candidates(wanted: Ipv4Range): Generator<Ipv4Range> {
  yield wanted
  const step = rangeSize(wanted)
  for (const pool of ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'].map(parseRange)) {
    const end = pool.first + rangeSize(pool)
    const isHome = wanted.first >= pool.first && wanted.first < end
    for (
      let first = isHome ? wanted.first + step : pool.first;
      first + step <= end;
      first += step
    ) {
      yield { first, bits: wanted.bits }
    }
  }
}

function interfaceRanges(): HostRoute[] {
  return Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
    addresses
      .filter(({ family, cidr }) => family === 'IPv4' && cidr)
      .map(({ cidr }) => ({ range: parseRange(cidr ?? ''), interface: name })),
  )
}

async function kernelRoutes(): Promise<HostRoute[]> {
  if (process.platform === 'linux') {
    return parseLinuxRoutes(await readFile('/proc/net/route', 'utf8').catch(() => ''))
  }
  if (process.platform === 'darwin') {
    return parseBsdRoutes((await runCommand('netstat', ['-rn', '-f', 'inet'])).stdout)
  }
  return []
}

/** Reads `/proc/net/route`: addresses are hexadecimal in the machine's byte order. */
export function parseLinuxRoutes(text: string): HostRoute[] {
  const routes: HostRoute[] = []
  for (const line of text.split('\n').slice(1)) {
    const [name, destination, , , , , , mask] = line.trim().split(/\s+/)
    if (!name || !destination || !mask) continue
    const bits = [...littleEndian(mask).toString(2)].filter(bit => bit === '1').length
    routes.push({ range: { first: littleEndian(destination), bits }, interface: name })
  }
  return routes
}

function littleEndian(hex: string): number {
  return Buffer.from(hex, 'hex').readUInt32LE()
}

/** Reads `netstat -rn -f inet` of macOS, where `10.8/16` and `192.168.1` stand for whole ranges. */
export function parseBsdRoutes(text: string): HostRoute[] {
  const routes: HostRoute[] = []
  for (const line of text.split('\n')) {
    const [destination = '', , , name] = line.trim().split(/\s+/)
    const match = /^(\d+(?:\.\d+){0,3})(?:\/(\d+))?$/.exec(destination)
    if (!match?.[1] || !name) continue
    const parts = match[1].split('.')
    const bits = match[2] ?? String(parts.length * 8)
    const address = [...parts, '0', '0', '0'].slice(0, 4).join('.')
    routes.push({ range: parseRange(`${address}/${bits}`), interface: name })
  }
  return routes
}
