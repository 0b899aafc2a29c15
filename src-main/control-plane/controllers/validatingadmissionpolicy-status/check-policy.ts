import { discover } from '#client/discovery.ts'
import type { Client } from '#client/rest.ts'
import type {
  ExpressionWarning,
  ValidatingAdmissionPolicy,
} from '#kubernetes/api/admissionregistration-v1.ts'
import type { CelType } from '#kubernetes/cel/check/types.ts'
import { loadRegexEngine } from '#kubernetes/cel/library/regex-engine.ts'
import { declaredType } from '#kubernetes/cel/schema/declared-type.ts'
import type { GroupVersionKind } from '#kubernetes/objects.ts'
import { isNotFound } from '#kubernetes/status-error.ts'
import { type CheckedKind, checkTypes } from './check-types.ts'
import { kindsToCheck, paramsKind } from './kinds-to-check.ts'
import { publishedSchema } from './published-schema.ts'

/** What doesn't fit together in a policy's expressions, by the schemas that the server publishes. */
export async function checkPolicy(
  policy: ValidatingAdmissionPolicy,
  client: Client,
  signal: AbortSignal,
): Promise<ExpressionWarning[]> {
  await loadRegexEngine()
  const { resources } = await discover(client, signal)
  const kinds: CheckedKind[] = []
  for (const kind of kindsToCheck(policy, resources)) {
    const type = await typeOf(client, kind, signal)
    if (type) kinds.push({ kind, type })
  }
  const ofParams = paramsKind(policy)
  const paramsType = ofParams && (await typeOf(client, ofParams, signal))
  return checkTypes(policy, kinds, paramsType)
}

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
