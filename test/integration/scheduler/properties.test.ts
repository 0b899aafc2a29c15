import { afterAll, beforeAll, expect, test } from 'vitest'
import { nodes, pods, priorityClasses, serviceAccounts } from '#client/resource-types.ts'
import { Client } from '#client/rest.ts'
import type { Scheduler } from '#control-plane/scheduler/scheduler.ts'
import type { Node, Pod, PodSpec } from '#kubernetes/api/core-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { podAmounts } from '#kubernetes/pod-resources.ts'
import { quantityMilliValue } from '#kubernetes/quantity.ts'
import { isConflict, isNotFound } from '#kubernetes/status-error.ts'
import { eventually } from '../../support/eventually.ts'
import { fastClock } from '../../support/fast-clock.ts'
import { addNode, startScheduler } from '../../support/scheduler.ts'
import { startCluster, type TestCluster } from '../../support/start-cluster.ts'

const steps = 150
const seeds = process.env['SLIPWAY_SEED']
  ? [Number(process.env['SLIPWAY_SEED'])]
  : [1, 2, 3].map(offset => Math.floor(Date.now() / 1000) * 10 + offset)
const zone = 'topology.kubernetes.io/zone'
const host = 'kubernetes.io/hostname'

let cluster: TestCluster
let client: Client

beforeAll(async () => {
  cluster = await startCluster({ controllers: false })
  client = new Client(cluster.admin)
  await client.create(serviceAccounts, { metadata: { name: 'default', namespace: 'default' } })
  for (const [name, value] of [
    ['low', 1],
    ['high', 100],
  ] as const) {
    await client.create(priorityClasses, { metadata: { name }, value })
  }
})
afterAll(() => cluster?.[Symbol.asyncDispose]())

/** Numbers from 0 to 1 that a seed determines (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A cluster that random things happen to. */
class World {
  readonly #random: () => number
  #made = 0
  #scheduler: Scheduler

  constructor(seed: number) {
    this.#random = randomOf(seed)
    this.#scheduler = this.#start()
  }

  get scheduler(): Scheduler {
    return this.#scheduler
  }

  async step(): Promise<void> {
    const kind = this.#random()
    try {
      if (kind < 0.55) await this.#createPod()
      else if (kind < 0.65) await this.#createNode()
      else if (kind < 0.82) await this.#deleteOne(pods)
      else if (kind < 0.86) await this.#deleteOne(nodes)
      else if (kind < 0.96) await this.#cordon()
      else await this.#restart()
    } catch (error) {
      // The scheduler may have displaced the pod first, or written to the node.
      if (!isNotFound(error) && !isConflict(error)) throw error
    }
  }

  async end(): Promise<void> {
    await this.#scheduler[Symbol.asyncDispose]()
    for (const { metadata } of (await client.list(pods)).items) await remove(metadata)
    for (const { metadata } of (await client.list(nodes)).items)
      await client.delete(nodes, metadata)
  }

