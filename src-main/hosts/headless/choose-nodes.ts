import { readFile } from 'node:fs/promises'
import { errorMessage } from '#base/errors.ts'
import { UsageError } from '#platform/command-line.ts'
import type { ClusterSettings } from './cluster-settings.ts'
import type { HeadlessOptions } from './options.ts'

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
  try {
    const [{ parse }, { simulationFrom, nodeCount }, text] = await Promise.all([
      import('yaml'),
      import('#node/node.ts'),
      readFile(asked.file, 'utf8'),
    ])
    const simulation = simulationFrom(parse(text))
    return { nodes: nodeCount(simulation), simulation }
  } catch (error) {
    throw new UsageError(`--nodes ${asked.file}: ${errorMessage(error)}`)
  }
}
