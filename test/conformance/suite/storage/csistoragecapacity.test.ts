import { checkApiOperations } from '../../support/api-operations.ts'
import { conformance } from '../../support/conformance.ts'

conformance(
  '[sig-storage] CSIStorageCapacity should support CSIStorageCapacities API operations [Conformance]',
  context =>
    checkApiOperations(context, {
      group: 'storage.k8s.io',
      version: 'v1',
      plural: 'csistoragecapacities',
      kind: 'CSIStorageCapacity',
      namespaced: true,
      object: () => ({
        storageClassName: 'e2e-fake-class',
        nodeTopology: { matchLabels: { 'example.com/zone': 'a' } },
        capacity: '100Gi',
      }),
    }),
)