  #start(): Scheduler {
    return startScheduler(cluster, fastClock(20))
  }

  async #restart(): Promise<void> {
    await this.#scheduler[Symbol.asyncDispose]()
    this.#scheduler = this.#start()
  }

  async #createNode(): Promise<void> {
    const name = `node-${this.#made++}`
    const labels = { [zone]: this.#pick(['z1', 'z2']), [host]: name, disk: this.#pick(['a', 'b']) }
    await addNode(client, name, { labels, room: { cpu: this.#pick(['1', '2', '4']), pods: '6' } })
  }

  async #createPod(): Promise<void> {
    const app = this.#pick(['web', 'db'])
    const resources = { requests: { cpu: this.#pick(['100m', '500m', '900m', '1500m']) } }
    const port = { containerPort: 80, hostPort: this.#pick([8080, 9090]) }
    const rarely = (part: Partial<PodSpec>): Partial<PodSpec> => (this.#random() < 0.25 ? part : {})
    await client.create(pods, {
      metadata: { name: `pod-${this.#made++}`, namespace: 'default', labels: { app } },
      spec: {
        automountServiceAccountToken: false,
        containers: [
          {
            name: 'main',
            image: 'web:1',
            resources,
            ...(this.#random() < 0.15 ? { ports: [port] } : {}),
          },
        ],
        ...rarely({ priorityClassName: this.#pick(['low', 'high']) }),
        ...rarely({ nodeSelector: { disk: this.#pick(['a', 'b']) } }),
        ...rarely({ affinity: { podAntiAffinity: apartFrom(app) } }),
        ...rarely({ schedulingGates: [{ name: 'example.com/wait' }] }),
      },
    })
  }

  async #deleteOne(type: typeof pods | typeof nodes): Promise<void> {
    const { items } = await client.list<Pod | Node>(type as typeof pods)
    const one = items[Math.floor(this.#random() * items.length)]
    if (!one) return
    if (type === pods) await remove(one.metadata)
    else await client.delete(nodes, one.metadata)
    if (type === pods) return
    // What a controller does with the pods of a node that is gone.
    const fieldSelector = `spec.nodeName=${one.metadata.name}`
    for (const { metadata } of (await client.list(pods, { fieldSelector })).items) {
      await remove(metadata)
    }
  }

  async #cordon(): Promise<void> {
    const { items } = await client.list(nodes)
    const one = items[Math.floor(this.#random() * items.length)]
    if (!one) return
    const patch = { spec: { unschedulable: one.spec?.unschedulable ? null : true } }
    await client.patch(nodes, one.metadata, patch, { type: 'merge' })
  }

  #pick<T>(values: readonly T[]): T {
    return values[Math.floor(this.#random() * values.length)] as T
  }
}

const apartFrom = (app: string) => ({
  requiredDuringSchedulingIgnoredDuringExecution: [
    { labelSelector: { matchLabels: { app } }, topologyKey: host },
  ],
})

const remove = (metadata: { name: string; namespace?: string }) =>
  client.delete(pods, metadata, { gracePeriodSeconds: 0 })

/** What must hold at every moment. Throws with what doesn't. */
function checkPlaces(all: Stored<Pod>[], known: Stored<Node>[]): void {
  for (const { metadata, status } of known) {
    const here = all.filter(({ spec }) => spec?.nodeName === metadata.name)
    const cpu = here
      .map(({ spec }) => podAmounts(spec ?? { containers: [] }, 'requests')['cpu'] ?? '0')
      .reduce((sum, amount) => sum + quantityMilliValue(amount), 0)
    const room = quantityMilliValue(status?.allocatable?.['cpu'] ?? '0')
    expect(cpu, `CPU requested on ${metadata.name}`).toBeLessThanOrEqual(room)
    expect(here.length, `pods on ${metadata.name}`).toBeLessThanOrEqual(6)
    const ports = here.flatMap(({ spec }) =>
      (spec?.containers ?? []).flatMap(one => (one.ports ?? []).map(({ hostPort }) => hostPort)),
    )
    expect(new Set(ports).size, `host ports of ${metadata.name}`).toBe(ports.length)
    for (const pod of here) checkRules(pod, here, metadata.labels ?? {})
  }
  const gated = all.filter(({ spec }) => spec?.schedulingGates?.length)
  expect(gated.filter(({ spec }) => spec?.nodeName)).toEqual([])
}

function checkRules(
  { metadata, spec }: Stored<Pod>,
  here: Stored<Pod>[],
  labels: Record<string, string>,
): void {
  const disk = spec?.nodeSelector?.['disk']
  if (disk) expect(labels['disk'], `the disk of ${metadata.name}`).toBe(disk)
  if (!spec?.affinity?.podAntiAffinity) return
  const same = here.filter(other => other.metadata.labels?.['app'] === metadata.labels?.['app'])
  expect(same.length, `neighbours of ${metadata.name}`).toBe(1)
}

/** In the end every pod has a node, or is known to wait and fits nowhere. */
async function checkEnd(world: World): Promise<{ bound: number; waiting: number }> {
  const all = (await client.list(pods)).items
  checkPlaces(all, (await client.list(nodes)).items)
  const waiting = all.filter(({ spec }) => !spec?.nodeName)
  for (const { metadata, spec } of waiting) {
    const why = world.scheduler.explain('default', metadata.name)
    expect(why, `${metadata.name} is lost`).toBeDefined()
    if (!spec?.schedulingGates) expect(why?.fits, `${metadata.name} fits`).toEqual([])
  }
  return { bound: all.length - waiting.length, waiting: waiting.length }
}

test.for(seeds)(
  'whatever happens, no node is overfull, rules hold and no pod is lost (seed %i)',
  async seed => {
    const world = new World(seed)
    try {
      for (let step = 0; step < steps; step++) {
        await world.step()
        if (step % 10 === 0)
          checkPlaces((await client.list(pods)).items, (await client.list(nodes)).items)
      }
      await addNode(client, 'last', {
        labels: { [host]: 'last', disk: 'a' },
        room: { cpu: '4', pods: '6' },
      })
      const { bound } = await eventually(() => checkEnd(world), { everyMs: 100 })
      expect(bound).toBeGreaterThan(0)
    } finally {
      await world.end()
    }
  },
)
