import { type Clock, systemClock } from '#base/clock.ts'
import { silentLogger } from '#base/logger.ts'
import { nodes } from '#client/resource-types.ts'
import type { Client } from '#client/rest.ts'
import { runScheduler, type Scheduler } from '#control-plane/scheduler/scheduler.ts'
import type { Node } from '#kubernetes/api/core-v1.ts'
import { JsonConnection } from '#platform/json-connection.ts'
import type { TestCluster } from './start-cluster.ts'

/** Starts the scheduler as itself beside an API server that has none. */
export const startScheduler = (
  { controlPlane }: TestCluster,
  clock: Clock = systemClock,
  configuration?: object,
): Scheduler =>
  runScheduler({
    transport: controlPlane.transport({
      name: 'system:kube-scheduler',
      groups: ['system:authenticated'],
    }),
    clock,
    configuration,
    connectExtender: address => JsonConnection.open(address),
    logger: silentLogger,
  })

/** Adds a node that is ready, with room for two cores and ten pods unless told. */
export async function addNode(
  client: Client,
  name: string,
  {
    spec = {},
    labels = {},
    room = {},
  }: { spec?: Node['spec']; labels?: Record<string, string>; room?: Record<string, string> } = {},
): Promise<void> {
  const allocatable = { cpu: '2', memory: '2Gi', pods: '10', ...room }
  const node = await client.create(nodes, { metadata: { name, labels }, spec })
  await client.updateStatus(nodes, { ...node, status: { allocatable, capacity: allocatable } })
  // A new node is tainted until it is ready; no controller runs here to take that off.
  const patch = { spec: { taints: spec.taints ?? [] } }
  await client.patch(nodes, { name }, patch, { type: 'merge' })
}
