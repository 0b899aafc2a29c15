import { expect, test } from 'vitest'
import { silentLogger } from '#base/logger.ts'
import { Informer } from '#client/informer.ts'
import { configMaps } from '#client/resource-types.ts'
import type { ConfigMap, Pod, PodSpec, Secret } from '#kubernetes/api/core-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { ConfigReaders } from './config-readers.ts'

let version = 0
const metadata = (name: string, namespace = 'default') => ({
  name,
  namespace,
  uid: `${namespace}-${name}`,
  resourceVersion: `${++version}`,
  creationTimestamp: '2026-01-01T00:00:00Z',
})
const pod = (name: string, nodeName: string, spec: Partial<PodSpec>): Stored<Pod> => ({
  metadata: metadata(name),
  spec: { nodeName, containers: [{ name: 'app' }], ...spec },
})

/** Two nodes of a process, and what they are told. */
function setUp(...pods: Stored<Pod>[]) {
  const podInformer = new Informer<Pod>(silentLogger)
  const maps = new Informer<ConfigMap>(silentLogger)
  const secrets = new Informer<Secret>(silentLogger)
  const use = (type: unknown) => ({
    informer: type === configMaps ? maps : secrets,
    [Symbol.dispose]() {},
  })
  const readers = new ConfigReaders(podInformer, { use: use as never })
  const told: string[] = []
  const shares = ['a', 'b'].map(node =>
    readers.of(node)(({ metadata: { name: reader } }, kind, name) =>
      told.push(`${node}: ${reader} reads ${kind} ${name}`),
    ),
  )
  podInformer.replace(pods)
  return { podInformer, maps, secrets, shares, takeTold: () => told.splice(0) }
}

const volumes = [{ name: 'v', configMap: { name: 'settings' } }]

test('ConfigReaders tells of ConfigMaps and Secrets that come, change and go whose pods are where', () => {
  const env = [{ name: 'E', valueFrom: { secretKeyRef: { name: 'key', key: 'k' } } }]
  const { maps, secrets, takeTold } = setUp(
    pod('one', 'a', { volumes }),
    pod('two', 'b', { volumes, containers: [{ name: 'app', env }] }),
    pod('three', 'c', { volumes }),
  )
  const both = ['a: one reads configMap settings', 'b: two reads configMap settings']
  for (const type of ['ADDED', 'MODIFIED', 'DELETED'] as const) {
    maps.apply(type, { metadata: metadata('settings') })
    expect(takeTold()).toEqual(both)
  }
  secrets.apply('ADDED', { metadata: metadata('key') })
  expect(takeTold()).toEqual(['b: two reads secret key'])
})

test('ConfigReaders tells nobody of what nobody reads: other names, kinds and namespaces', () => {
  const { maps, secrets, takeTold } = setUp(pod('one', 'a', { volumes }))
  maps.apply('ADDED', { metadata: metadata('other') })
  maps.apply('ADDED', { metadata: metadata('settings', 'elsewhere') })
  secrets.apply('ADDED', { metadata: metadata('settings') })
  expect(takeTold()).toEqual([])
})

test('ConfigReaders follows pods that come and go, and kubelets that stop', () => {
  const { podInformer, maps, shares, takeTold } = setUp()
  const late = pod('late', 'a', { volumes })
  podInformer.apply('ADDED', late)
  maps.apply('ADDED', { metadata: metadata('settings') })
  expect(takeTold()).toEqual(['a: late reads configMap settings'])
  shares[0]?.[Symbol.dispose]()
  maps.apply('MODIFIED', { metadata: metadata('settings') })
  expect(takeTold()).toEqual([])
})
