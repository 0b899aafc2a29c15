import { checkApiOperations } from '../../support/api-operations.ts'
import { conformance } from '../../support/conformance.ts'

conformance(
  '[sig-storage] VolumeAttributesClass [FeatureGate:VolumeAttributesClass] should run through the lifecycle of a VolumeAttributesClass [Conformance]',
  context =>
    checkApiOperations(context, {
      group: 'storage.k8s.io',
      version: 'v1',
      plural: 'volumeattributesclasses',
      kind: 'VolumeAttributesClass',
      namespaced: false,
      object: () => ({ driverName: 'e2e-fake-driver', parameters: { iops: '3000' } }),
    }),
)
