import path from 'node:path'
import { AsyncQueue } from '#base/async-queue.ts'
import { Emitter } from '#base/emitter.ts'
import { silentLogger } from '#base/logger.ts'
import type { AccessQuestion } from '#contract/access.ts'
import type { ClusterSummary } from '#contract/clusters.ts'
import type { Handlers } from '#contract/contract.ts'
import type { ObjectName, WriteResult } from '#contract/objects.ts'
import type { ResourceInfo, ResourceName, TableRow } from '#contract/tables.ts'
import { startWebServer, type WebServer } from '#hosts/web/web-server.ts'
import { fakeClusters } from './fake-clusters.ts'
import { fakeDrain, fakeDrainPlan } from './fake-drain.ts'
import { fakeFind } from './fake-find.ts'
import { FakeForwards } from './fake-forwards.ts'
import { fakeBody, fakeEvents, fakeWhy, toYaml, written } from './fake-objects.ts'
import { fakeRevisions } from './fake-revisions.ts'
import { fakeExec, fakeLog, fakeLogs } from './fake-sessions.ts'
import { fakeTables, resources } from './fake-tables.ts'
import { fakeUsage } from './fake-usage.ts'

const folder = path.join(import.meta.dirname, '../../../out/renderer')

/** A core with made-up data behind the real web server: for the window's tests and pictures, never for people. */
export class FakeHost implements AsyncDisposable {
  readonly tables = fakeTables()
  resources: ResourceInfo[] = resources
  clusters: ClusterSummary[] = fakeClusters()
  /** Answers every replace that isn't a dry run or forced. */
  replaceAnswer: ((object: ObjectName) => WriteResult) | undefined
  /** What the window asked to be written, in order. */
  readonly writes: { call: string; input: unknown }[] = []
  /** How many streams of measurements were opened, and how many are open. */
  readonly usageReaders = { asked: 0, now: 0 }
  settings: Record<string, unknown> = {}
  /** Why a person may not do something; null: they may. */
  denies: (question: AccessQuestion) => string | null = () => null
  readonly #clustersChanged = new Emitter<void>()
  readonly forwards = new FakeForwards()
  readonly #bodies = new Map<string, string>()
  #server: WebServer | undefined

