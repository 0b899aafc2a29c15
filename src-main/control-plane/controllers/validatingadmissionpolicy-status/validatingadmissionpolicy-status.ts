import { validatingAdmissionPolicies } from '#client/resource-types.ts'
import { defineController } from '../define-controller.ts'

/** Writes into the status of each policy what in its expressions doesn't fit the kinds that it is about. */
export const validatingAdmissionPolicyStatusController = defineController({
  name: 'validatingadmissionpolicy-status-controller',
  for: validatingAdmissionPolicies,
  workers: 1,
  start:
    ({ client, informer, signal }) =>
    async key => {
      const policy = informer.get(key)
      const { generation = 0 } = policy?.metadata ?? {}
      if (!policy || generation <= (policy.status?.observedGeneration ?? 0)) return undefined
      const { checkPolicy } = await import('./check-policy.ts')
      const expressionWarnings = await checkPolicy(policy, client, signal)
      await client.patch(
        validatingAdmissionPolicies,
        policy.metadata,
        {
          apiVersion: 'admissionregistration.k8s.io/v1',
          kind: 'ValidatingAdmissionPolicy',
          metadata: { name: policy.metadata.name },
          status: {
            observedGeneration: generation,
            typeChecking: expressionWarnings.length ? { expressionWarnings } : {},
          },
        },
        {
          type: 'apply',
          fieldManager: 'validatingadmissionpolicy-status',
          force: true,
          subresource: 'status',
        },
      )
      return undefined
    },
})
