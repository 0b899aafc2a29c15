import { checkApiOperations } from '../../support/api-operations.ts'
import { conformance } from '../../support/conformance.ts'

conformance(
  '[sig-network] IngressClass API should support creating IngressClass API operations [Conformance]',
  context =>
    checkApiOperations(context, {
      group: 'networking.k8s.io',
      version: 'v1',
      plural: 'ingressclasses',
      kind: 'IngressClass',
      namespaced: false,
      object: () => ({ spec: { controller: 'example.com/controller' } }),
    }),
)
