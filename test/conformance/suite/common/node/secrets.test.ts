import { expect } from 'vitest'
import { conformance } from '../../../support/conformance.ts'
import { strategicMergePatch } from '../../../support/patches.ts'
import { refused } from '../../../support/refusals.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64')

conformance(
  '[sig-node] Secrets should fail to create secret due to empty secret key [Conformance]',
  async ({ step, core, namespace }) => {
    await step('a Secret with an empty key is invalid', async () => {
      const body = { metadata: { name: 'empty-key' }, data: { '': base64('value-1') } }
      const status = await refused(422, core.createNamespacedSecret({ namespace, body }))
      expect(status.details?.causes).toMatchObject([{ field: 'data[]' }])
    })
  },
)

conformance(
  '[sig-node] Secrets should patch a secret [Conformance]',
  async ({ step, core, namespace }) => {
    const key = { namespace, name: 'patched' }
    const labelSelector = `testsecret-constant=${namespace}`
    const everywhere = async () => (await core.listSecretForAllNamespaces({ labelSelector })).items
    await step('create a Secret', () =>
      core.createNamespacedSecret({
        namespace,
        body: {
          metadata: { name: key.name, labels: { 'testsecret-constant': namespace } },
          type: 'Opaque',
          data: { key: base64('value') },
        },
      }),
    )
    await step('the list of all namespaces has it', async () => {
      expect((await everywhere()).map(({ data }) => data)).toEqual([{ key: base64('value') }])
    })
    await step('patch label and data: the list has both', async () => {
      const body = { metadata: { labels: { testsecret: 'true' } }, data: { key: base64('value1') } }
      await core.patchNamespacedSecret({ ...key, body }, strategicMergePatch)
      const [secret] = await everywhere()
      expect(secret?.data).toEqual({ key: base64('value1') })
      expect(secret?.metadata?.labels).toMatchObject({ testsecret: 'true' })
    })
    await step('delete the collection: the list has it no more', async () => {
      await core.deleteCollectionNamespacedSecret({ namespace, labelSelector })
      expect(await everywhere()).toEqual([])
    })
  },
)
