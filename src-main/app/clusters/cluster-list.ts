import { watch } from 'node:fs'
import path from 'node:path'
import { type Clock, sleep } from '#base/clock.ts'
import { Emitter } from '#base/emitter.ts'
import {
  describeSignIn,
  type Kubeconfig,
  type KubeconfigContext,
  type KubeconfigUser,
  loadKubeconfig,
} from '#clusters/kubeconfig.ts'
import type { ClusterSummary } from '#contract/clusters.ts'
import type { LocalClusters } from './local-clusters.ts'
import { type OpenClusters, ownContext } from './open-clusters.ts'

const settleMs = 80

/** Every cluster there is: the local ones and the contexts of the kubeconfig, which is watched. */
export class ClusterList implements Disposable {
  readonly #files: string[]
  readonly #clock: Clock
  readonly #local: LocalClusters
  readonly #owned = new DisposableStack()
  #kubeconfig: Kubeconfig = { contexts: [], currentContext: undefined, problems: [] }
  readonly changed = new Emitter<void>()

  constructor(options: { files: string[]; clock: Clock; local: LocalClusters }) {
    this.#files = options.files
    this.#clock = options.clock
    this.#local = options.local
    this.#owned.use(options.local.onChange(() => this.changed.emit()))
  }

  /** Reads the kubeconfig for the first time and starts to watch it. */
  async start(): Promise<void> {
    await this.#read()
    // A file that is replaced atomically is seen only by watching its folder.
    for (const folder of new Set(this.#files.map(file => path.dirname(file)))) this.#watch(folder)
  }

  /** Finds what a cluster's id stands for; throws when it is gone or not running. */
  find = async (id: string): Promise<KubeconfigContext> => {
    const local = this.#local.list().find(cluster => `local:${cluster.name}` === id)
    if (local) {
      if (!local.kubeconfig || local.state !== 'running')
        throw new Error(`the local cluster ${local.name} is not running`)
      return ownContext(local.kubeconfig)
    }
    const context = this.#kubeconfig.contexts.find(({ name }) => `context:${name}` === id)
    if (!context)
      throw new Error(
        `no kubeconfig file has the context "${id.replace(/^context:/, '')}" any more`,
      )
    return context
  }

  summaries(open: OpenClusters): ClusterSummary[] {
    const local = this.#local.list().map(({ name, error, ...state }): ClusterSummary => {
      const id = `local:${name}`
      const { connection, error: refused, version } = open.stateOf(id)
      const problem = error ?? refused
      return {
        id,
        name,
        kind: 'local',
        connection,
        local: state,
        signsInWith: 'client certificate',
        ...(state.apiServer ? { server: state.apiServer } : {}),
        ...(version ? { version } : {}),
        ...(problem ? { error: problem } : {}),
      }
    })
    return [
      ...local,
      ...this.#kubeconfig.contexts.filter(this.#isForeign).map(context => summary(context, open)),
    ]
  }

  /** The contexts that there are now, those of local clusters included. */
  get contexts(): readonly KubeconfigContext[] {
    return this.#kubeconfig.contexts
  }

  /** Files that could not be read, in words. */
  get problems(): string[] {
    return this.#kubeconfig.problems.map(
      ({ file, message }) => `${file} could not be read: ${message}`,
    )
  }

  [Symbol.dispose](): void {
    this.#owned.dispose()
  }

  /** The contexts we merged for our own clusters are in the list already; other users of theirs are not. */
  #isForeign = (context: KubeconfigContext): boolean =>
    !isAdministrator(context.user) ||
    !this.#local
      .list()
      .some(({ apiServer }) => apiServer !== undefined && apiServer === context.cluster?.server)

  #watch(folder: string): void {
    let waiting = false
    try {
      const watcher = watch(folder, { persistent: false }, (_event, name) => {
        if (waiting || !this.#files.some(file => path.basename(file) === name)) return
        waiting = true
        void sleep(this.#clock, settleMs)
          .then(() => {
            waiting = false
            return this.#read()
          })
          .then(() => this.changed.emit())
      })
      watcher.on('error', () => watcher.close())
      this.#owned.defer(() => watcher.close())
    } catch {
      // No folder, no kubeconfig: it is looked for again at the next start.
    }
  }

  /** While a file cannot be read, as one that is being edited may not, all stays as it was. */
  async #read(): Promise<void> {
    const read = await loadKubeconfig(this.#files)
    const isFirst = this.#kubeconfig.contexts.length === 0
    this.#kubeconfig =
      read.problems.length && !isFirst ? { ...this.#kubeconfig, problems: read.problems } : read
  }
}

/** Whether a user may be the one that a local cluster's own kubeconfig has: it signs in with a certificate as itself. */
const isAdministrator = (user: KubeconfigUser): boolean =>
  describeSignIn(user) === 'client certificate' && !user.impersonate

function summary(context: KubeconfigContext, open: OpenClusters): ClusterSummary {
  const id = `context:${context.name}`
  const { connection, error, version } = open.stateOf(id)
  const problem = error ?? context.error
  return {
    id,
    name: context.name,
    kind: 'context',
    connection,
    source: context.source,
    signsInWith: describeSignIn(context.user),
    ...(context.cluster ? { server: context.cluster.server } : {}),
    ...(context.namespace ? { namespace: context.namespace } : {}),
    ...(version ? { version } : {}),
    ...(problem ? { error: problem } : {}),
  }
}
