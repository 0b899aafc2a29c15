import { expect, test } from 'vitest'
import { FakeClock } from '#base/fake-clock.ts'
import type { ClusterConnection } from '#clusters/connection.ts'
import type { KubeconfigContext } from '#clusters/kubeconfig.ts'
import { OpenClusters } from './open-clusters.ts'

const contextOf = (name: string, token: string, namespace?: string): KubeconfigContext => ({
  name,
  source: 'config',
  namespace,
  cluster: { server: `https://${name}.example` },
  user: { token },
})

/** Clusters that answer what opening them asks, and the tokens that they were and are no longer asked with. */
function clustersOf(...contexts: KubeconfigContext[]) {
  const opened: (string | undefined)[] = []
  const ended: (string | undefined)[] = []
  const connect = async ({ user }: KubeconfigContext) => {
    opened.push(user.token)
    if (user.token === 'wrong') throw new Error('Unauthorized')
    const answer = { kind: 'APIGroupDiscoveryList', items: [], gitVersion: 'v1.35.0' }
    return {
      transport: { request: async () => ({ json: async () => answer }) },
      async [Symbol.asyncDispose]() {
        ended.push(user.token)
      },
    } as unknown as ClusterConnection
  }
  const find = async (id: string) => {
    const context = contexts.find(({ name }) => id.endsWith(`:${name}`))
    if (!context) throw new Error(`no ${id}`)
    return context
  }
  return { clusters: new OpenClusters({ clock: new FakeClock(), connect, find }), opened, ended }
}

test('a cluster whose context is gone, or signs in otherwise now, is closed; the others stay open', async () => {
  const before = ['a', 'b', 'c'].map(name => contextOf(name, `${name}1`))
  const { clusters, ended } = clustersOf(...before, contextOf('own', 'own1'))
  await using _clusters = clusters
  for (const id of ['context:a', 'context:b', 'context:c', 'local:own']) await clusters.open(id)
  const states = () =>
    ['context:a', 'context:b', 'context:c', 'local:own'].map(id => clusters.stateOf(id).connection)

  await clusters.closeChanged(before)
  expect(ended).toEqual([])
  await clusters.closeChanged([contextOf('a', 'a2'), contextOf('b', 'b1', 'elsewhere')])
  expect(ended.sort()).toEqual(['a1', 'c1'])
  expect(states()).toEqual(['not-opened', 'connected', 'not-opened', 'connected'])
})

test('a context that changes while it is being opened is opened anew when it is asked for', async () => {
  const contexts = [contextOf('a', 'a1')]
  const { clusters, opened, ended } = clustersOf(...contexts)
  await using _clusters = clusters
  const opening = clusters.open('context:a')
  await clusters.closeChanged([contextOf('a', 'a2')])
  await opening
  expect(ended).toEqual(['a1'])
  await clusters.open('context:a')
  expect(opened).toEqual(['a1', 'a1'])
})

test('a cluster that could not be opened counts as not tried once its context is mended, and only then', async () => {
  const { clusters, opened } = clustersOf(contextOf('a', 'wrong'))
  await using _clusters = clusters
  await expect(clusters.open('context:a')).rejects.toThrow('Unauthorized')
  await clusters.closeChanged([contextOf('a', 'wrong'), contextOf('b', 'b1')])
  expect(clusters.stateOf('context:a')).toEqual({ connection: 'failed', error: 'Unauthorized' })
  await clusters.closeChanged([contextOf('a', 'a2')])
  expect(clusters.stateOf('context:a')).toEqual({ connection: 'not-opened' })
  expect(opened, 'nothing is contacted before it is asked for').toEqual(['wrong'])
})
