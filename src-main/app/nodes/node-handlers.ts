import type { Clock } from '#base/clock.ts'
import type { Handlers } from '#contract/contract.ts'
import type { OpenClusters } from '../clusters/open-clusters.ts'
import { drainNode } from './drain-node.ts'
import { planDrain } from './drain-plan.ts'

type NodeHandlers = Pick<Handlers, Extract<keyof Handlers, `nodes.${string}`>>

/** What the window asks of nodes beyond what every object has. */
export function nodeHandlers(clusters: OpenClusters, clock: Clock): NodeHandlers {
  return {
    async 'nodes.drainPlan'({ cluster, name }, signal) {
      const { connection } = await clusters.open(cluster)
      return planDrain(connection.transport, name, signal)
    },
    async *'nodes.drain'(request, signal) {
      const { connection, resources } = await clusters.open(request.cluster)
      const target = { transport: connection.transport, resources }
      yield* drainNode(target, request, clock, signal)
    },
  }
}
