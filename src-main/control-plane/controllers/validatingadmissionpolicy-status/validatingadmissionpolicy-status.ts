import { discover } from '#client/discovery.ts'
import { validatingAdmissionPolicies } from '#client/resource-types.ts'
import type { Client } from '#client/rest.ts'
import type { CelType } from '#kubernetes/cel/check/types.ts'
import { loadRegexEngine } from '#kubernetes/cel/library/regex-engine.ts'
import { declaredType } from '#kubernetes/cel/schema/declared-type.ts'
import type { GroupVersionKind } from '#kubernetes/objects.ts'
import { isNotFound } from '#kubernetes/status-error.ts'
import { defineController } from '../define-controller.ts'
import { type CheckedKind, checkTypes } from './check-types.ts'
import { kindsToCheck, paramsKind } from './kinds-to-check.ts'
import { publishedSchema } from './published-schema.ts'

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
      await loadRegexEngine()
      const { resources } = await discover(client, signal)
      const kinds: CheckedKind[] = []
      for (const kind of kindsToCheck(policy, resources)) {
        const type = await typeOf(client, kind, signal)
        if (type) kinds.push({ kind, type })
      }
      const ofParams = paramsKind(policy)
      const paramsType = ofParams && (await typeOf(client, ofParams, signal))
      const expressionWarnings = checkTypes(policy, kinds, paramsType)
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

/** What expressions see of a kind; undefined for one that isn't served. Fields have their own names here. */
async function typeOf(
  client: Client,
  kind: GroupVersionKind,
  signal: AbortSignal,
): Promise<CelType | undefined> {
  try {
    const schema = await publishedSchema(client, kind, signal)
    const naming = { typeName: kind.kind, fieldName: (name: string) => name }
    return schema && declaredType(schema, true, naming)?.type
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}
