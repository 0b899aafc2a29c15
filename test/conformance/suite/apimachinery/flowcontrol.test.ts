import { checkApiOperations, checkStatusWrites } from '../../support/api-operations.ts'
import { conformance } from '../../support/conformance.ts'

const flowcontrol = { group: 'flowcontrol.apiserver.k8s.io', version: 'v1', namespaced: false }

conformance(
  '[sig-api-machinery] API priority and fairness should support FlowSchema API operations [Conformance]',
  context =>
    checkApiOperations(context, {
      ...flowcontrol,
      plural: 'flowschemas',
      kind: 'FlowSchema',
      subresources: ['status'],
      object: () => ({
        spec: {
          matchingPrecedence: 10_000,
          priorityLevelConfiguration: { name: 'global-default' },
          distinguisherMethod: { type: 'ByUser' },
          rules: [
            {
              subjects: [{ kind: 'User', user: { name: 'example-e2e-non-existent-user' } }],
              nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['*'] }],
            },
          ],
        },
      }),
      also: (resource, object) => checkStatusWrites(context, resource, object),
    }),
)

conformance(
  '[sig-api-machinery] API priority and fairness should support PriorityLevelConfiguration API operations [Conformance]',
  context =>
    checkApiOperations(context, {
      ...flowcontrol,
      plural: 'prioritylevelconfigurations',
      kind: 'PriorityLevelConfiguration',
      subresources: ['status'],
      object: () => ({
        spec: {
          type: 'Limited',
          limited: { nominalConcurrencyShares: 2, limitResponse: { type: 'Reject' } },
        },
      }),
      also: (resource, object) => checkStatusWrites(context, resource, object),
    }),
)
