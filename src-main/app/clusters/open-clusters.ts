import type { Clock } from '#base/clock.ts'
import { Emitter } from '#base/emitter.ts'
import { errorMessage } from '#base/errors.ts'
import type { ClusterConnection } from '#clusters/connection.ts'
import { discover } from '#clusters/discovery.ts'
import { type KubeconfigContext, loadKubeconfig } from '#clusters/kubeconfig.ts'
import type { ClusterSummary } from '#contract/clusters.ts'
import type { ResourceInfo, ResourceName } from '#contract/tables.ts'
import { TableFeed } from '../tables/table-feed.ts'

/** A cluster that is open: connected once, its kinds known. */
export interface OpenCluster {
  readonly id: string
  readonly connection: ClusterConnection
  readonly version: string
  resources: ResourceInfo[]
  readonly feeds: Map<string, TableFeed>
}

type State = Pick<ClusterSummary, 'connection' | 'error' | 'version'>

/** Opens clusters on demand and keeps them; nothing is contacted before it is asked for. */
export class OpenClusters implements AsyncDisposable {
  readonly #open = new Map<string, Promise<OpenCluster>>()
  readonly #states = new Map<string, State>()
  /** Where the last attempt to open each led, and as whom; undefined of one whose context wasn't found. */
  readonly #tried = new Map<string, string | undefined>()
  readonly #clock: Clock
  readonly #connect: (context: KubeconfigContext) => Promise<ClusterConnection>
  readonly #find: (id: string) => Promise<KubeconfigContext>
  readonly changed = new Emitter<void>()

  constructor(options: {
    clock: Clock
    connect: (context: KubeconfigContext) => Promise<ClusterConnection>
    find: (id: string) => Promise<KubeconfigContext>
  }) {
    this.#clock = options.clock
    this.#connect = options.connect
    this.#find = options.find
  }

  /** How the connection to a cluster stands. */
  stateOf(id: string): State {
    return this.#states.get(id) ?? { connection: 'not-opened' }
  }

  /** Opens a cluster or answers the open one; throws what connecting throws. */
  open(id: string): Promise<OpenCluster> {
    const known = this.#open.get(id)
    if (known) return known
    this.#set(id, { connection: 'connecting' })
    const opening = this.#start(id)
    this.#open.set(id, opening)
    opening.then(
      cluster => this.#set(id, { connection: 'connected', version: cluster.version }),
      error => {
        this.#open.delete(id)
        this.#set(id, { connection: 'failed', error: errorMessage(error) })
      },
    )
    return opening
  }

  /** Ends everything that goes on with a cluster. */
  async close(id: string): Promise<void> {
    const open = this.#open.get(id)
    this.#open.delete(id)
    this.#tried.delete(id)
    this.#set(id, { connection: 'not-opened' })
    const cluster = await open?.catch(() => undefined)
    await cluster?.connection[Symbol.asyncDispose]()
  }

  /**
   * Closes what was opened, or could not be, by a context that is gone, or leads elsewhere or signs in otherwise now: a
   * connection goes on with what it was made with, and a failure says nothing of the new way. Who still looks at such a
   * cluster opens it anew.
   */
  async closeChanged(contexts: readonly KubeconfigContext[]): Promise<void> {
    const ways = new Map(contexts.map(context => [`context:${context.name}`, wayOf(context)]))
    const fromKubeconfig = [...this.#tried.keys()].filter(id => id.startsWith('context:'))
    await Promise.all(
      fromKubeconfig.map(async id => {
        const opening = this.#open.get(id)
        const failed = await opening?.then(
          () => false,
          () => true,
        )
        const isSameAttempt = this.#open.get(id) === (failed ? undefined : opening)
        if (isSameAttempt && ways.get(id) !== this.#tried.get(id)) await this.close(id)
      }),
    )
  }

  /** The kinds a cluster serves now; asked anew, since definitions come and go. */
  async resources(id: string, signal: AbortSignal): Promise<ResourceInfo[]> {
    const cluster = await this.open(id)
    cluster.resources = await readResources(cluster.connection, signal)
    return cluster.resources
  }

  /** The feed of one kind; the same one for whoever asks for the same rows. */
  async feed(
    id: string,
    resource: ResourceName,
    namespace: string | undefined,
    {
      labelSelector,
      fieldSelector,
    }: { labelSelector?: string | undefined; fieldSelector?: string | undefined } = {},
  ): Promise<TableFeed> {
    const cluster = await this.open(id)
    const key = JSON.stringify([
      resource.group,
      resource.version,
      resource.resource,
      namespace,
      labelSelector,
      fieldSelector,
    ])
    const known = cluster.feeds.get(key)
    if (known) return known
    const info = cluster.resources.find(
      ({ group, version, resource: plural }) =>
        group === resource.group && version === resource.version && plural === resource.resource,
    )
    const feed = new TableFeed({
      transport: cluster.connection.transport,
      clock: this.#clock,
      resource,
      kind: info?.kind ?? '',
      namespace: info?.namespaced === false ? undefined : namespace,
      labelSelector,
      fieldSelector,
    })
    cluster.feeds.set(key, feed)
    return feed
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#open.keys()].map(id => this.close(id)))
  }

  async #start(id: string): Promise<OpenCluster> {
    this.#tried.set(id, undefined)
    const context = await this.#find(id)
    this.#tried.set(id, wayOf(context))
    const connection = await this.#connect(context)
    const { signal } = new AbortController()
    const [version, resources] = await Promise.all([
      readVersion(connection, signal),
      readResources(connection, signal),
    ])
    return { id, connection, version, resources, feeds: new Map() }
  }

  #set(id: string, state: State): void {
    this.#states.set(id, state)
    this.changed.emit()
  }
}

/** Where a context leads and as whom; its namespace is only where to begin. */
const wayOf = ({ cluster, user }: KubeconfigContext): string => JSON.stringify([cluster, user])

async function readVersion(connection: ClusterConnection, signal: AbortSignal): Promise<string> {
  const response = await connection.transport.request({ method: 'GET', path: '/version', signal })
  return (await response.json<{ gitVersion?: string }>()).gitVersion ?? ''
}

async function readResources(
  connection: ClusterConnection,
  signal: AbortSignal,
): Promise<ResourceInfo[]> {
  const found = await discover(connection.transport, signal)
  return found.map(resource => ({ ...resource, custom: !isBuiltIn(resource.group) }))
}

/** Groups of Kubernetes itself have no dot or end in `.k8s.io`. */
const isBuiltIn = (group: string) => !group.includes('.') || group.endsWith('.k8s.io')

/** Finds the one context of a cluster's own kubeconfig file. */
export async function ownContext(file: string): Promise<KubeconfigContext> {
  const { contexts, problems } = await loadKubeconfig([file])
  const [context] = contexts
  if (!context)
    throw new Error(`${file} has no context${problems[0] ? `: ${problems[0].message}` : ''}`)
  return context
}
