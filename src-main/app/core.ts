import path from 'node:path'
import { AsyncQueue } from '#base/async-queue.ts'
import type { Clock } from '#base/clock.ts'
import { Emitter } from '#base/emitter.ts'
import { connectCluster } from '#clusters/connection.ts'
import { ExecCredentials } from '#clusters/exec-credential.ts'
import type { AppInfo } from '#contract/app.ts'
import type { Handlers, OutputOf } from '#contract/contract.ts'
import { AccessReviews } from './access/access-reviews.ts'
import { ClusterList } from './clusters/cluster-list.ts'
import type { LocalClusters } from './clusters/local-clusters.ts'
import { OpenClusters } from './clusters/open-clusters.ts'
import { watchResources } from './clusters/watch-resources.ts'
import { forwardHandlers } from './forwards/forward-handlers.ts'
import { ForwardManager } from './forwards/forward-manager.ts'
import { triggerJob } from './jobs/trigger-job.ts'
import { latest } from './latest.ts'
import { nodeHandlers } from './nodes/node-handlers.ts'
import { objectHandlers } from './objects/object-handlers.ts'
import { describeHistory, readHistory } from './rollouts/revisions.ts'
import { undoRollout } from './rollouts/undo-rollout.ts'
import { followAllLogs } from './sessions/follow-all-logs.ts'
import { followLog } from './sessions/follow-log.ts'
import { openExec } from './sessions/open-exec.ts'
import { Settings } from './settings.ts'
import { countRows } from './tables/counts.ts'
import { tableUpdates } from './tables/table-updates.ts'
import { readUsage } from './usage/read-usage.ts'

/** The app behind the window, the same in every host. */
export interface Core extends AsyncDisposable {
  readonly handlers: Handlers
  /** Shows a person something that happened in the background. */
  notify(notice: OutputOf<'app.notices'>): void
}

export interface CoreOptions {
  info: AppInfo
  clock: Clock
  local: LocalClusters
  /** The kubeconfig files whose contexts are shown. */
  kubeconfigFiles: string[]
  dataDir: string
  env: Record<string, string | undefined>
}

