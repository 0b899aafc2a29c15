import { formatTime } from '#base/clock.ts'
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionCondition,
} from '#kubernetes/api/apiextensions-v1.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { invalid, required } from '../shared/field-errors.ts'

const annotation = 'api-approved.kubernetes.io'
const field = `metadata.annotations[${annotation}]`
const about = 'see https://github.com/kubernetes/enhancements/pull/1111'

interface Approval {
  state: 'missing' | 'bypassed' | 'approved' | 'invalid'
  reason: string
}

/** Groups of the Kubernetes project itself; only with its approval may they get kinds. */
const isProtected = (group: string) =>
  ['k8s.io', 'kubernetes.io'].some(domain => group === domain || group.endsWith(`.${domain}`))

function approvalOf({ metadata }: CustomResourceDefinition): Approval {
  const value = metadata.annotations?.[annotation] ?? ''
  const needed = `protected groups must have approval annotation "${annotation}"`
  if (!value) return { state: 'missing', reason: `${needed}, ${about}` }
  if (value.startsWith('unapproved'))
    return { state: 'bypassed', reason: `not approved: ${JSON.stringify(value)}` }
  if (URL.canParse(value) && new URL(value).host)
    return { state: 'approved', reason: `approved in ${value}` }
  const reason = `${needed} with either a URL or a reason starting with "unapproved", ${about}`
  return { state: 'invalid', reason }
}

/** A protected group needs an approval; one that was let through before is not asked again. */
export function validateApproval(
  crd: CustomResourceDefinition,
  old: CustomResourceDefinition | undefined,
): FieldError[] {
  if (!isProtected(crd.spec.group ?? '')) return []
  const { state, reason } = approvalOf(crd)
  if (old && approvalOf(old).state === state) return []
  if (state === 'missing') return [required(field, reason)]
  if (state === 'invalid') return [invalid(field, crd.metadata.annotations?.[annotation], reason)]
  return []
}

/** What the status tells of a protected group's approval. */
export function approvalCondition(
  crd: CustomResourceDefinition,
  now: number,
): CustomResourceDefinitionCondition | undefined {
  if (!isProtected(crd.spec?.group ?? '')) return undefined
  const { state, reason } = approvalOf(crd)
  if (state === 'missing' || state === 'invalid') return undefined
  return {
    lastTransitionTime: formatTime(now),
    message: reason,
    reason: state === 'approved' ? 'ApprovedAnnotation' : 'UnapprovedAnnotation',
    status: state === 'approved' ? 'True' : 'False',
    type: 'KubernetesAPIApprovalPolicyConformant',
  }
}
