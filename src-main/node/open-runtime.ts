import { join } from 'node:path'
import type { NodeOptions } from './node-options.ts'
import type { ContainerRuntime } from './runtimes/container-runtime.ts'
import { SimulatedRuntime } from './runtimes/simulated/simulated-runtime.ts'
import type { PlannedNode } from './simulation/simulation.ts'

/** Connects to the engine on which a cluster has its pods. Throws when there is none to connect to. */
export async function openDocker({
  engine,
  clusterName,
  podCidr,
  clock,
}: Pick<NodeOptions, 'engine' | 'clusterName' | 'podCidr' | 'clock'>): Promise<ContainerRuntime> {
  if (!engine) throw new Error('the docker runtime needs the socket of an engine')
  const { DockerRuntime } = await import('./runtimes/docker/docker-runtime.ts')
  const place = { cluster: clusterName, subnet: podCidr }
  return DockerRuntime.open({ ...engine, ...place, needsAgent: true, clock })
}

/** The runtime of one node: the engine, or a simulated one of its own. */
export async function openRuntime(
  options: NodeOptions,
  { name, capacity }: PlannedNode,
  podCidr: string,
): Promise<ContainerRuntime> {
  if (options.runtime === 'docker') return openDocker(options)
  const { clock, dataDir, simulation } = options
  return SimulatedRuntime.open({
    clock,
    podCidr,
    capacity: { resources: capacity },
    rules: simulation?.pods ?? [],
    stateFile: join(dataDir, `simulated-${name}.json`),
  })
}
