import type { V1ConfigMap } from '@kubernetes/client-node'
import { expect } from 'vitest'
import { conformance } from '../../support/conformance.ts'
import type { ConformanceContext } from '../../support/context.ts'

/** ConfigMaps of a test's namespace, and how to watch them. */
function configMaps({ core, namespace, watch }: ConformanceContext) {
  const key = (name: string) => ({ namespace, name })
  return {
    create: (name: string, label: string) =>
      core.createNamespacedConfigMap({
        namespace,
        body: { metadata: { name, labels: { 'watch-this-configmap': label } }, data: {} },
      }),
    /** Reads the ConfigMap, changes it, and writes it back. */
    async update(name: string, change: (configMap: V1ConfigMap) => void) {
      const configMap = await core.readNamespacedConfigMap(key(name))
      change(configMap)
      return core.replaceNamespacedConfigMap({ ...key(name), body: configMap })
    },
    delete: (name: string) => core.deleteNamespacedConfigMap(key(name)),
    watch: (label: string, query: { resourceVersion?: string } = {}) =>
      watch(`/api/v1/namespaces/${namespace}/configmaps`, {
        ...query,
        labelSelector: `watch-this-configmap in (${label})`,
      }),
  }
}

const mutated = (value: number) => (configMap: V1ConfigMap) => {
  configMap.data = { ...configMap.data, mutation: String(value) }
}

const versionOf = (object: V1ConfigMap): string => object.metadata?.resourceVersion ?? ''

conformance(
  '[sig-api-machinery] Watchers should observe add, update, and delete watch notifications on configmaps [Conformance]',
  async context => {
    const { step } = context
    const maps = configMaps(context)
    const watches = await step('watch label A, label B, and both', async () => ({
      a: await maps.watch('a'),
      b: await maps.watch('b'),
      both: await maps.watch('a,b'),
    }))
    const see = async (type: string, name: string, mutation: string | undefined) => {
      const label = name.at(-1) === 'a' ? watches.a : watches.b
      for (const watched of [label, watches.both]) {
        const event = await watched.next()
        expect([event.type, event.object.metadata.name]).toEqual([type, name])
        expect(event.object.data?.mutation).toBe(mutation)
      }
    }
    await step('create a ConfigMap with label A: the watches of A see it added', async () => {
      await maps.create('configmap-a', 'a')
      await see('ADDED', 'configmap-a', undefined)
    })
    await step('change it twice: the watches of A see both changes, in order', async () => {
      await maps.update('configmap-a', mutated(1))
      await see('MODIFIED', 'configmap-a', '1')
      await maps.update('configmap-a', mutated(2))
      await see('MODIFIED', 'configmap-a', '2')
    })
    await step('delete it: the watches of A see its last state go', async () => {
      await maps.delete('configmap-a')
      await see('DELETED', 'configmap-a', '2')
    })
    await step('create and delete one with label B: only the watches of B see it', async () => {
      await maps.create('configmap-b', 'b')
      await see('ADDED', 'configmap-b', undefined)
      await maps.delete('configmap-b')
      await see('DELETED', 'configmap-b', undefined)
      expect(watches.a.unread()).toEqual([])
    })
  },
)

conformance(
  '[sig-api-machinery] Watchers should be able to start watching from a specific resource version [Conformance]',
  async context => {
    const { step } = context
    const maps = configMaps(context)
    const firstUpdate = await step('create a ConfigMap, change it twice, delete it', async () => {
      await maps.create('versioned', 'from-version')
      const first = await maps.update('versioned', mutated(1))
      await maps.update('versioned', mutated(2))
      await maps.delete('versioned')
      return versionOf(first)
    })
    await step('watch from the first change: only what came later is told', async () => {
      const watched = await maps.watch('from-version', { resourceVersion: firstUpdate })
      const second = await watched.next()
      expect([second.type, second.object.data]).toEqual(['MODIFIED', { mutation: '2' }])
      const last = await watched.next()
      expect([last.type, last.object.data]).toEqual(['DELETED', { mutation: '2' }])
    })
  },
)

