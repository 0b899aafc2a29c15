import { createLogger } from '#base/logger.ts'
import { serviceAccounts } from '#client/resource-types.ts'
import { Client } from '#client/rest.ts'
import type { NodeHandle } from '#node/node.ts'
import { type TestEngine, testAgentImage } from './dockerd.ts'
import { eventually } from './eventually.ts'
import { type CommandResult, kubectl, kubectlOutput, splitCommand } from './kubectl.ts'
import { ownRanges } from './own-numbers.ts'
import { startCluster, type TestCluster } from './start-cluster.ts'
import { startTestNode } from './test-node.ts'

/** A cluster in this process whose pods run on a real engine. Disposing removes what it made there. */
export interface DockerCluster extends AsyncDisposable {
  /** What its bridge and its packet filter's table are named by. */
  readonly name: string
  readonly cluster: TestCluster
  readonly node: NodeHandle
  /** As administrator. */
  readonly client: Client
  /** What the node warned of. */
  readonly warnings: readonly string[]
  /** Where the node is, and the API server for pods. */
  readonly gateway: string
  /** Runs the real kubectl as administrator. */
  kubectl(args: string[], options?: Parameters<typeof kubectl>[2]): Promise<CommandResult>
  /** What kubectl prints, its command as one types it; rejects with its own words when it fails. */
  run(command: string, options?: Parameters<typeof kubectl>[2]): Promise<string>
  /** What a script prints in a container of a pod in `default`, its errors behind it. */
  inPod(script: string, pod: string, container?: string): Promise<string>
}

/**
 * Starts one on an engine with filters, with a name and ranges of this run, for rules and routes are the machine's.
 * Without `removesVolumes` it leaves them to the engine, which after a restart believes them in use.
 */
export async function startDockerCluster(
  engine: Pick<TestEngine, 'socketPath'>,
  options: {
    /** Short: what comes of the process is put behind it. */
    name: string
    /** Where ingresses are served; of the test's own. */
    ingressPorts?: { http: number; https: number }
    removesVolumes?: boolean
  },
): Promise<DockerCluster> {
  const { ingressPorts, removesVolumes = true } = options
  const name = `${options.name}-${process.pid}`
  const { podCidr, serviceCidr } = await ownRanges()
  await using starting = new AsyncDisposableStack()
  const warnings: string[] = []
  const write = (line: string) => warnings.push(line)
  const logger = createLogger({ write, now: () => Date.now(), level: 'warn' })
  const gateway = podCidr.replace(/\d+\/\d+$/, '1')
  const cluster = starting.use(await startCluster({ serviceCidr, serverAddresses: [gateway] }))
  const node = starting.use(
    await startTestNode(cluster, {
      runtime: 'docker',
      engine: { socketPath: engine.socketPath, agentImage: await testAgentImage() },
      clusterName: name,
      podCidr,
      serviceCidr,
      apiServerPort: cluster.controlPlane.port,
      ...(ingressPorts ? { ingressPorts } : {}),
      logger,
    }),
  )
  starting.defer(() => node.cleanup({ volumes: removesVolumes }))
  await cluster.controlPlane.addListener(gateway)
  const client = new Client(cluster.admin)
  await eventually(() => client.get(serviceAccounts, { namespace: 'default', name: 'default' }))
  const owned = starting.move()
  const admin: DockerCluster['kubectl'] = (args, more) => kubectl(cluster.kubeconfig, args, more)
  return {
    name,
    cluster,
    node,
    client,
    warnings,
    gateway,
    kubectl: admin,
    run: (command, more) => kubectlOutput(cluster.kubeconfig, splitCommand(command), more),
    async inPod(script, pod, container) {
      const which = container ? ['-c', container] : []
      const { stdout, stderr } = await admin(['exec', pod, ...which, '--', 'sh', '-c', script])
      return stdout + stderr
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
