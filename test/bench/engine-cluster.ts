import { startDockerd, type TestEngine } from '../support/dockerd.ts'
import { ownRanges } from '../support/own-numbers.ts'
import { BareContainers } from './bare-containers.ts'
import { buildAgentImage, ServedCluster } from './served-cluster.ts'

export const shellImage = 'test/shell:1'
export const pagesImage = 'nginx:1.14.2'
export const podsPath = '/api/v1/namespaces/default/pods'

/** A cluster on a Docker of its own, started when the engine had run one before. */
export class EngineCluster implements AsyncDisposable {
  readonly engine: TestEngine
  readonly cluster: ServedCluster
  /** The same engine without Kubernetes. */
  readonly bare: BareContainers
  /** How long the start before took, the engine's first, with the agent image to load. */
  readonly firstStartMs: number

  private constructor(
    engine: TestEngine,
    cluster: ServedCluster,
    bare: BareContainers,
    firstStartMs: number,
  ) {
    this.engine = engine
    this.cluster = cluster
    this.bare = bare
    this.firstStartMs = firstStartMs
  }

  static async start(): Promise<EngineCluster> {
    await using starting = new AsyncDisposableStack()
    const engine = starting.use(await startDockerd({ filters: true }))
    for (const image of [shellImage, pagesImage]) await engine.loadImage(image)
    const { podCidr, serviceCidr } = await ownRanges({ serviceBits: 20 })
    const start = () =>
      ServedCluster.start(
        ...['--runtime', 'docker', '--engine-socket', engine.socketPath, '--api-port', '0'],
        ...['--pod-cidr', podCidr, '--service-cidr', serviceCidr, '--stop-pods'],
      )
    await buildAgentImage()
    const first = await start()
    await first[Symbol.asyncDispose]()
    const cluster = starting.use(await start())
    const bare = await BareContainers.on(engine, shellImage)
    starting.move()
    return new EngineCluster(engine, cluster, bare, first.startupMs)
  }

  /** Creates pods of one container and answers after how many ms all of them ran. */
  async untilRunning(names: readonly string[], container: object): Promise<number> {
    const { client } = this.cluster
    const watch = client.stream(`${podsPath}?watch=1`)
    const waiting = new Set(names)
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    let rest = ''
    watch.on('error', reject)
    watch.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        const { object } = JSON.parse(line) as { object: RunningPod }
        if (object.status?.phase === 'Running') waiting.delete(object.metadata.name)
      }
      if (!waiting.size) resolve()
    })
    const started = performance.now()
    const create = (name: string) =>
      client.request(podsPath, 'POST', {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name, labels: { app: name } },
        spec: {
          terminationGracePeriodSeconds: 0,
          containers: [{ name: 'main', imagePullPolicy: 'IfNotPresent', ...container }],
        },
      })
    await Promise.all([...names.map(create), promise])
    watch.destroy()
    return performance.now() - started
  }

  /** Deletes pods; resolves when the API has none of them any more. */
  async remove(names: readonly string[]): Promise<void> {
    const { client } = this.cluster
    await Promise.all(names.map(name => client.request(`${podsPath}/${name}`, 'DELETE')))
    for (;;) {
      const { items } = await client.json<{ items: RunningPod[] }>(podsPath)
      if (!items.some(({ metadata }) => names.includes(metadata.name))) return
      await new Promise(resolve => setTimeout(resolve, 100))
    }
  }

  pod(name: string): Promise<RunningPod> {
    return this.cluster.client.json<RunningPod>(`${podsPath}/${name}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cluster[Symbol.asyncDispose]()
    await this.engine[Symbol.asyncDispose]()
  }
}

interface RunningPod {
  metadata: { name: string }
  status: { phase: string; podIP: string; containerStatuses: { containerID: string }[] }
}
