import type { Node } from '#kubernetes/api/core-v1.ts'
import { semanticEqual } from '#kubernetes/deep-equal.ts'
import { goQuoted } from '#kubernetes/go-text.ts'
import type { NodeWrite, Refusal } from './node-write.ts'

/** Labels of Kubernetes' own that kubelets may write (kubelet/pkg/apis well_known_labels). */
const kubeletLabels = new Set([
  'kubernetes.io/hostname',
  'kubernetes.io/os',
  'kubernetes.io/arch',
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
  'node.kubernetes.io/instance-type',
  'beta.kubernetes.io/instance-type',
  'beta.kubernetes.io/os',
  'beta.kubernetes.io/arch',
])
const kubeletNamespaces = ['kubelet.kubernetes.io', 'node.kubernetes.io']
const kubernetesNamespaces = ['kubernetes.io', 'k8s.io']
const restrictedNamespaces = ['node-restriction.kubernetes.io']

/** A node writes its own Node alone, and nothing there by which it could draw pods to itself. */
export function restrictNode({ node, request }: NodeWrite): Refusal {
  if (request.name !== node) {
    return `node ${goQuoted(node)} is not allowed to modify node ${goQuoted(request.name)}`
  }
  const next = request.object as Node | undefined
  if (!next) return undefined
  return request.operation === 'CREATE'
    ? restrictRegistration(node, next)
    : restrictUpdate(node, next, request.old as Node)
}

function restrictRegistration(node: string, next: Node): Refusal {
  if (next.spec?.configSource) {
    return `node ${goQuoted(node)} is not allowed to create pods with a non-nil configSource`
  }
  const labels = forbiddenChanges(next, undefined)
  return labels && `node ${goQuoted(node)} is not allowed to set the following labels: ${labels}`
}

function restrictUpdate(node: string, next: Node, old: Node): Refusal {
  const { configSource } = next.spec ?? {}
  if (configSource && !semanticEqual(configSource, old.spec?.configSource)) {
    return `node ${goQuoted(node)} is not allowed to update configSource to a new non-nil configSource`
  }
  if (!semanticEqual(next.spec?.taints, old.spec?.taints)) {
    return `node ${goQuoted(node)} is not allowed to modify taints`
  }
  if (!semanticEqual(next.metadata.ownerReferences, old.metadata.ownerReferences)) {
    return `node ${goQuoted(node)} is not allowed to modify ownerReferences`
  }
  const labels = forbiddenChanges(next, old)
  return labels && `is not allowed to modify labels: ${labels}`
}

/** The labels that differ and aren't a kubelet's to write, as a list in order; undefined when there are none. */
function forbiddenChanges(next: Node, old: Node | undefined): string | undefined {
  const now = next.metadata.labels ?? {}
  const before = old?.metadata.labels ?? {}
  const changed = new Set([...Object.keys(now), ...Object.keys(before)])
  const forbidden = [...changed].filter(key => now[key] !== before[key] && isForbidden(key))
  return forbidden.sort().join(', ') || undefined
}

function isForbidden(label: string): boolean {
  const slash = label.indexOf('/')
  const namespace = slash < 0 ? '' : label.slice(0, slash)
  const isOf = (domains: readonly string[]) =>
    domains.some(domain => namespace === domain || namespace.endsWith(`.${domain}`))
  if (isOf(restrictedNamespaces)) return true
  return isOf(kubernetesNamespaces) && !kubeletLabels.has(label) && !isOf(kubeletNamespaces)
}
