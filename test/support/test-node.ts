import { systemClock } from '#base/clock.ts'
import { silentLogger } from '#base/logger.ts'
import { pods } from '#client/resource-types.ts'
import { Client } from '#client/rest.ts'
import { type NodeHandle, type NodeOptions, startNode } from '#node/node.ts'
import { formatAddress, parseRange } from '#platform/ipv4.ts'
import { eventually } from './eventually.ts'
import type { TestCluster } from './start-cluster.ts'

/** Starts the node of a cluster in this process, a simulated one unless told, and resolves when it is ready. */
export async function startTestNode(
  cluster: TestCluster,
  options: Partial<NodeOptions> = {},
): Promise<NodeHandle> {
  const { controlPlane } = cluster
  await using starting = new AsyncDisposableStack()
  const node = await startNode({
    transport: nodeName =>
      controlPlane.transport({
        name: `system:node:${nodeName}`,
        groups: ['system:nodes', 'system:authenticated'],
      }),
    addonTransport: cluster.admin,
    runtime: 'simulated',
    nodeName: 'test-node',
    clusterName: 'test',
    podCidr: '10.244.0.0/24',
    dns: {
      ip: formatAddress(parseRange(controlPlane.serviceCidr).first + 10),
      domain: 'cluster.local',
    },
    kubeletVersion: controlPlane.version,
    dataDir: cluster.directory,
    clock: systemClock,
    logger: silentLogger,
    ...options,
  })
  starting.defer(() => node.cleanup({ volumes: true }))
  controlPlane.attachNode(node.connection, node.dialer)
  await node.ready
  starting.move()
  return node
}

/** Creates a pod of one container in namespace `default`, and resolves when it runs. */
export async function runningPod({ admin }: TestCluster, name: string): Promise<void> {
  const client = new Client(admin)
  await eventually(() =>
    client.create(pods, {
      metadata: { name, namespace: 'default' },
      spec: { containers: [{ name: 'app', image: 'a' }] },
    }),
  )
  await eventually(async () => {
    const { status } = await client.get(pods, { namespace: 'default', name })
    if (status?.phase !== 'Running') throw new Error(`pod ${name} is ${status?.phase}`)
  })
}
