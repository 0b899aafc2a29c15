import { systemClock } from '#base/clock.ts'
import { createLogger } from '#base/logger.ts'
import { serviceAccounts } from '#client/resource-types.ts'
import { Client } from '#client/rest.ts'
import { type NodeHandle, startNode } from '#node/node.ts'
import { type TestEngine, testAgentImage } from './dockerd.ts'
import { eventually } from './eventually.ts'
import { type CommandResult, kubectl } from './kubectl.ts'
import { startCluster, type TestCluster } from './start-cluster.ts'

/** A cluster in this process whose pods run on a real engine. Disposing removes what it made there. */
export interface DockerCluster extends AsyncDisposable {
  readonly cluster: TestCluster
  readonly node: NodeHandle
  /** As administrator. */
  readonly client: Client
  /** What the node warned of. */
  readonly warnings: readonly string[]
  /** Runs the real kubectl as administrator. */
  kubectl(args: string[], options?: Parameters<typeof kubectl>[2]): Promise<CommandResult>
  /** What a script prints in a container of a pod in `default`, its errors behind it. */
  inPod(script: string, pod: string, container?: string): Promise<string>
}

/**
 * Starts one on an engine with filters; name and ranges have to be of the test's own, for rules and routes are the
 * machine's. Without `removesVolumes` it leaves them to the engine, which after a restart believes them in use.
 */
export async function startDockerCluster(
  engine: TestEngine,
  options: {
    name: string
    podCidr: string
    serviceCidr: string
    /** Where ingresses are served; of the test's own, too. */
    ingressPorts?: { http: number; https: number }
    removesVolumes?: boolean
  },
): Promise<DockerCluster> {
  const { name, podCidr, serviceCidr, ingressPorts, removesVolumes = true } = options
  await using starting = new AsyncDisposableStack()
  const warnings: string[] = []
  const write = (line: string) => warnings.push(line)
  const logger = createLogger({ write, now: () => Date.now(), level: 'warn' })
  const gateway = podCidr.replace(/\d+\/\d+$/, '1')
  const cluster = starting.use(await startCluster({ serviceCidr, serverAddresses: [gateway] }))
  const node = starting.use(
    await startNode({
      transport: nodeName =>
        cluster.controlPlane.transport({
          name: `system:node:${nodeName}`,
          groups: ['system:nodes', 'system:authenticated'],
        }),
      addonTransport: cluster.admin,
      runtime: 'docker',
      engine: { socketPath: engine.socketPath, agentImage: await testAgentImage() },
      nodeName: 'test-node',
      clusterName: name,
      podCidr,
      dns: { ip: serviceCidr.replace(/\d+\.\d+\/\d+$/, '0.10'), domain: 'cluster.local' },
      serviceCidr,
      apiServerPort: cluster.controlPlane.port,
      ...(ingressPorts ? { ingressPorts } : {}),
      kubeletVersion: cluster.controlPlane.version,
      dataDir: cluster.directory,
      clock: systemClock,
      logger,
    }),
  )
  starting.defer(() => node.cleanup({ volumes: removesVolumes }))
  cluster.controlPlane.attachNode(node.connection, node.dialer)
  await node.ready
  await cluster.controlPlane.addListener(gateway)
  const client = new Client(cluster.admin)
  await eventually(() => client.get(serviceAccounts, { namespace: 'default', name: 'default' }))
  const owned = starting.move()
  const run: DockerCluster['kubectl'] = (args, more) => kubectl(cluster.kubeconfig, args, more)
  return {
    cluster,
    node,
    client,
    warnings,
    kubectl: run,
    async inPod(script, pod, container) {
      const which = container ? ['-c', container] : []
      const { stdout, stderr } = await run(['exec', pod, ...which, '--', 'sh', '-c', script])
      return stdout + stderr
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
