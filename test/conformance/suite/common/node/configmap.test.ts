import { expect } from 'vitest'
import { conformance } from '../../../support/conformance.ts'
import { mergePatch } from '../../../support/patches.ts'
import { refused } from '../../../support/refusals.ts'

conformance(
  '[sig-node] ConfigMap should fail to create ConfigMap with empty key [Conformance]',
  async ({ step, core, namespace }) => {
    await step('a ConfigMap with an empty key is invalid', async () => {
      const body = { metadata: { name: 'empty-key' }, data: { '': 'value-1' } }
      const status = await refused(422, core.createNamespacedConfigMap({ namespace, body }))
      expect(status.reason).toBe('Invalid')
      expect(status.details?.causes).toMatchObject([{ field: 'data[]' }])
    })
  },
)

conformance(
  '[sig-node] ConfigMap should update ConfigMap successfully [NodeConformance] [Conformance]',
  async ({ step, core, namespace }) => {
    const key = { namespace, name: 'updated' }
    const created = await step('create a ConfigMap without data', () =>
      core.createNamespacedConfigMap({ namespace, body: { metadata: { name: key.name } } }),
    )
    await step('update it with data: it is read back', async () => {
      await core.replaceNamespacedConfigMap({
        ...key,
        body: { ...created, data: { 'data-1': 'value-1' } },
      })
      expect((await core.readNamespacedConfigMap(key)).data).toEqual({ 'data-1': 'value-1' })
    })
  },
)

conformance(
  '[sig-node] ConfigMap should run through a ConfigMap lifecycle [Conformance]',
  async ({ step, core, namespace, watch }) => {
    const key = { namespace, name: 'lifecycle' }
    const labelSelector = `test-configmap-static=${namespace}`
    const watched = await step('watch ConfigMaps', () =>
      watch(`/api/v1/namespaces/${namespace}/configmaps`, { labelSelector }),
    )
    await step('create one: the watch tells it', async () => {
      const labels = { 'test-configmap-static': namespace }
      const body = { metadata: { name: key.name, labels }, data: { valueName: 'value' } }
      await core.createNamespacedConfigMap({ namespace, body })
      await watched.until('ADDED')
    })
    await step('patch label and data: both are read back', async () => {
      const labels = { 'test-configmap': 'patched' }
      const body = { metadata: { labels }, data: { valueName: 'value1' } }
      await core.patchNamespacedConfigMap({ ...key, body }, mergePatch)
      await watched.until('MODIFIED')
      const configMap = await core.readNamespacedConfigMap(key)
      expect(configMap.data).toEqual({ valueName: 'value1' })
      expect(configMap.metadata?.labels).toMatchObject({ 'test-configmap': 'patched' })
    })
    await step('the list of all namespaces has it once, as patched', async () => {
      const { items } = await core.listConfigMapForAllNamespaces({ labelSelector })
      expect(items.map(({ data, metadata }) => [metadata?.name, data])).toEqual([
        [key.name, { valueName: 'value1' }],
      ])
    })
    await step('delete the collection: the watch tells it, and none is left', async () => {
      await core.deleteCollectionNamespacedConfigMap({ namespace, labelSelector })
      await watched.until('DELETED')
      expect((await core.listNamespacedConfigMap({ namespace, labelSelector })).items).toEqual([])
    })
  },
)
