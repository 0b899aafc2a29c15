import { expect } from 'vitest'
import { checkApiOperations } from '../../support/api-operations.ts'
import { conformance } from '../../support/conformance.ts'
import { mergePatch } from '../../support/patches.ts'
import { createPod } from '../../support/pods.ts'
import { refused } from '../../support/refusals.ts'

conformance(
  '[sig-storage] CSIInlineVolumes should run through the lifecycle of a CSIDriver [Conformance]',
  context =>
    checkApiOperations(context, {
      group: 'storage.k8s.io',
      version: 'v1',
      plural: 'csidrivers',
      kind: 'CSIDriver',
      namespaced: false,
      object: () => ({ spec: { attachRequired: true, volumeLifecycleModes: ['Ephemeral'] } }),
    }),
)

conformance(
  '[sig-storage] CSIInlineVolumes should support CSIVolumeSource in Pod API [Conformance]',
  async context => {
    const { step, core, namespace } = context
    const key = { namespace, name: 'pod-csi-inline' }
    const csi = { driver: 'e2e.example.com', volumeAttributes: { key: 'value' } }
    await step('create a pod with a volume of a CSI driver', () =>
      createPod(context, {
        name: key.name,
        // It can't run: no node has the driver.
        spec: { nodeSelector: { nowhere: 'true' }, volumes: [{ name: 'inline', csi }] },
      }),
    )
    await step('the volume is read back', async () => {
      const { spec } = await core.readNamespacedPod(key)
      expect(spec?.volumes?.find(({ name }) => name === 'inline')?.csi).toMatchObject(csi)
    })
    await step('patch a label: the pod has it, and is in the list by it', async () => {
      const body = { metadata: { labels: { patched: 'true' } } }
      await core.patchNamespacedPod({ ...key, body }, mergePatch)
      const { items } = await core.listNamespacedPod({ namespace, labelSelector: 'patched=true' })
      expect(items.map(({ metadata }) => metadata?.name)).toEqual([key.name])
    })
    await step('delete it: it is gone', async () => {
      await core.deleteNamespacedPod(key)
      await refused(404, core.readNamespacedPod(key))
    })
  },
)
