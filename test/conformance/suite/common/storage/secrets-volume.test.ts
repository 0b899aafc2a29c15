import { expect } from 'vitest'
import { conformance } from '../../../support/conformance.ts'
import { checkImmutability } from '../../../support/immutability.ts'

conformance(
  '[sig-storage] Secrets should be immutable if `immutable` field is set [Conformance]',
  async context => {
    const { core, namespace } = context
    const key = { namespace, name: 'immutable' }
    await checkImmutability(context, {
      create: () =>
        core.createNamespacedSecret({
          namespace,
          body: { metadata: { name: key.name }, stringData: { 'data-1': 'value-1' } },
        }),
      read: () => core.readNamespacedSecret(key),
      replace: body => core.replaceNamespacedSecret({ ...key, body }),
      change: (secret, value) => {
        secret.stringData = { 'data-2': value }
      },
    })
    await context.step('it can be deleted, and made anew', async () => {
      await core.deleteNamespacedSecret(key)
      const body = { metadata: { name: key.name }, stringData: { 'data-4': 'value-4' } }
      expect((await core.createNamespacedSecret({ namespace, body })).immutable).toBeUndefined()
    })
  },
)
