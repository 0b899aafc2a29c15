import type { DaemonSet } from '#kubernetes/api/apps-v1.ts'
import type {
  Node,
  NodeSelector,
  Pod,
  PodSpec,
  PodTemplateSpec,
  Toleration,
} from '#kubernetes/api/core-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { matchesNodeRules } from '#kubernetes/selectors/node-selector.ts'
import { findToleration } from '#kubernetes/taints.ts'
import { revisionHashLabel } from '../shared/controller-history.ts'

const nodeNameField = 'metadata.name'
const generationKey = 'deprecated.daemonset.template.generation'
const generationLabel = 'pod-template-generation'

/** Daemons stay on nodes in trouble and come to those that are cordoned. */
const daemonTolerations: Toleration[] = [
  { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/disk-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/memory-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/pid-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' },
]
const hostNetworkToleration: Toleration = {
  key: 'node.kubernetes.io/network-unavailable',
  operator: 'Exists',
  effect: 'NoSchedule',
}

const tolerationsOf = (spec: PodSpec | undefined): Toleration[] => [
  ...(spec?.tolerations ?? []),
  ...daemonTolerations,
  ...(spec?.hostNetwork ? [hostNetworkToleration] : []),
]

/** Whether a node is to have a pod of the DaemonSet, and whether one that is there may stay. */
export function placement(
  { spec }: DaemonSet,
  { metadata, spec: node }: Stored<Node>,
): { runs: boolean; stays: boolean } {
  const pod = spec.template.spec
  const elsewhere = pod?.nodeName && pod.nodeName !== metadata.name
  if (elsewhere || !matchesNodeRules(pod, { name: metadata.name, labels: metadata.labels })) {
    return { runs: false, stays: false }
  }
  const tolerations = tolerationsOf(pod)
  const untolerated = (node?.taints ?? []).filter(taint => !findToleration(tolerations, taint))
  return {
    runs: !untolerated.some(({ effect }) => effect === 'NoSchedule' || effect === 'NoExecute'),
    stays: !untolerated.some(({ effect }) => effect === 'NoExecute'),
  }
}

/** The node a pod is on or is meant for. */
export function nodeOf({ spec }: Pod): string | undefined {
  if (spec?.nodeName) return spec.nodeName
  const terms =
    spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms
  for (const { matchFields = [] } of terms ?? []) {
    const field = matchFields.find(
      ({ key, operator }) => key === nodeNameField && operator === 'In',
    )
    if (field?.values?.[0]) return field.values[0]
  }
  return undefined
}

/** What the pod for one node is made from. The scheduler binds it, by an affinity to that node alone. */
export function podTemplateFor(daemonSet: DaemonSet, node: string, hash: string): PodTemplateSpec {
  const { template } = daemonSet.spec
  const spec = template.spec ?? { containers: [] }
  const only: NodeSelector = {
    nodeSelectorTerms: [{ matchFields: [{ key: nodeNameField, operator: 'In', values: [node] }] }],
  }
  const generation = daemonSet.metadata.annotations?.[generationKey]
  return {
    metadata: {
      ...template.metadata,
      labels: {
        ...template.metadata?.labels,
        [revisionHashLabel]: hash,
        ...(generation ? { [generationLabel]: generation } : {}),
      },
    },
    spec: {
      ...spec,
      affinity: {
        ...spec.affinity,
        nodeAffinity: {
          ...spec.affinity?.nodeAffinity,
          requiredDuringSchedulingIgnoredDuringExecution: only,
        },
      },
      tolerations: tolerationsOf(spec),
    },
  }
}
