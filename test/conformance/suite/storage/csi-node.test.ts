import { checkApiOperations } from '../../support/api-operations.ts'
import { conformance } from '../../support/conformance.ts'

conformance(
  '[sig-storage] CSINodes CSI Conformance should run through the lifecycle of a csinode [Conformance]',
  context =>
    checkApiOperations(context, {
      group: 'storage.k8s.io',
      version: 'v1',
      plural: 'csinodes',
      kind: 'CSINode',
      namespaced: false,
      object: () => ({ spec: { drivers: [] } }),
    }),
)