/** Puts the core together; contacts no cluster. */
export async function createCore(options: CoreOptions): Promise<Core> {
  const { clock, env, info, local } = options
  await using owned = new AsyncDisposableStack()
  const credentials = new ExecCredentials({ clock, env })
  const list = owned.use(new ClusterList({ files: options.kubeconfigFiles, clock, local }))
  await list.start()
  const userAgent = `slipway/${info.version}`
  const open = owned.use(
    new OpenClusters({
      clock,
      find: list.find,
      connect: context => connectCluster(context, { userAgent, credentials, env }),
    }),
  )
  owned.use(list.changed.on(() => void open.closeChanged(list.contexts)))
  const forwards = owned.use(
    new ForwardManager({
      file: path.join(options.dataDir, 'forwards.json'),
      clusters: open,
      clock,
    }),
  )
  await forwards.load()
  const settings = new Settings(path.join(options.dataDir, 'window.json'))
  const notices = new Emitter<OutputOf<'app.notices'>>()
  const handlers: Handlers = {
    'app.info': async () => ({ ...info, notices: [...info.notices, ...list.problems] }),
    'app.notices': (_input, signal) => announce(notices, signal),
    'settings.read': () => settings.read(),
    'settings.write': async ({ key, value }) => {
      await settings.write(key, value)
      return {}
    },
    ...clusterHandlers(list, open, local),
    ...tableHandlers(open, clock),
    ...objectHandlers(open, clock),
    ...nodeHandlers(open, clock),
    ...forwardHandlers(forwards, open),
    ...workloadHandlers(open, clock),
    ...sessionHandlers(open, clock),
    ...accessHandlers(open, clock),
  }
  const all = owned.move()
  return {
    handlers,
    notify: notice => notices.emit(notice),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

async function* announce<T>(
  emitter: Emitter<T>,
  signal: AbortSignal,
): AsyncGenerator<T, void, void> {
  const queue = new AsyncQueue<T>(100)
  using _listening = emitter.on(notice => queue.push(notice))
  signal.addEventListener('abort', () => queue.close(), { once: true })
  yield* queue
}

type Named<Prefix extends string> = Pick<Handlers, Extract<keyof Handlers, `${Prefix}.${string}`>>

function clusterHandlers(
  list: ClusterList,
  open: OpenClusters,
  local: LocalClusters,
): Named<'clusters'> {
  const summaries = () => list.summaries(open)
  const summaryOf = (id: string) => {
    const summary = summaries().find(cluster => cluster.id === id)
    if (!summary) throw new Error(`there is no cluster ${id}`)
    return summary
  }
  return {
    'clusters.watch': (_input, signal) => latest([list.changed, open.changed], summaries, signal),
    async 'clusters.open'({ cluster }) {
      await open.open(cluster)
      return summaryOf(cluster)
    },
    async 'clusters.close'({ cluster }) {
      await open.close(cluster)
      return {}
    },
    async 'clusters.createLocal'(cluster) {
      await local.create(cluster)
      // The start has steps of its own to show; its failure shows in the summary.
      local.start(cluster.name).catch(() => {})
      return summaryOf(`local:${cluster.name}`)
    },
    async 'clusters.startLocal'({ name }) {
      await local.start(name)
      return {}
    },
    async 'clusters.stopLocal'({ name, stopPods }) {
      await open.close(`local:${name}`)
      await local.stop(name, { stopPods })
      return {}
    },
    async 'clusters.deleteLocal'({ name, keepVolumes }) {
      await open.close(`local:${name}`)
      await local.remove(name, { keepVolumes })
      return {}
    },
  }
}

/** One namespace is asked for by itself; of several, a watch on all of them is filtered. */
const scopeOf = (namespaces: string[]) => (namespaces.length === 1 ? namespaces[0] : undefined)

const isIn = (namespaces: string[]) => (namespace: string | undefined) =>
  namespaces.length === 0 || namespace === undefined || namespaces.includes(namespace)

function tableHandlers(open: OpenClusters, clock: Clock): Named<'tables'> & Named<'resources'> {
  return {
    'resources.watch': ({ cluster }, signal) => watchResources(open, cluster, clock, signal),
    async *'tables.watch'({ cluster, resource, namespaces, ...selectors }, signal) {
      const feed = await open.feed(cluster, resource, scopeOf(namespaces), selectors)
      const wanted = isIn(namespaces)
      yield* tableUpdates(feed, { clock, signal, wanted: row => wanted(row.namespace) })
    },
    async *'tables.counts'({ cluster, resources, namespaces }, signal) {
      const feeds = await Promise.all(
        resources.map(async resource => ({
          resource,
          feed: await open.feed(cluster, resource, scopeOf(namespaces)),
        })),
      )
      yield* countRows(feeds, isIn(namespaces), clock, signal)
    },
  }
}

function workloadHandlers(
  open: OpenClusters,
  clock: Clock,
): Named<'rollouts'> & Named<'jobs'> & Named<'usage'> {
  return {
    async 'rollouts.history'(of, signal) {
      const { connection } = await open.open(of.cluster)
      return describeHistory(await readHistory(connection.transport, of, signal))
    },
    async 'rollouts.undo'({ object: of, revision }, signal) {
      const { connection, resources } = await open.open(of.cluster)
      return undoRollout({ transport: connection.transport, resources }, of, revision, signal)
    },
    async 'jobs.trigger'(of, signal) {
      const { connection, resources } = await open.open(of.cluster)
      return triggerJob({ transport: connection.transport, resources }, of, clock, signal)
    },
    async *'usage.watch'({ cluster, of, namespaces }, signal) {
      const { connection } = await open.open(cluster)
      yield* readUsage(connection.transport, { of, namespace: scopeOf(namespaces) }, clock, signal)
    },
  }
}

function sessionHandlers(open: OpenClusters, clock: Clock): Named<'logs'> & Named<'exec'> {
  return {
    async *'logs.follow'(request, signal) {
      const { connection } = await open.open(request.cluster)
      yield* followLog(connection.transport, request, clock, signal)
    },
    async *'logs.followAll'(request, signal) {
      const { connection } = await open.open(request.object.cluster)
      yield* followAllLogs(connection.transport, request, clock, signal)
    },
    async *'exec.open'(request, signal, up) {
      const { connection } = await open.open(request.cluster)
      yield* openExec(connection, request, signal, up)
    },
  }
}

function accessHandlers(open: OpenClusters, clock: Clock): Named<'access'> {
  const reviews = new AccessReviews(clock)
  return {
    'access.review': async ({ cluster, asked }) => reviews.review(await open.open(cluster), asked),
    'access.creating': async ({ cluster, namespaces }) =>
      reviews.refusalToCreate(await open.open(cluster), namespaces),
  }
}
