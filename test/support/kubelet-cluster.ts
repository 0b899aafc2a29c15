import { createLogger } from '#base/logger.ts'
import { pods } from '#client/resource-types.ts'
import { Client } from '#client/rest.ts'
import type { Pod } from '#kubernetes/api/core-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import type { NodeHandle } from '#node/node.ts'
import { kubectlOutput, splitCommand } from './kubectl.ts'
import { startCluster, type TestCluster } from './start-cluster.ts'
import { startTestNode } from './test-node.ts'

/** A pod that is about to be made. */
export type NewPod = Pod & { spec: NonNullable<Pod['spec']> }

/** A cluster without a scheduler's help: a simulated node, `test-node`, and pods that are bound to it as they are made. */
export class KubeletCluster implements AsyncDisposable {
  readonly client: Client
  /** Every line that the node logged at level `warn` or above. */
  readonly warnings: string[] = []
  readonly #cluster: TestCluster
  #node: NodeHandle | undefined

  constructor(cluster: TestCluster) {
    this.#cluster = cluster
    this.client = new Client(cluster.admin)
  }

  static async start(): Promise<KubeletCluster> {
    const started = new KubeletCluster(await startCluster())
    await started.startNode()
    return started
  }

  get node(): NodeHandle {
    if (!this.#node) throw new Error('the node is stopped')
    return this.#node
  }

  async startNode(): Promise<void> {
    const write = (line: string) => this.warnings.push(line)
    const logger = createLogger({ write, now: () => Date.now(), level: 'warn' })
    this.#node = await startTestNode(this.#cluster, { logger, kubeletVersion: 'v1.35.6' })
  }

  /** Stops the node; its containers stay. */
  async stopNode(): Promise<void> {
    await this.#node?.[Symbol.asyncDispose]()
    this.#node = undefined
  }

  createPod(name: string, change: (pod: NewPod) => void = () => {}): Promise<Stored<Pod>> {
    const pod: NewPod = {
      metadata: { name, namespace: 'default' },
      spec: {
        nodeName: 'test-node',
        automountServiceAccountToken: false,
        terminationGracePeriodSeconds: 1,
        containers: [{ name: 'app', image: 'nginx:1.14.2' }],
      },
    }
    change(pod)
    return this.client.create(pods, pod)
  }

  getPod(name: string): Promise<Stored<Pod>> {
    return this.client.get(pods, { namespace: 'default', name })
  }

  /** Runs kubectl as the administrator, and resolves to its output. */
  run(command: string): Promise<string> {
    return kubectlOutput(this.#cluster.kubeconfig, splitCommand(command))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stopNode()
    await this.#cluster[Symbol.asyncDispose]()
  }
}

export const conditionOf = (pod: Pod, type: string): string | undefined =>
  pod.status?.conditions?.find(one => one.type === type)?.status
