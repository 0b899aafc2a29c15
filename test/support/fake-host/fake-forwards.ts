import { latest } from '#app/latest.ts'
import { Emitter } from '#base/emitter.ts'
import type { Handlers } from '#contract/contract.ts'
import type { Forward } from '#contract/forwards.ts'

const resource = (group: string, plural: string) => ({ group, version: 'v1', resource: plural })

/** A forward in every state. */
export const fakeForwards = (): Forward[] => [
  {
    id: '1',
    target: {
      cluster: 'local:local',
      resource: resource('', 'services'),
      namespace: 'shop',
      name: 'storefront',
    },
    kind: 'Service',
    port: 80,
    localPort: 8080,
    state: 'ready',
    pod: 'storefront-6c8f5d7b94-2mvxk',
    connections: 3,
  },
  {
    id: '2',
    target: {
      cluster: 'local:local',
      resource: resource('', 'pods'),
      namespace: 'data',
      name: 'postgres-0',
    },
    kind: 'Pod',
    port: 5432,
    localPort: 5432,
    state: 'waiting',
    message: 'Pod postgres-0 is not ready',
    connections: 0,
  },
  {
    id: '3',
    target: {
      cluster: 'local:local',
      resource: resource('apps', 'deployments'),
      namespace: 'shop',
      name: 'cart',
    },
    kind: 'Deployment',
    port: 9901,
    localPort: 9901,
    state: 'failed',
    message: 'port 9901 on 127.0.0.1 is taken by envoy (pid 4411): stop it, or choose another port',
    connections: 0,
  },
  {
    id: '4',
    target: {
      cluster: 'context:aks-staging',
      resource: resource('', 'services'),
      namespace: 'shop',
      name: 'search',
    },
    kind: 'Service',
    port: 9200,
    localPort: 9200,
    state: 'resting',
    connections: 0,
  },
]

/** Forwards that change as they are asked to and carry nothing. */
export class FakeForwards {
  #all: Forward[] = []
  readonly #changed = new Emitter<void>()

  change(all: Forward[]): void {
    this.#all = all
    this.#changed.emit()
  }

  /** `note` hears of what was asked to be forwarded. */
  handlers(
    note: (call: string, input: unknown) => void,
  ): Pick<Handlers, Extract<keyof Handlers, `forwards.${string}`>> {
    return {
      'forwards.watch': (_input, signal) => latest([this.#changed], () => this.#all, signal),
      'forwards.ports': async ({ resource }) =>
        resource.resource === 'services'
          ? [{ port: 80, name: 'http' }]
          : [{ port: 8080, name: 'http' }, { port: 9901 }],
      'forwards.add': async input => {
        note('forwards.add', input)
        const { target, kind, port, localPort } = input
        if (this.#all.some(one => one.localPort === localPort))
          throw new Error(
            `port ${localPort} on 127.0.0.1 is taken by nginx (pid 812): stop it, or choose another port`,
          )
        const id = String(this.#all.length + 1)
        const pod = `${target.name}-5f6d8c9b7-k8s2w`
        const made = { id, target, kind, port, localPort: localPort || port, pod, connections: 0 }
        this.change([...this.#all, { ...made, state: 'ready' }])
        return { ...made, state: 'ready' }
      },
      'forwards.switch': async ({ id, on }) => {
        const state = on ? 'ready' : 'off'
        this.change(this.#all.map(one => (one.id === id ? { ...one, state } : one)))
        return {}
      },
      'forwards.remove': async ({ id }) => {
        this.change(this.#all.filter(one => one.id !== id))
        return {}
      },
    }
  }
}
