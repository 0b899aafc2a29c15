import type { ResourceDefinition } from '#control-plane/resources/define-resource.ts'
import type {
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
} from '#kubernetes/api/admissionregistration-v1.ts'
import { jsonValue } from '#kubernetes/cel/schema/json-value.ts'
import type { KubernetesObject } from '#kubernetes/objects.ts'
import { StatusError, statusCodes } from '#kubernetes/status-error.ts'
import type { Caches } from '../../cache/caches.ts'
import { forbidden } from '../../failures.ts'
import type { AdmissionRequest, AdmissionServices } from '../admission-step.ts'
import { collectParams } from './collect-params.ts'
import { type Denial, evaluatePolicy } from './evaluate-policy.ts'
import { matchRequest } from './match-request.ts'
import { type BoundPolicy, Policies } from './policies.ts'
import { requestValues } from './request-values.ts'

/** One for each server. */
const known = new WeakMap<Caches, Policies>()

/** Asks every policy that is bound about a request. Throws what the first one denies. */
export async function askPolicies(
  request: AdmissionRequest,
  services: AdmissionServices,
): Promise<void> {
  let policies = known.get(services.caches)
  if (!policies) {
    policies = new Policies(services.catalog, services.caches)
    known.set(services.caches, policies)
  }
  const denied: Verdict[] = []
  for (const one of await policies.bound()) denied.push(...judge(one, request, services))
  const [first] = denied
  if (first) throw refusal(request, first)
}

interface Verdict {
  policy: ValidatingAdmissionPolicy
  binding: ValidatingAdmissionPolicyBinding
  denial: Denial
}

/** What a policy denies, by those of its bindings that deny; the warnings of others are given. */
function judge(
  { policy, bindings, compiled }: BoundPolicy,
  request: AdmissionRequest,
  services: AdmissionServices,
): Verdict[] {
  const { matchConstraints, paramKind, failurePolicy } = policy.spec
  const as = matchConstraints && matchRequest(matchConstraints, request, services)
  if (!as) return []
  return bindings.flatMap(binding => {
    const { matchResources, paramRef, validationActions = [] } = binding.spec
    if (matchResources && !matchRequest(matchResources, request, services)) return []
    const found = collectParams(paramKind, paramRef, request.namespace, services)
    if ('error' in found) {
      if (failurePolicy === 'Ignore') return []
      const message = `failed to configure binding: ${found.error}`
      return [{ policy, binding, denial: { message, reason: 'Invalid' } }]
    }
    const denials = found.params.flatMap(params =>
      evaluatePolicy(policy, compiled, lookupWith(params, request, as, services)),
    )
    if (validationActions.includes('Warn'))
      for (const { message } of denials)
        request.warnings.add(
          `Validation failed for ValidatingAdmissionPolicy '${policy.metadata.name}' with binding '${binding.metadata.name}': ${message}`,
        )
    return validationActions.includes('Deny')
      ? denials.map(denial => ({ policy, binding, denial }))
      : []
  })
}

function lookupWith(
  params: Readonly<KubernetesObject> | undefined,
  request: AdmissionRequest,
  as: ResourceDefinition,
  services: AdmissionServices,
) {
  const lookup = requestValues(request, as, services)
  const value = params ? jsonValue(params) : null
  return (name: string) => (name === 'params' ? value : lookup(name))
}

function refusal(request: AdmissionRequest, { policy, binding, denial }: Verdict): StatusError {
  const message = `ValidatingAdmissionPolicy '${policy.metadata.name}' with binding '${binding.metadata.name}' denied request: ${denial.message}`
  const { status } = forbidden(request.definition, request.name, message)
  return new StatusError({
    ...status,
    reason: denial.reason,
    code: codeOf(denial.reason),
    details: { ...status.details, causes: [{ message }] },
  })
}

const codeOf = (reason: string): number =>
  reason === 'Forbidden' || reason === 'Unauthorized' || reason === 'RequestEntityTooLarge'
    ? statusCodes[reason]
    : statusCodes.Invalid