  async start(port = 0): Promise<this> {
    this.#server = await startWebServer({
      port,
      folder,
      handlers: this.handlers(),
      logger: silentLogger,
    })
    return this
  }

  get url(): string {
    return this.#server?.launchUrl() ?? ''
  }

  get port(): number {
    return this.#server?.port ?? 0
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server?.[Symbol.asyncDispose]()
  }

  changeClusters(clusters: ClusterSummary[]): void {
    this.clusters = clusters
    this.#clustersChanged.emit()
  }

  table(path: string) {
    const table = this.tables.get(path)
    if (!table) throw new Error(`the fake host has no ${path}`)
    return table
  }

  #tableOf({ group, version, resource }: ResourceName) {
    return this.tables.get(`${group}/${version}/${resource}`)
  }

  #find({ resource, namespace, name }: ObjectName): TableRow | undefined {
    return [...(this.#tableOf(resource)?.rows.values() ?? [])].find(
      row => row.name === name && row.namespace === namespace,
    )
  }

  #get(object: ObjectName): TableRow {
    const row = this.#find(object)
    if (!row) throw new Error(`${object.resource.resource} "${object.name}" not found`)
    return row
  }

  #summary(id: string): ClusterSummary {
    const cluster = this.clusters.find(known => known.id === id)
    if (!cluster) throw new Error(`there is no cluster ${id}`)
    return cluster
  }

  #set(id: string, part: Partial<ClusterSummary>): void {
    this.changeClusters(this.clusters.map(one => (one.id === id ? { ...one, ...part } : one)))
  }

  #setLocal(name: string, part: Partial<NonNullable<ClusterSummary['local']>>): void {
    const { local } = this.#summary(`local:${name}`)
    if (local)
      this.#set(`local:${name}`, {
        local: { ...local, ...part },
        connection: part.state === 'running' ? 'connected' : 'not-opened',
      })
  }

  handlers(): Handlers {
    const host = this
    const note = (call: string, input: unknown) => host.writes.push({ call, input })
    return {
      'access.review': async ({ asked }) => asked.map(question => host.denies(question)),
      'access.creating': async () => null,
      'app.info': async () => ({ version: '0.1.0', host: 'web', platform: 'linux', notices: [] }),
      'app.notices': (_input, signal) => silence(signal),
      'settings.read': async () => host.settings,
      'settings.write': async ({ key, value }) => {
        host.settings[key] = value
        return {}
      },
      async *'clusters.watch'(_input, signal) {
        const queue = new AsyncQueue<void>()
        using _ = host.#clustersChanged.on(() => queue.push())
        signal.addEventListener('abort', () => queue.close(), { once: true })
        yield host.clusters
        for await (const _change of queue) yield host.clusters
      },
      'clusters.open': async ({ cluster }) => {
        const summary = host.#summary(cluster)
        if (summary.error) throw new Error(summary.error)
        host.#set(cluster, { connection: 'connected', version: summary.version ?? 'v1.34.1' })
        return host.#summary(cluster)
      },
      'clusters.close': async ({ cluster }) => {
        host.#set(cluster, { connection: 'not-opened' })
        return {}
      },
      'clusters.createLocal': async input => {
        note('clusters.createLocal', input)
        if (host.clusters.some(({ id }) => id === `local:${input.name}`))
          throw new Error(
            `A local cluster named ${input.name} exists already. Choose another name.`,
          )
        const made: ClusterSummary = {
          id: `local:${input.name}`,
          name: input.name,
          kind: 'local',
          connection: 'connected',
          version: 'v1.35.2',
          local: { state: 'running', runtime: 'docker', steps: [] },
        }
        host.changeClusters([...host.clusters, made])
        return made
      },
      'clusters.startLocal': async ({ name }) => {
        host.#setLocal(name, { state: 'running' })
        return {}
      },
      'clusters.stopLocal': async ({ name }) => {
        note('clusters.stopLocal', { name })
        host.#setLocal(name, { state: 'stopped', steps: [] })
        return {}
      },
      'clusters.deleteLocal': async input => {
        note('clusters.deleteLocal', input)
        host.changeClusters(host.clusters.filter(({ id }) => id !== `local:${input.name}`))
        return {}
      },
      async *'resources.watch'(_input, signal) {
        yield host.resources
        yield* silence(signal)
      },
      'tables.watch': ({ resource, namespaces }, signal) => {
        const table = host.tables.get(`${resource.group}/${resource.version}/${resource.resource}`)
        return table ? table.watch(namespaces, signal) : emptyTable(signal)
      },
      async *'tables.counts'({ resources: asked }, signal) {
        yield asked.map(resource => {
          const rows = [...(host.#tableOf(resource)?.rows.values() ?? [])]
          const count = (tone: string) => rows.filter(row => row.status?.tone === tone).length
          return { resource, total: rows.length, bad: count('bad'), warn: count('warn') }
        })
        yield* silence(signal)
      },
      'objects.find': async ({ text }) => fakeFind(host.tables, host.resources, text),
      async *'objects.watch'(object, signal) {
        const row = host.#find(object)
        yield row
          ? { object: fakeBody(object, row), why: fakeWhy(row) }
          : { object: null, why: null }
        yield* silence(signal)
      },
      'objects.yaml': async ({ object }) => ({
        yaml:
          host.#bodies.get(JSON.stringify(object)) ?? toYaml(fakeBody(object, host.#get(object))),
        resourceVersion: '48161',
      }),
      'objects.revealSecret': async () => ({
        username: { value: 'postgres', binary: false },
        password: { value: 'correct horse battery staple', binary: false },
      }),
      async *'objects.usedBy'(_object, signal) {
        yield { found: [], more: 0, failed: [] }
        yield* silence(signal)
      },
      'objects.certificate': async () => ({ problem: 'tls.crt holds no certificate' }),
      async *'objects.events'(object, signal) {
        yield fakeEvents(host.#get(object))
        yield* silence(signal)
      },
      'objects.replace': async input => {
        note('objects.replace', input)
        const { object, yaml, dryRun, force } = input
        const bad = yaml.split('\n').findIndex(line => line.includes('\t'))
        if (bad >= 0)
          return written(object, 'failed', {
            error: {
              code: 400,
              reason: 'BadRequest',
              message: 'error converting YAML to JSON: found character that cannot start any token',
              conflicts: [],
              line: bad + 1,
              column: (yaml.split('\n')[bad]?.indexOf('\t') ?? 0) + 1,
            },
          })
        if (!dryRun && !force && host.replaceAnswer) return host.replaceAnswer(object)
        if (!dryRun) host.#bodies.set(JSON.stringify(object), yaml)
        return written(object, 'configured', { yaml })
      },
      'objects.create': async input => {
        note('objects.create', input)
        if (!input.yaml.includes('kind:'))
          return [
            written(
              { name: '', resource: { group: '', version: 'v1', resource: 'document 1' } },
              'failed',
              {
                error: {
                  code: 400,
                  reason: 'BadRequest',
                  message: "Object 'Kind' is missing in document 1",
                  conflicts: [],
                  line: 1,
                  column: 1,
                },
              },
            ),
          ]
        return [
          written(
            {
              name: 'made',
              namespace: input.namespace,
              resource: { group: '', version: 'v1', resource: 'pods' },
            },
            'created',
          ),
        ]
      },
      'objects.delete': async input => {
        note('objects.delete', input)
        return input.objects.map(object => {
          const row = host.#find(object)
          if (row) host.#tableOf(object.resource)?.change([], [row.uid])
          return written(object, 'deleted')
        })
      },
      ...host.forwards.handlers(note),
      'objects.patch': async input => {
        note('objects.patch', input)
        return written(input.object, 'configured')
      },
      'objects.evict': async input => {
        note('objects.evict', input)
        return written(input, 'deleted')
      },
      'rollouts.history': async ({ name }) => fakeRevisions(name),
      'rollouts.undo': async input => {
        note('rollouts.undo', input)
        return written(input.object, 'configured')
      },
      'jobs.trigger': async input => {
        note('jobs.trigger', input)
        return written({ ...input, name: `${input.name}-m1` }, 'created')
      },
      'nodes.drainPlan': async () => fakeDrainPlan(host.table('/v1/pods')),
      'nodes.drain': (input, signal) => {
        note('nodes.drain', input)
        return fakeDrain(host.table('/v1/pods'), signal)
      },
      'objects.replicas': async object => ({
        replicas: Number(String(host.#get(object).cells[1]).split('/').at(-1)),
      }),
      'objects.scale': async input => {
        note('objects.scale', input)
        return written(input.object, 'configured')
      },
      'objects.mend': async input => {
        note('objects.mend', input)
        return written(input.pod, 'configured')
      },
      'objects.restart': async input => {
        note('objects.restart', input)
        return written(input, 'configured')
      },
      'objects.pods': async () => [
        { name: 'checkout-api-7d9c6b5f4d-x2k8p', namespace: 'shop', containers: ['api', 'envoy'] },
        { name: 'checkout-api-7d9c6b5f4d-m4tq7', namespace: 'shop', containers: ['api', 'envoy'] },
      ],
      async *'usage.watch'(input, signal) {
        host.usageReaders.asked++
        host.usageReaders.now++
        try {
          yield* fakeUsage(host.tables, input, signal)
        } finally {
          host.usageReaders.now--
        }
      },
      'logs.follow': (input, signal) => fakeLog(input, signal),
      'logs.followAll': (_input, signal) => fakeLogs(signal),
      'exec.open': (input, signal, up) => fakeExec(input, signal, up),
    }
  }
}

/** A stream that says nothing until it is cancelled. */
async function* silence(signal: AbortSignal): AsyncGenerator<never> {
  if (!signal.aborted)
    await new Promise<void>(resolve =>
      signal.addEventListener('abort', () => resolve(), { once: true }),
    )
}

async function* emptyTable(signal: AbortSignal) {
  yield {
    type: 'reset' as const,
    columns: [
      { name: 'Name', type: 'string', description: '', priority: 0 },
      { name: 'Age', type: 'string', description: '', priority: 0 },
    ],
    rows: [],
  }
  yield { type: 'synced' as const }
  yield* silence(signal)
}
