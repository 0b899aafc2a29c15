import { createReadStream } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { systemClock } from '#base/clock.ts'
import type { Logger } from '#base/logger.ts'
import type { NodeEngine } from '#node/node.ts'
import type { SelectEngineOptions, SelectedEngine } from '#platform/engines.ts'
import { cacheDirectory } from '#platform/paths.ts'
import type { ClusterSettings } from './cluster-settings.ts'
import type { HeadlessOptions } from './options.ts'

/** What runs this cluster's containers. */
export interface ChosenRuntime {
  /** Kept with the cluster, so that later starts choose nothing. */
  settings: Pick<ClusterSettings, 'runtime' | 'engine' | 'reason'>
  /** For the node. */
  node: { runtime: 'simulated' } | { runtime: 'docker'; engine: NodeEngine }
  /** Ours to end with the cluster, when it is a private engine. */
  engine: AsyncDisposable | undefined
  /** In words: `Docker Engine 28.3`. */
  description: string | undefined
  /** Why there is no engine, and how to get one. */
  banner: string | undefined
}

/** What a choice rests on. */
export interface Choice {
  options: HeadlessOptions
  kept: ClusterSettings | undefined
  /** The folder of the cluster; private engines lie beside the clusters. */
  directory: string
  logger: Logger
  signal: AbortSignal
}

const surroundings = () => ({ platform: process.platform, env: process.env, home: os.homedir() })

/**
 * Chooses the runtime of a new cluster, or takes up the one it was made with. A cluster made on an engine never turns
 * simulated. Throws when what was asked for cannot be had.
 */
export async function chooseRuntime(choice: Choice): Promise<ChosenRuntime> {
  const { options, kept } = choice
  const asked = options.runtime ?? 'auto'
  if (asked === 'cri' || kept?.runtime === 'cri') {
    throw new Error(
      '--runtime cri is not supported by this version: choose docker, which Podman speaks too, or simulated',
    )
  }
  if (kept) return resume(kept, choice)
  if (asked === 'simulated') return simulated(undefined)
  const { selectEngine } = await import('#platform/engines.ts')
  const { selected, notes } = await selectEngine({
    ...engineOptions(choice),
    required: asked === 'docker',
    ...(options.engineSocket ? { explicitSocket: options.engineSocket } : {}),
  })
  for (const note of notes) choice.logger.info(`engine passed over: ${note}`)
  return selected ? onNewEngine(selected, choice) : simulated(noEngine(notes))
}

function noEngine(notes: string[]): string {
  const tried = notes.length ? ` Tried: ${notes.join(' ')}` : ''
  return `No container engine can be used, so this cluster's pods are simulated: they have states but run nothing. Install Docker or Podman, then create a new cluster.${tried}`
}

const simulated = (reason: string | undefined): ChosenRuntime => ({
  settings: { runtime: 'simulated', ...(reason ? { reason } : {}) },
  node: { runtime: 'simulated' },
  engine: undefined,
  description: undefined,
  banner: reason,
})

async function onNewEngine(selected: SelectedEngine, choice: Choice): Promise<ChosenRuntime> {
  const { facts, source, socketPath } = selected
  const name = facts.name === 'Engine' ? 'Docker Engine' : facts.name
  const description = `${name} ${facts.version} (${source})`
  const engine = { choice: selected.choice, architecture: facts.architecture, description }
  return onEngine(engine, socketPath, selected.engine, choice)
}

async function resume(kept: ClusterSettings, choice: Choice): Promise<ChosenRuntime> {
  if (!kept.engine) return simulated(kept.reason)
  const { resumeEngine } = await import('#platform/engines.ts')
  const { socketPath, engine } = await resumeEngine(kept.engine.choice, engineOptions(choice))
  return onEngine(kept.engine, socketPath, engine, choice)
}

async function onEngine(
  kept: NonNullable<ClusterSettings['engine']>,
  socketPath: string,
  engine: AsyncDisposable | undefined,
  choice: Choice,
): Promise<ChosenRuntime> {
  const { reference, tarPath } = await agentImage(choice)(kept.architecture)
  return {
    settings: { runtime: 'docker', engine: kept },
    node: {
      runtime: 'docker',
      engine: {
        socketPath,
        agentImage: { reference, openTar: async () => createReadStream(tarPath) },
      },
    },
    engine,
    description: kept.description,
    banner: undefined,
  }
}

const agentImage =
  ({ signal, options: { agentImages } }: Choice) =>
  async (arch: string) => {
    const { ensureAgentImage } = await import('#platform/agent-image.ts')
    return ensureAgentImage({
      cacheDir: cacheDirectory(surroundings()),
      arch,
      signal,
      ...(agentImages ? { recipeDir: agentImages, shippedDir: agentImages } : {}),
    })
  }

function engineOptions(choice: Choice): Omit<SelectEngineOptions, 'required' | 'explicitSocket'> {
  return {
    ...surroundings(),
    engineDirectory: path.join(choice.directory, '..', '..', 'engine'),
    agentImage: agentImage(choice),
    clock: systemClock,
    logger: choice.logger,
    signal: choice.signal,
  }
}

/** The engine of a cluster that isn't running, to clean up on it; undefined for a simulated one. */
export async function engineOf(
  kept: ClusterSettings,
  choice: Choice,
): Promise<{ engine: NodeEngine; own: AsyncDisposable | undefined } | undefined> {
  const runtime = await resume(kept, choice)
  return runtime.node.runtime === 'docker'
    ? { engine: runtime.node.engine, own: runtime.engine }
    : undefined
}
