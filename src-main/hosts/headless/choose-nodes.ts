import type { ClusterSettings } from './cluster-settings.ts'
import type { HeadlessOptions } from './options.ts'
import { readDescription } from './read-description.ts'

type ChosenNodes = Pick<ClusterSettings, 'nodes' | 'simulation'>

/** The nodes that were asked for, or else those the cluster had. */
export async function chooseNodes(
  asked: HeadlessOptions['nodes'],
  kept: ChosenNodes | undefined,
): Promise<ChosenNodes> {
  if (asked === undefined) {
    const { nodes = 1, simulation } = kept ?? {}
    return simulation ? { nodes, simulation } : { nodes }
  }
  if (typeof asked === 'number') return { nodes: asked }
  return readDescription('nodes', asked.file, async document => {
    const { simulationFrom, nodeCount } = await import('#node/node.ts')
    const simulation = simulationFrom(document)
    return { nodes: nodeCount(simulation), simulation }
  })
}
