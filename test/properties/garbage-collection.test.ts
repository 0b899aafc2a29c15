import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemClock } from '#base/clock.ts'
import { silentLogger } from '#base/logger.ts'
import { configMaps } from '#client/resource-types.ts'
import { SharedInformers } from '#client/shared-informers.ts'
import { garbageCollectorController } from '#control-plane/controllers/garbage-collector/garbage-collector.ts'
import type { ConfigMap } from '#kubernetes/api/core-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { isNotFound } from '#kubernetes/status-error.ts'
import { type ControlledCluster, startControlledCluster } from '../support/controlled-cluster.ts'
import { eventually } from '../support/eventually.ts'
import { namespace, pause } from '../support/workload-world.ts'
import { checkProperty, longTimeoutMs } from './check-property.ts'

let controlled: ControlledCluster
beforeAll(async () => {
  controlled = await startControlledCluster({ only: [garbageCollectorController] })
})
afterAll(() => controlled?.[Symbol.asyncDispose]())

const size = 8
/** Who owns whom: each object may be owned by some of those before it, so that there are no circles. */
const graph = fc.array(
  fc.record({ owners: fc.uniqueArray(fc.nat(size), { maxLength: 3 }), blocks: fc.boolean() }),
  { minLength: size, maxLength: size },
)
const steps = fc.array(
  fc.oneof(
    fc.record({
      remove: fc.nat(size - 1),
      policy: fc.constantFrom('Background' as const, 'Foreground' as const, 'Orphan' as const),
    }),
    fc.record({ restart: fc.constant(true) }),
    fc.record({ wait: fc.nat(20) }),
  ),
  { minLength: 2, maxLength: 6 },
)

/** Sees every change, and judges the deletions that nobody asked for. */
class Watchman {
  readonly violations: string[] = []
  readonly asked = new Set<string>()
  readonly #there = new Map<string, Stored<ConfigMap>>()
  readonly #gone = new Set<string>()

  put(object: Stored<ConfigMap>): void {
    const before = this.#there.get(object.metadata.uid)
    this.#there.set(object.metadata.uid, object)
    const isNew = object.metadata.deletionTimestamp && !before?.metadata.deletionTimestamp
    if (isNew) this.#judge(object)
  }

  drop(object: Stored<ConfigMap>): void {
    const before = this.#there.get(object.metadata.uid) ?? object
    this.#there.delete(object.metadata.uid)
    this.#gone.add(object.metadata.uid)
    if (!before.metadata.deletionTimestamp) this.#judge(object)
  }

  /** An object goes by itself only when each of its owners is gone or waits for it. */
  #judge({ metadata }: Stored<ConfigMap>): void {
    if (this.asked.has(metadata.uid)) return
    const owners = metadata.ownerReferences ?? []
    if (owners.length === 0) this.violations.push(`${metadata.name} went and had no owner`)
    for (const { uid, name } of owners) {
      const owner = this.#there.get(uid)
      const waits = owner?.metadata.finalizers?.includes('foregroundDeletion')
      if (owner && !waits) this.violations.push(`${metadata.name} went while ${name} was there`)
    }
  }

  get left(): Stored<ConfigMap>[] {
    return [...this.#there.values()]
  }

  isGone(uid: string): boolean {
    return this.#gone.has(uid)
  }
}

let count = 0

test('whatever is deleted, nothing goes that has a living owner, orphans stay, and all the rest goes', {
  timeout: longTimeoutMs,
}, async () => {
  await checkProperty(fc.tuple(graph, steps), 6, async ([nodes, todo]) => {
    const { client } = controlled
    const run = `run-${++count}`
    const watchman = new Watchman()
    await using informers = new SharedInformers({
      client,
      clock: systemClock,
      logger: silentLogger,
    })
    const { informer } = informers.use(configMaps, { namespace, labelSelector: `run=${run}` })
    informer.on({
      added: object => watchman.put(object),
      updated: object => watchman.put(object),
      deleted: object => watchman.drop(object),
    })
    await informer.synced
    const made: Stored<ConfigMap>[] = []
    for (const [index, { owners, blocks }] of nodes.entries()) {
      const above = owners.flatMap(owner => (owner < index ? (made[owner] ?? []) : []))
      made.push(
        await client.create(configMaps, {
          metadata: {
            name: `${run}-${index}`,
            namespace,
            labels: { run },
            ownerReferences: above.map(({ metadata }) => ({
              apiVersion: 'v1',
              kind: 'ConfigMap',
              name: metadata.name,
              uid: metadata.uid,
              blockOwnerDeletion: blocks,
            })),
          },
        }),
      )
    }
    const orphaned = new Set<string>()
    for (const step of todo) {
      if ('wait' in step) await pause(step.wait)
      else if ('restart' in step) await controlled.restart()
      else {
        const target = made[step.remove]
        if (!target) continue
        watchman.asked.add(target.metadata.uid)
        if (await remove(target, step.policy)) orphaned.add(target.metadata.uid)
      }
      expect(watchman.violations, JSON.stringify(step)).toEqual([])
    }
    await eventually(() => expect(unsettled(watchman)).toEqual([]))
    expect(watchman.violations).toEqual([])
    await expectOrphansToLive(made, orphaned, watchman)
    for (const { metadata } of watchman.left) watchman.asked.add(metadata.uid)
    await client.deleteCollection(configMaps, { namespace, labelSelector: `run=${run}` })
  })

  /** True when the object was there to be deleted, with its dependents to be orphaned. */
  async function remove(
    { metadata }: Stored<ConfigMap>,
    propagationPolicy: 'Background' | 'Foreground' | 'Orphan',
  ): Promise<boolean> {
    try {
      const { client } = controlled
      const { metadata: fresh } = await client.get(configMaps, metadata)
      await client.delete(configMaps, metadata, { propagationPolicy })
      return propagationPolicy === 'Orphan' && !fresh.deletionTimestamp
    } catch (error) {
      if (isNotFound(error)) return false
      throw error
    }
  }

  /** What is still on its way out, refers only to the dead, or to one that was let go. */
  function unsettled(watchman: Watchman): string[] {
    return watchman.left
      .filter(({ metadata }) => {
        const owners = metadata.ownerReferences ?? []
        const isLost = owners.length > 0 && owners.every(({ uid }) => watchman.isGone(uid))
        return metadata.deletionTimestamp !== undefined || isLost
      })
      .map(({ metadata }) => metadata.name)
  }

  /** An object all of whose owners were deleted with `Orphan` lives, unless someone deleted it or it had been let down before. */
  async function expectOrphansToLive(
    made: Stored<ConfigMap>[],
    orphaned: ReadonlySet<string>,
    watchman: Watchman,
  ): Promise<void> {
    for (const { metadata } of made) {
      const owners = metadata.ownerReferences ?? []
      const isOrphan = owners.length > 0 && owners.every(({ uid }) => orphaned.has(uid))
      if (!isOrphan || watchman.asked.has(metadata.uid)) continue
      const { metadata: alive } = await controlled.client.get(configMaps, metadata)
      expect(alive).toMatchObject({ uid: metadata.uid })
      expect(alive.ownerReferences ?? []).toEqual([])
    }
  }
})
