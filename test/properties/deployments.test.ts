import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { deployments, replicaSets } from '#client/resource-types.ts'
import { deploymentController } from '#control-plane/controllers/deployment/deployment.ts'
import { replicaSetController } from '#control-plane/controllers/replicaset.ts'
import type { Deployment } from '#kubernetes/api/apps-v1.ts'
import { isPodActive, isPodReady } from '#kubernetes/pod-state.ts'
import { eventually } from '../support/eventually.ts'
import { namespace, pause, WorkloadWorld } from '../support/workload-world.ts'
import { checkProperty, longTimeoutMs } from './check-property.ts'

let world: WorkloadWorld
beforeAll(async () => {
  world = await WorkloadWorld.start([deploymentController, replicaSetController])
})
afterAll(() => world?.[Symbol.asyncDispose]())

const small = fc.nat(5)
const steps = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('scale'), to: fc.integer({ min: 1, max: 6 }) }),
    fc.record({
      do: fc.constant('image'),
      to: fc.constantFrom('web:1', 'web:2', 'web:3', 'broken'),
    }),
    fc.record({ do: fc.constant('pause'), to: fc.boolean() }),
    fc.record({ do: fc.constantFrom('kill', 'fail', 'lose'), which: small }),
    fc.record({ do: fc.constant('restart') }),
    fc.record({ do: fc.constant('settle') }),
    fc.record({ do: fc.constant('wait'), ms: fc.nat(30) }),
  ),
  { minLength: 6, maxLength: 12, size: 'max' },
)
const rollout = fc
  .record({ replicas: fc.integer({ min: 1, max: 6 }), surge: fc.nat(2), unavailable: fc.nat(2) })
  .filter(({ surge, unavailable }) => surge + unavailable > 0)

let count = 0

/**
 * The documented bounds of a rolling update: never more pods than wanted and surge, and, as long as nobody breaks
 * any, never fewer available than wanted less what may be unavailable. While the Deployment follows an edit, the bounds of
 * before hold as well.
 */
class Bounds {
  readonly #surge: number
  readonly #unavailable: number
  #sizes: number[]
  #isDisturbed = false

  constructor(replicas: number, surge: number, unavailable: number) {
    this.#surge = surge
    this.#unavailable = unavailable
    this.#sizes = [0, replicas]
  }

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

  get most(): number {
    return Math.max(...this.#sizes) + this.#surge
  }

  get least(): number {
    return this.#isDisturbed ? 0 : Math.min(...this.#sizes) - this.#unavailable
  }
}

test('whatever happens to a deployment, it keeps its bounds at every step and gets where it is to be', {
  timeout: longTimeoutMs,
}, async () => {
  await checkProperty(
    fc.tuple(rollout, steps),
    5,
    async ([{ replicas, surge, unavailable }, todo]) => {
      const name = `web-${++count}`
      const bounds = new Bounds(replicas, surge, unavailable)
      const violations: string[] = []
      await using _following = await world.follow(name, informer => {
        const active = informer.list().filter(isPodActive)
        const available = active.filter(isPodReady).length
        if (active.length > bounds.most) violations.push(`${active.length} pods of ${bounds.most}`)
        if (available < bounds.least) violations.push(`${available} available of ${bounds.least}`)
      })
      let wanted = replicas
      const edit = (spec: object) =>
        world.client.patch(deployments, { namespace, name }, { spec }, { type: 'strategic' })
      const setImage = (image: string) =>
        edit({ template: { spec: { containers: [{ name: 'web', image }] } } })
      const settle = async () => {
        await setImage('web:last')
        await edit({ paused: false })
        await eventually(() => complete(name, wanted))
        bounds.settled(wanted)
      }
      const act = async (step: (typeof todo)[number]): Promise<void> => {
        if ('ms' in step) return pause(step.ms)
        if (step.do === 'settle') return settle()
        if (step.do === 'restart') return world.restartControllers()
        if ('which' in step) {
          bounds.disturbed()
          if (step.do === 'lose') return world.loseNode(name, step.which)
          return step.do === 'kill' ? world.kill(name, step.which) : world.fail(name, step.which)
        }
        if (!('to' in step)) return
        if (typeof step.to === 'number') {
          bounds.resized(step.to)
          wanted = step.to
          await edit({ replicas: step.to })
        } else if (typeof step.to === 'boolean') await edit({ paused: step.to })
        else await setImage(step.to)
      }
      await world.client.create(deployments, deployment(name, replicas, surge, unavailable))
      for (const step of todo) {
        await act(step)
        expect(violations, JSON.stringify(step)).toEqual([])
      }
      await settle()
      expect(violations).toEqual([])
      await remove(name)
    },
  )
})

const deployment = (
  name: string,
  replicas: number,
  maxSurge: number,
  maxUnavailable: number,
): Deployment => ({
  metadata: { name, namespace },
  spec: {
    replicas,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } },
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'web', image: 'web:0' }] },
    },
  },
})

async function complete(name: string, wanted: number): Promise<void> {
  const { metadata, status } = await world.client.get(deployments, { namespace, name })
  expect(status).toMatchObject({
    observedGeneration: metadata.generation,
    replicas: wanted,
    updatedReplicas: wanted,
    availableReplicas: wanted,
  })
  const active = (await world.podsOf(name)).filter(isPodActive)
  expect(active.map(pod => pod.spec?.containers[0]?.image)).toEqual(
    Array.from({ length: wanted }, () => 'web:last'),
  )
}

async function remove(name: string): Promise<void> {
  await world.client.delete(deployments, { namespace, name })
  await world.client.deleteCollection(replicaSets, { namespace, labelSelector: `app=${name}` })
  await world.clear(name)
}
