import { formatRange, parseRange } from '#platform/ipv4.ts'
import { isPortFree } from '#platform/ports.ts'
import { findFreeRange, readHostRoutes } from '#platform/routes.ts'

/** Where a process begins to choose: apart from others that run at the same time, by their process ids. */
let next = process.pid * 8

/**
 * Address ranges for a cluster on a real engine, whose routes and rules are the machine's. Nothing here has a route
 * to them. `serviceBits`: how long the prefix of the services' range is; 24 leaves room for 254.
 */
export async function ownRanges({ serviceBits = 24 } = {}): Promise<{
  podCidr: string
  serviceCidr: string
}> {
  const taken = (await readHostRoutes()).map(({ range }) => range)
  const index = next++ % 8192
  const choose = (pool: string, bits: number) => {
    const size = 2 ** (32 - bits)
    const offset = Math.floor((index * 256) / size) * size
    return findFreeRange(formatRange({ first: parseRange(pool).first + offset, bits }), taken)
  }
  return { podCidr: choose('10.160.0.0/11', 24), serviceCidr: choose('10.192.0.0/11', serviceBits) }
}

/** A port for a Service's `nodePort` on which nobody listens on localhost. */
export async function ownNodePort(): Promise<number> {
  for (;;) {
    const port = 30_000 + (next++ % 2768)
    if (await isPortFree(port)) return port
  }
}
