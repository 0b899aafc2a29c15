import { checkApiOperations, checkStatusWrites } from '../../support/api-operations.ts'
import { conformance } from '../../support/conformance.ts'

const admission = { group: 'admissionregistration.k8s.io', version: 'v1', namespaced: false }

conformance(
  '[sig-api-machinery] ValidatingAdmissionPolicy [Privileged:ClusterAdmin] should support ValidatingAdmissionPolicy API operations [Conformance]',
  context =>
    checkApiOperations(context, {
      ...admission,
      plural: 'validatingadmissionpolicies',
      kind: 'ValidatingAdmissionPolicy',
      subresources: ['status'],
      object: () => ({
        spec: {
          matchConstraints: {
            resourceRules: [
              {
                apiGroups: ['apps'],
                apiVersions: ['v1'],
                operations: ['CREATE'],
                resources: ['deployments'],
              },
            ],
          },
          validations: [{ expression: 'object.spec.replicas <= 100' }],
        },
      }),
      also: (resource, object) => checkStatusWrites(context, resource, object),
    }),
)

conformance(
  '[sig-api-machinery] ValidatingAdmissionPolicy [Privileged:ClusterAdmin] should support ValidatingAdmissionPolicyBinding API operations [Conformance]',
  context =>
    checkApiOperations(context, {
      ...admission,
      plural: 'validatingadmissionpolicybindings',
      kind: 'ValidatingAdmissionPolicyBinding',
      object: () => ({
        spec: { policyName: 'replicalimit-policy.example.com', validationActions: ['Deny'] },
      }),
    }),
)
