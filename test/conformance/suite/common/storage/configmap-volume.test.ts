import { expect } from 'vitest'
import { conformance } from '../../../support/conformance.ts'
import { checkImmutability } from '../../../support/immutability.ts'

conformance(
  '[sig-storage] ConfigMap should be immutable if `immutable` field is set [Conformance]',
  async context => {
    const { core, namespace } = context
    const key = { namespace, name: 'immutable' }
    await checkImmutability(context, {
      create: () =>
        core.createNamespacedConfigMap({
          namespace,
          body: { metadata: { name: key.name }, data: { 'data-1': 'value-1' } },
        }),
      read: () => core.readNamespacedConfigMap(key),
      replace: body => core.replaceNamespacedConfigMap({ ...key, body }),
      change: (configMap, value) => {
        configMap.data = { ...configMap.data, 'data-2': value }
      },
    })
    await context.step('it can be deleted, and made anew', async () => {
      await core.deleteNamespacedConfigMap(key)
      const body = { metadata: { name: key.name }, data: { 'data-4': 'value-4' } }
      expect((await core.createNamespacedConfigMap({ namespace, body })).immutable).toBeUndefined()
    })
  },
)
