import {
  AdmissionregistrationV1Api,
  AppsV1Api,
  PatchStrategy,
  setHeaderOptions,
  type V1Deployment,
  type V1ValidatingAdmissionPolicySpec,
} from '@kubernetes/client-node'
import { expect } from 'vitest'
import { eventually } from '../../../support/eventually.ts'
import { checkApiOperations, checkStatusWrites } from '../../support/api-operations.ts'
import { conformance } from '../../support/conformance.ts'
import type { ConformanceContext } from '../../support/context.ts'
import { refused } from '../../support/refusals.ts'

const mergePatch = setHeaderOptions('Content-Type', PatchStrategy.MergePatch)

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

/** What a policy says of Deployments. */
type PolicySpec = Pick<V1ValidatingAdmissionPolicySpec, 'variables' | 'validations'>

/**
 * Has a policy judge the Deployments of the test's namespace, and waits until it does: until a Deployment is refused whose
 * name marks it.
 */
async function enforce(context: ConformanceContext, spec: PolicySpec): Promise<string> {
  const { api, namespace, defer, uniqueName } = context
  const admission = api(AdmissionregistrationV1Api)
  const name = uniqueName('policy')
  const marked = {
    expression: "object.metadata.name != 'marker'",
    message: 'the policy is in force',
  }
  defer(() => admission.deleteValidatingAdmissionPolicy({ name }))
  await admission.createValidatingAdmissionPolicy({
    body: {
      metadata: { name },
      spec: {
        ...spec,
        validations: [marked, ...(spec.validations ?? [])],
        failurePolicy: 'Fail',
        matchConstraints: {
          resourceRules: [
            {
              apiGroups: ['apps'],
              apiVersions: ['v1'],
              operations: ['CREATE', 'UPDATE'],
              resources: ['deployments'],
            },
          ],
        },
      },
    },
  })
  defer(() => admission.deleteValidatingAdmissionPolicyBinding({ name }))
  await admission.createValidatingAdmissionPolicyBinding({
    body: {
      metadata: { name },
      spec: {
        policyName: name,
        validationActions: ['Deny'],
        matchResources: {
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
        },
      },
    },
  })
  await eventually(async () => {
    const { message } = await refused(422, createDeployment(context, 'marker', 1, 'All'))
    expect(message).toContain('the policy is in force')
  })
  return name
}

function createDeployment(
  { api, namespace }: ConformanceContext,
  name: string,
  replicas: number,
  dryRun?: 'All',
): Promise<V1Deployment> {
  const labels = { app: name }
  return api(AppsV1Api).createNamespacedDeployment({
    namespace,
    ...(dryRun ? { dryRun } : {}),
    body: {
      metadata: { name },
      spec: {
        replicas,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: { containers: [{ name: 'main', image: 'registry.k8s.io/pause:3.10.1' }] },
        },
      },
    },
  })
}

conformance(
  '[sig-api-machinery] ValidatingAdmissionPolicy [Privileged:ClusterAdmin] should validate against a Deployment [Conformance]',
  async context => {
    const { api, namespace, step } = context
    const policy = await step('create a policy for Deployments, and bind it here', () =>
      enforce(context, {
        validations: [
          {
            expression: 'object.spec.replicas > 1',
            messageExpression: "'wrong replicas: ' + string(object.spec.replicas)",
          },
          { expression: "object.metadata.namespace != 'default'" },
        ],
      }),
    )
    await step('a Deployment that breaks it is refused, and it is said by what', async () => {
      const { reason, message } = await refused(422, createDeployment(context, 'one-replica', 1))
      expect(reason).toBe('Invalid')
      expect(message).toBe(
        `deployments.apps "one-replica" is forbidden: ValidatingAdmissionPolicy '${policy}' with binding '${policy}' denied request: wrong replicas: 1`,
      )
    })
    await step('a Deployment that keeps it is created', async () => {
      expect((await createDeployment(context, 'two-replicas', 2)).spec?.replicas).toBe(2)
    })
    await step('an update that breaks it is refused', async () => {
      const body = { spec: { replicas: 1 } }
      const patched = api(AppsV1Api).patchNamespacedDeployment(
        { namespace, name: 'two-replicas', body },
        mergePatch,
      )
      expect((await refused(422, patched)).message).toContain('wrong replicas: 1')
    })
  },
)

conformance(
  '[sig-api-machinery] ValidatingAdmissionPolicy [Privileged:ClusterAdmin] should allow expressions to refer variables. [Conformance]',
  async context => {
    const { step } = context
    await step('create a policy whose expressions refer to variables, and bind it here', () =>
      enforce(context, {
        variables: [
          { name: 'replicas', expression: 'object.spec.replicas' },
          { name: 'oddReplicas', expression: 'variables.replicas % 2 == 1' },
        ],
        validations: [
          { expression: 'variables.replicas > 1' },
          { expression: 'variables.oddReplicas', message: 'the number of replicas is even' },
        ],
      }),
    )
    await step('too few replicas: refused, and the expression is named', async () => {
      const { message } = await refused(422, createDeployment(context, 'one', 1))
      expect(message).toContain('denied request: failed expression: variables.replicas > 1')
    })
    await step('an even number of replicas: refused', async () => {
      const { message } = await refused(422, createDeployment(context, 'two', 2))
      expect(message).toContain('denied request: the number of replicas is even')
    })
    await step('an odd number that is large enough: created', async () => {
      expect((await createDeployment(context, 'three', 3)).spec?.replicas).toBe(3)
    })
  },
)
