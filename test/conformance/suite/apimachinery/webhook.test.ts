import { expect } from 'vitest'
import { checkDiscovery, replaceLatest } from '../../support/api-operations.ts'
import { conformance } from '../../support/conformance.ts'
import type { ConformanceContext } from '../../support/context.ts'
import { type AnyObject, GenericResource } from '../../support/generic-resource.ts'
import { refused } from '../../support/refusals.ts'

const kinds = {
  validating: {
    plural: 'validatingwebhookconfigurations',
    kind: 'ValidatingWebhookConfiguration',
  },
  mutating: { plural: 'mutatingwebhookconfigurations', kind: 'MutatingWebhookConfiguration' },
}

const typeOf = (which: keyof typeof kinds) => ({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  namespaced: false,
  ...kinds[which],
})

/** A configuration of one webhook that no request ever meets, with these conditions. */
function configuration(
  { uniqueName }: ConformanceContext,
  matchConditions: { name: string; expression: string }[],
): AnyObject & { metadata: { name: string } } {
  return {
    metadata: { name: uniqueName('webhook') },
    webhooks: [
      {
        name: 'never.example.com',
        clientConfig: { url: 'https://127.0.0.1:1/never' },
        rules: [
          {
            apiGroups: ['never.example.com'],
            apiVersions: ['v1'],
            operations: ['CREATE'],
            resources: ['nevers'],
          },
        ],
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
        matchConditions,
      },
    ],
  }
}

conformance(
  '[sig-api-machinery] AdmissionWebhook [Privileged:ClusterAdmin] should include webhook resources in discovery documents [Conformance]',
  async context => {
    for (const which of ['mutating', 'validating'] as const) {
      await context.step(`the documents from /apis down name ${kinds[which].plural}`, () =>
        checkDiscovery(context, typeOf(which)),
      )
    }
  },
)

/** Conditions are stored as they were written, and as they were updated. */
async function keepsConditions(
  context: ConformanceContext,
  which: keyof typeof kinds,
): Promise<void> {
  const { step, defer } = context
  const configurations = new GenericResource(context, typeOf(which))
  const first = [{ name: 'expression-1', expression: "object.metadata.namespace == 'production'" }]
  const second = [...first, { name: 'expression-2', expression: "request.operation != 'DELETE'" }]
  const object = configuration(context, first)
  const { name } = object.metadata
  const stored = async () => (await configurations.get(name))['webhooks'][0].matchConditions
  await step('create a configuration with a condition: a read has it', async () => {
    defer(() => configurations.delete(name))
    await configurations.create(object)
    expect(await stored()).toEqual(first)
  })
  await step('update it with a further condition: a read has both', async () => {
    await replaceLatest(configurations, name, current => {
      current['webhooks'][0].matchConditions = second
    })
    expect(await stored()).toEqual(second)
  })
}

conformance(
  '[sig-api-machinery] AdmissionWebhook [Privileged:ClusterAdmin] should be able to create and update validating webhook configurations with match conditions [Conformance]',
  context => keepsConditions(context, 'validating'),
)

conformance(
  '[sig-api-machinery] AdmissionWebhook [Privileged:ClusterAdmin] should be able to create and update mutating webhook configurations with match conditions [Conformance]',
  context => keepsConditions(context, 'mutating'),
)

/** A condition that is no expression is refused, and it is said that it does not compile. */
async function refusesBadConditions(
  context: ConformanceContext,
  which: keyof typeof kinds,
): Promise<void> {
  await context.step('create a configuration with a condition that does not compile', async () => {
    const configurations = new GenericResource(context, typeOf(which))
    const object = configuration(context, [
      { name: 'invalid-expression', expression: '... [] bad expression' },
    ])
    const { reason, message } = await refused(422, configurations.create(object))
    expect(reason).toBe('Invalid')
    expect(message).toContain('webhooks[0].matchConditions[0].expression')
    expect(message).toContain('compilation failed')
  })
}

conformance(
  '[sig-api-machinery] AdmissionWebhook [Privileged:ClusterAdmin] should reject validating webhook configurations with invalid match conditions [Conformance]',
  context => refusesBadConditions(context, 'validating'),
)

conformance(
  '[sig-api-machinery] AdmissionWebhook [Privileged:ClusterAdmin] should reject mutating webhook configurations with invalid match conditions [Conformance]',
  context => refusesBadConditions(context, 'mutating'),
)
