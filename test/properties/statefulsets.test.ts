import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Informer } from '#client/informer.ts'
import { statefulSets } from '#client/resource-types.ts'
import { statefulSetController } from '#control-plane/controllers/statefulset/statefulset.ts'
import type { StatefulSet } from '#kubernetes/api/apps-v1.ts'
import type { Pod } from '#kubernetes/api/core-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { isPodActive, isPodReady } from '#kubernetes/pod-state.ts'
import { eventually } from '../support/eventually.ts'
import {
  imageOf,
  namespace,
  type PodChange,
  pause,
  WorkloadWorld,
} from '../support/workload-world.ts'
import { checkProperty, longTimeoutMs } from './check-property.ts'

let world: WorkloadWorld
beforeAll(async () => {
  world = await WorkloadWorld.start([statefulSetController])
})
afterAll(() => world?.[Symbol.asyncDispose]())

const steps = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('scale'), to: fc.integer({ min: 1, max: 4 }) }),
    fc.record({ do: fc.constant('image'), to: fc.constantFrom('db:1', 'db:2', 'db:3') }),
    fc.record({ do: fc.constantFrom('kill', 'fail', 'lose'), which: fc.nat(5) }),
    fc.record({ do: fc.constant('restart') }),
    fc.record({ do: fc.constant('settle') }),
    fc.record({ do: fc.constant('wait'), ms: fc.nat(30) }),
  ),
  { minLength: 5, maxLength: 10, size: 'max' },
)

const ordinalOf = ({ metadata }: Stored<Pod>): number =>
  Number(metadata.name.slice(metadata.name.lastIndexOf('-') + 1))
const isGood = (pod: Stored<Pod> | undefined): boolean =>
  pod !== undefined && isPodActive(pod) && isPodReady(pod)

/** What the documentation promises of ordered sets. As long as nobody breaks pods, the order of coming and going, too. */
class Order {
  readonly violations: string[] = []
  #sizes: number[] = [0]
  #isDisturbed = false
  /** The pod that each ordinal had last, by uid, and whether it is gone. */
  readonly #last = new Map<number, { uid: string; isGone: boolean }>()

  resized(replicas: number): void {
    this.#sizes.push(replicas)
  }

  disturbed(): void {
    this.#isDisturbed = true
  }

  settled(replicas: number): void {
    this.#sizes = [replicas]
    this.#isDisturbed = false
  }

  look(informer: Informer<Pod>, { type, pod }: PodChange): void {
    const ordinal = ordinalOf(pod)
    const at = new Map(informer.list().map(one => [ordinalOf(one), one]))
    const last = this.#last.get(ordinal)
    if (type === 'added') {
      if (last && !last.isGone) this.violations.push(`two pods of ordinal ${ordinal}`)
      if (!this.#isDisturbed) this.#comes(ordinal, at)
    }
    this.#last.set(ordinal, { uid: pod.metadata.uid, isGone: type === 'deleted' })
    if (ordinal >= Math.max(...this.#sizes)) this.violations.push(`a pod of ordinal ${ordinal}`)
    if (this.#isDisturbed) return
    const good = [...at.values()].filter(isGood).length
    if (good < Math.min(...this.#sizes) - 1) this.violations.push(`only ${good} are available`)
  }

  #comes(ordinal: number, at: Map<number, Stored<Pod>>): void {
    for (let before = 0; before < ordinal; before++) {
      if (isGood(at.get(before))) continue
      this.violations.push(`ordinal ${ordinal} came while ${before} was not ready`)
    }
  }
}

let count = 0

test('whatever happens to a stateful set, its pods come in order, one of each ordinal, and it gets where it is to be', {
  timeout: longTimeoutMs,
}, async () => {
  await checkProperty(
    fc.tuple(fc.integer({ min: 1, max: 4 }), steps),
    5,
    async ([replicas, todo]) => {
      const name = `db${++count}`
      const order = new Order()
      order.resized(replicas)
      await using _following = await world.follow(name, (informer, change) =>
        order.look(informer, change),
      )
      let wanted = replicas
      const edit = (spec: object) =>
        world.client.patch(statefulSets, { namespace, name }, { spec }, { type: 'strategic' })
      const setImage = (image: string) =>
        edit({ template: { spec: { containers: [{ name: 'db', image }] } } })
      const settle = async () => {
        await setImage('db:last')
        await eventually(() => complete(name, wanted))
        order.settled(wanted)
      }
      const act = async (step: (typeof todo)[number]): Promise<void> => {
        if ('ms' in step) return pause(step.ms)
        if (step.do === 'settle') return settle()
        if (step.do === 'restart') return world.restartControllers()
        if ('which' in step) {
          order.disturbed()
          if (step.do === 'lose') return world.loseNode(name, step.which)
          return step.do === 'kill' ? world.kill(name, step.which) : world.fail(name, step.which)
        }
        if (!('to' in step)) return
        if (typeof step.to === 'number') {
          order.resized(step.to)
          wanted = step.to
          await edit({ replicas: step.to })
        } else await setImage(step.to)
      }
      await world.client.create(statefulSets, statefulSet(name, replicas))
      for (const step of todo) {
        await act(step)
        expect(order.violations, JSON.stringify(step)).toEqual([])
      }
      await settle()
      expect(order.violations).toEqual([])
      await world.client.delete(statefulSets, { namespace, name })
      await world.clear(name)
    },
  )
})

const statefulSet = (name: string, replicas: number): StatefulSet => ({
  metadata: { name, namespace },
  spec: {
    replicas,
    serviceName: name,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'db', image: 'db:0' }] },
    },
  },
})

async function complete(name: string, wanted: number): Promise<void> {
  const { metadata, status } = await world.client.get(statefulSets, { namespace, name })
  expect(status).toMatchObject({
    observedGeneration: metadata.generation,
    replicas: wanted,
    readyReplicas: wanted,
    updatedReplicas: wanted,
    currentRevision: status?.updateRevision,
  })
  const there = await world.podsOf(name)
  expect(there.map(pod => [ordinalOf(pod), imageOf(pod), isGood(pod)]).sort()).toEqual(
    Array.from({ length: wanted }, (_, ordinal) => [ordinal, 'db:last', true]),
  )
}