conformance(
  '[sig-api-machinery] Watchers should be able to restart watching from the last resource version observed by the previous watch [Conformance]',
  async context => {
    const { step } = context
    const maps = configMaps(context)
    const lastSeen = await step('watch a ConfigMap come and change once, then stop', async () => {
      await using watched = await maps.watch('restarted')
      await maps.create('restarted', 'restarted')
      await watched.until('ADDED')
      await maps.update('restarted', mutated(1))
      return versionOf(await watched.until('MODIFIED', map => map.data?.mutation === '1'))
    })
    await step('change it again and delete it while nobody watches', async () => {
      await maps.update('restarted', mutated(2))
      await maps.delete('restarted')
    })
    await step('watch from the last version seen: the missed events come', async () => {
      const watched = await maps.watch('restarted', { resourceVersion: lastSeen })
      const missed = [await watched.next(), await watched.next()]
      expect(missed.map(({ type, object }) => [type, object.data.mutation])).toEqual([
        ['MODIFIED', '2'],
        ['DELETED', '2'],
      ])
    })
  },
)

conformance(
  '[sig-api-machinery] Watchers should observe an object deletion if it stops meeting the requirements of the selector [Conformance]',
  async context => {
    const { step } = context
    const maps = configMaps(context)
    const watched = await step('watch ConfigMaps with a label', () => maps.watch('here'))
    const relabel = (label: string) => (configMap: V1ConfigMap) => {
      configMap.metadata = {
        ...configMap.metadata,
        labels: { 'watch-this-configmap': label },
      }
    }
    await step(
      'create one and change its label: it is told as added, then as deleted',
      async () => {
        await maps.create('moving', 'here')
        await maps.update('moving', mutated(1))
        await maps.update('moving', relabel('elsewhere'))
        expect((await watched.next()).type).toBe('ADDED')
        expect((await watched.next()).type).toBe('MODIFIED')
        const gone = await watched.next()
        expect([gone.type, gone.object.data]).toEqual(['DELETED', { mutation: '1' }])
      },
    )
    await step('change it while its label is another: nothing is told', async () => {
      await maps.update('moving', mutated(2))
    })
    await step('change the label back: it is told as added, with what it has now', async () => {
      await maps.update('moving', relabel('here'))
      const back = await watched.next()
      expect([back.type, back.object.data]).toEqual(['ADDED', { mutation: '2' }])
    })
    await step('change and delete it: both are told', async () => {
      await maps.update('moving', mutated(3))
      await maps.delete('moving')
      expect((await watched.next()).object.data).toEqual({ mutation: '3' })
      const gone = await watched.next()
      expect([gone.type, gone.object.data]).toEqual(['DELETED', { mutation: '3' }])
    })
  },
)

conformance(
  '[sig-api-machinery] Watchers should receive events on concurrent watches in same order [Conformance]',
  async context => {
    const { step } = context
    const maps = configMaps(context)
    const first = await step('watch ConfigMaps', () => maps.watch('concurrent'))
    const writing = write(maps)
    await step('open a further watch at each of the events: all go on alike', async () => {
      const versions: string[] = []
      const opened: { from: number; stream: Awaited<ReturnType<typeof maps.watch>> }[] = []
      for (let count = 0; count < 20; count++) {
        const resourceVersion = versionOf((await first.next()).object)
        versions.push(resourceVersion)
        const stream = await maps.watch('concurrent', { resourceVersion })
        opened.push({ from: count + 1, stream })
      }
      await writing
      while (versions.length < 60) versions.push(versionOf((await first.next()).object))
      expect(versions.map(Number)).toEqual(versions.map(Number).toSorted((a, b) => a - b))
      for (const { from, stream } of opened) {
        for (const expected of versions.slice(from)) {
          expect(versionOf((await stream.next()).object)).toBe(expected)
        }
      }
    })
  },
)

/** Sixty writes: creations, changes and deletions of several ConfigMaps in turn. */
async function write(maps: ReturnType<typeof configMaps>): Promise<void> {
  for (let round = 0; round < 4; round++) {
    for (let index = 0; index < 5; index++) {
      const name = `concurrent-${round}-${index}`
      await maps.create(name, 'concurrent')
      await maps.update(name, mutated(round))
      await maps.delete(name)
    }
  }
}
