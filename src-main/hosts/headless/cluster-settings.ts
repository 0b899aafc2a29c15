import { readdir } from 'node:fs/promises'
import path from 'node:path'
import type { StoreChoice } from '#control-plane/control-plane.ts'
import type { Simulation } from '#node/node.ts'
import { writeFileAtomic } from '#platform/atomic-file.ts'
import type { EngineChoice } from '#platform/engines.ts'
import { readIfThere } from '#platform/read-if-there.ts'
import type { HeadlessOptions } from './options.ts'

/** What is decided when a cluster is made and kept in its folder as `cluster.json`. */
export interface ClusterSettings {
  format: 1
  runtime: 'docker' | 'cri' | 'simulated'
  /** What runs the containers, and the words for it. */
  engine?: { choice: EngineChoice; architecture: string; description: string }
  /** Why the pods are simulated, when nobody asked for that. */
  reason?: string
  store: StoreChoice
  apiPort: number
  podCidr: string
  serviceCidr: string
  nodes: number
  /** What simulated nodes and their pods are like, where that was described. */
  simulation?: Simulation
  /** A `KubeSchedulerConfiguration` in place of upstream's defaults. */
  scheduler?: unknown
}

const settingsFile = (directory: string) => path.join(directory, 'cluster.json')

/** The settings of a cluster that exists; undefined before its first start. Throws when they can't be understood. */
export async function readSettings(directory: string): Promise<ClusterSettings | undefined> {
  const file = settingsFile(directory)
  const text = await readIfThere(file)
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

/** The settings of the other clusters of the same data directory; those that can't be read are left out. */
export async function readNeighbours(directory: string): Promise<ClusterSettings[]> {
  const parent = path.dirname(directory)
  const names = await readdir(parent)
  const others = names.filter(name => name !== path.basename(directory))
  const read = await Promise.all(
    others.map(name => readSettings(path.join(parent, name)).catch(() => undefined)),
  )
  return read.filter(settings => settings !== undefined)
}

/** Throws when the command line asks an existing cluster for something else than it was made with. */
export function refuseChanges(options: HeadlessOptions, kept: ClusterSettings): void {
  const { runtime } = options
  const wanted = {
    runtime: runtime === 'auto' ? undefined : runtime,
    'pod-cidr': options.podCidr,
    'service-cidr': options.serviceCidr,
    store: options.store && describeStore(options.store),
  }
  const made = {
    runtime: kept.runtime,
    'pod-cidr': kept.podCidr,
    'service-cidr': kept.serviceCidr,
    store: describeStore(kept.store),
  }
  for (const [name, value] of Object.entries(wanted)) {
    const old = made[name as keyof typeof made]
    if (value === undefined || value === old) continue
    throw new Error(
      `--${name} ${value}: the cluster ${options.cluster} was made with ${old}, which is fixed; delete it, or use another --cluster`,
    )
  }
}

const describeStore = (store: StoreChoice): string =>
  store.kind === 'etcd' ? `etcd=${store.url}` : store.kind
