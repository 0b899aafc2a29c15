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
