import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { writeFileAtomic } from '#platform/atomic-file.ts'
import type { EngineChoice } from '#platform/engines.ts'
import { parseRange } from '#platform/ipv4.ts'
import { findFreePort, findPortHolder, isPortFree } from '#platform/ports.ts'
import { findFreeRange, findOverlap, readHostRoutes } from '#platform/routes.ts'
import type { HeadlessOptions } from './options.ts'

/** What is decided when a cluster is made and kept in its folder as `cluster.json`. */
export interface ClusterSettings {
  format: 1
  runtime: 'docker' | 'cri' | 'simulated'
  engine?: EngineChoice
  apiPort: number
  podCidr: string
  serviceCidr: string
  nodes: number
}

const defaults = { apiPort: 6443, podCidr: '10.244.0.0/24', serviceCidr: '10.96.0.0/16' }
const settingsFile = (directory: string) => path.join(directory, 'cluster.json')

/** The settings of a cluster that exists; undefined before its first start. Throws when they can't be understood. */
export async function readSettings(directory: string): Promise<ClusterSettings | undefined> {
  const file = settingsFile(directory)
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return undefined
  let settings: { format?: number }
  try {
    settings = JSON.parse(text) as { format?: number }
  } catch {
    throw new Error(
      `${file} is damaged: it is no JSON. Restore it, or move the folder away to start anew.`,
    )
  }
  if (settings.format !== 1) {
    throw new Error(
      `${file} was written by a newer version of Slipway (format ${settings.format}). Update Slipway, or choose another data directory.`,
    )
  }
  return settings as ClusterSettings
}

export function writeSettings(directory: string, settings: ClusterSettings): Promise<void> {
  return writeFileAtomic(settingsFile(directory), `${JSON.stringify(settings, null, 2)}\n`, {
    mode: 0o600,
  })
}

/**
 * The API server's port. Given and taken is an error that names the holder. Otherwise the kept one, or 6443, or any free
 * one; `moved` tells when the kept one was taken.
 */
export async function chooseApiPort(
  given: number | undefined,
  kept: number | undefined,
): Promise<{ port: number; moved: boolean }> {
  if (given !== undefined) {
    if (await isPortFree(given)) return { port: given, moved: kept !== undefined && kept !== given }
    const holder = await findPortHolder(given)
    const who = holder ? `${holder.program} (pid ${holder.pid})` : 'another program'
    throw new Error(
      `port ${given} is taken by ${who}: choose another --api-port, or leave it out to have one chosen`,
    )
  }
  const wanted = kept ?? defaults.apiPort
  if (await isPortFree(wanted)) return { port: wanted, moved: false }
  return { port: await findFreePort(), moved: kept !== undefined }
}

/** The address ranges of a new cluster: the given ones if nothing on this machine routes them, else free ones. */
export async function chooseRanges(
  options: Pick<HeadlessOptions, 'podCidr' | 'serviceCidr'>,
): Promise<{ podCidr: string; serviceCidr: string }> {
  const routes = await readHostRoutes()
  const choose = (
    option: string,
    given: string | undefined,
    preferred: string,
    taken: string[],
  ) => {
    if (given === undefined) {
      const occupied = [...routes.map(route => route.range), ...taken.map(parseRange)]
      return findFreeRange(preferred, occupied)
    }
    const overlap = findOverlap(given, routes)
    if (overlap) {
      throw new Error(
        `--${option} ${given}: ${overlap.interface} routes these addresses on this machine; choose another range`,
      )
    }
    return given
  }
  const podCidr = choose('pod-cidr', options.podCidr, defaults.podCidr, [])
  return {
    podCidr,
    serviceCidr: choose('service-cidr', options.serviceCidr, defaults.serviceCidr, [podCidr]),
  }
}
