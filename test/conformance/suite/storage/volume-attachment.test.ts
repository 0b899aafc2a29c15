import { expect } from 'vitest'
import { checkApiOperations } from '../../support/api-operations.ts'
import { conformance } from '../../support/conformance.ts'
import { GenericResource } from '../../support/generic-resource.ts'

const volumeAttachments = {
  group: 'storage.k8s.io',
  version: 'v1',
  plural: 'volumeattachments',
  kind: 'VolumeAttachment',
  namespaced: false,
}
const attachment = () => ({
  spec: {
    attacher: 'e2e-fake-attacher',
    nodeName: 'e2e-fake-node',
    source: { persistentVolumeName: 'e2e-fake-volume' },
  },
})

conformance(
  '[sig-storage] VolumeAttachment Conformance should run through the lifecycle of a VolumeAttachment [Conformance]',
  context => checkApiOperations(context, { ...volumeAttachments, object: attachment }),
)

conformance(
  '[sig-storage] VolumeAttachment Conformance should apply changes to a volumeattachment status [Conformance]',
  async context => {
    const { step, uniqueName, defer } = context
    const resource = new GenericResource(context, volumeAttachments)
    const name = uniqueName('attached')
    await step('create one: it is not attached', async () => {
      defer(() => resource.delete(name))
      const created = await resource.create({ metadata: { name }, ...attachment() })
      expect(created['status']?.attached ?? false).toBe(false)
    })
    await step('patch its status: it is attached', async () => {
      const patched = await resource.patchStatus(name, { status: { attached: true } })
      expect(patched['status'].attached).toBe(true)
    })
    await step('read and replace its status: it is not attached any more', async () => {
      const read = await resource.getStatus(name)
      expect(read['status'].attached).toBe(true)
      read['status'] = { attached: false }
      expect((await resource.replaceStatus(read))['status'].attached).toBe(false)
    })
    await step('its spec does not change by its status', async () => {
      const changed = await resource.patchStatus(name, { spec: { attacher: 'another' } })
      expect(changed['spec'].attacher).toBe('e2e-fake-attacher')
    })
  },
)
