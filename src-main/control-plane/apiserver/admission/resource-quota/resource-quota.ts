import type { KubernetesObject } from '#kubernetes/objects.ts'
import { compareQuantities } from '#kubernetes/quantity.ts'
import { quotaUsage } from '#kubernetes/quota/quota-usage.ts'
import { type Amounts, subtractAmounts } from '#kubernetes/resource-amounts.ts'
import type { AdmissionRequest, AdmissionServices, AdmissionStep } from '../admission-step.ts'

/** Kinds whose objects may come to count more when they are changed, as services and claims do. */
const changing = ['services', 'persistentvolumeclaims']

/** Refuses what goes beyond the quotas of its namespace, and counts what doesn't. Must be the last step. */
export const resourceQuota: AdmissionStep = {
  name: 'ResourceQuota',
  validate(request, services) {
    const { object, namespace } = request
    if (!object || !namespace || !isCounted(request) || !services.quotas.limits(namespace)) return
    const requested = requestedOf(request, object, services)
    if (Object.keys(requested).length === 0) return
    return services.quotas.charge({ request, object, requested })
  },
}

function isCounted({ definition, operation, subresource }: AdmissionRequest): boolean {
  if (operation === 'CREATE') return subresource === ''
  if (operation !== 'UPDATE' || definition.group !== '') return false
  return definition.plural === 'pods'
    ? subresource === 'resize'
    : subresource === '' && changing.includes(definition.plural)
}

/** What the write would add; an object that comes to count less frees nothing before the controller counts again. */
function requestedOf(
  { definition, old }: AdmissionRequest,
  object: KubernetesObject,
  { clock }: AdmissionServices,
): Amounts {
  const now = clock.now()
  const usage = quotaUsage(definition, object, now)
  const added = old ? subtractAmounts(usage, quotaUsage(definition, old, now)) : usage
  return Object.fromEntries(
    Object.entries(added).filter(([, amount]) => compareQuantities(amount, '0') > 0),
  )
}
