import type { ControllerRevision, StatefulSet } from '#kubernetes/api/apps-v1.ts'
import type { PersistentVolumeClaim, Pod, Volume } from '#kubernetes/api/core-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { controllerReference } from '#kubernetes/owners.ts'
import { isPodReady, untilPodAvailable } from '#kubernetes/pod-state.ts'
import { revisionHashLabel, templateOf } from '../shared/controller-history.ts'

const podNameLabel = 'statefulset.kubernetes.io/pod-name'
const podIndexLabel = 'apps.kubernetes.io/pod-index'
export const statefulSetKind = { apiVersion: 'apps/v1', kind: 'StatefulSet' }

export const firstOrdinal = ({ spec }: StatefulSet): number => spec.ordinals?.start ?? 0
export const endOrdinal = (set: StatefulSet): number => firstOrdinal(set) + (set.spec.replicas ?? 1)

export const podNameAt = ({ metadata }: StatefulSet, ordinal: number): string =>
  `${metadata.name}-${ordinal}`

/** The ordinal in a pod's name; undefined when the pod isn't one of the set's. */
export function ordinalOf({ metadata }: StatefulSet, name: string | undefined): number | undefined {
  const prefix = `${metadata.name}-`
  const rest = name?.startsWith(prefix) ? name.slice(prefix.length) : ''
  return /^(0|[1-9]\d*)$/.test(rest) ? Number(rest) : undefined
}

export const revisionOf = ({ metadata }: Pod): string | undefined =>
  metadata.labels?.[revisionHashLabel]

export const isTerminating = ({ metadata }: Pod): boolean =>
  metadata.deletionTimestamp !== undefined
export const isRunningAndReady = (pod: Pod): boolean =>
  pod.status?.phase === 'Running' && isPodReady(pod)
export const isHealthy = (pod: Pod): boolean => isRunningAndReady(pod) && !isTerminating(pod)
export const isAvailable = (pod: Pod, { spec }: StatefulSet, now: number): boolean =>
  isRunningAndReady(pod) && untilPodAvailable(pod, spec.minReadySeconds ?? 0, now) === 0

/** The pod of an ordinal, by the template of a revision. */
export function podAt(
  set: Stored<StatefulSet>,
  ordinal: number,
  revision: Stored<ControllerRevision>,
): Pod {
  const { metadata, spec = { containers: [] } } = templateOf(revision)
  const name = podNameAt(set, ordinal)
  return {
    metadata: {
      ...metadata,
      name,
      namespace: set.metadata.namespace ?? '',
      labels: {
        ...metadata?.labels,
        [podNameLabel]: name,
        [podIndexLabel]: String(ordinal),
        [revisionHashLabel]: revision.metadata.name,
      },
      ownerReferences: [controllerReference(set, statefulSetKind)],
    },
    spec: {
      ...spec,
      hostname: name,
      ...(set.spec.serviceName ? { subdomain: set.spec.serviceName } : {}),
      volumes: volumesAt(set, ordinal, spec.volumes ?? []),
    },
  }
}

/** A template of a claim stands before a volume of the same name. */
function volumesAt(set: StatefulSet, ordinal: number, volumes: Volume[]): Volume[] {
  const templates = set.spec.volumeClaimTemplates ?? []
  const names = new Set(templates.map(({ metadata }) => metadata.name))
  const claimed = templates.map(({ metadata }) => ({
    name: metadata.name ?? '',
    persistentVolumeClaim: { claimName: claimNameAt(set, metadata.name ?? '', ordinal) },
  }))
  return [...claimed, ...volumes.filter(({ name }) => !names.has(name))]
}

export const claimNameAt = (set: StatefulSet, template: string, ordinal: number): string =>
  `${template}-${podNameAt(set, ordinal)}`

/** The claims of an ordinal. */
export const claimsAt = (set: Stored<StatefulSet>, ordinal: number): PersistentVolumeClaim[] =>
  (set.spec.volumeClaimTemplates ?? []).map(({ metadata, spec = {} }) => ({
    metadata: {
      ...(metadata.annotations ? { annotations: metadata.annotations } : {}),
      name: claimNameAt(set, metadata.name ?? '', ordinal),
      namespace: set.metadata.namespace ?? '',
      labels: { ...metadata.labels, ...set.spec.selector.matchLabels },
    },
    spec,
  }))

/** Whether a pod still has the name, the labels and the claims that its ordinal asks for. */
export function hasIdentity(pod: Stored<Pod>, set: Stored<StatefulSet>, ordinal: number): boolean {
  const { labels, namespace } = pod.metadata
  const claims = new Map(
    (pod.spec?.volumes ?? []).map(({ name, persistentVolumeClaim }) => [
      name,
      persistentVolumeClaim?.claimName,
    ]),
  )
  return (
    namespace === set.metadata.namespace &&
    labels?.[podNameLabel] === pod.metadata.name &&
    labels?.[podIndexLabel] === String(ordinal) &&
    (set.spec.volumeClaimTemplates ?? []).every(
      ({ metadata }) =>
        claims.get(metadata.name ?? '') === claimNameAt(set, metadata.name ?? '', ordinal),
    )
  )
}

/** A pod with its labels put right. */
export function withIdentity(pod: Stored<Pod>, ordinal: number): Stored<Pod> {
  const labels = {
    ...pod.metadata.labels,
    [podNameLabel]: pod.metadata.name,
    [podIndexLabel]: String(ordinal),
  }
  return { ...pod, metadata: { ...pod.metadata, labels } }
}
