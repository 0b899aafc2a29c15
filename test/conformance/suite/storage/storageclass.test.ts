import { checkApiOperations } from '../../support/api-operations.ts'
import { conformance } from '../../support/conformance.ts'

conformance(
  '[sig-storage] StorageClasses CSI Conformance should run through the lifecycle of a StorageClass [Conformance]',
  context =>
    checkApiOperations(context, {
      group: 'storage.k8s.io',
      version: 'v1',
      plural: 'storageclasses',
      kind: 'StorageClass',
      namespaced: false,
      object: () => ({ provisioner: 'e2e-fake-provisioner', reclaimPolicy: 'Delete' }),
    }),
)
