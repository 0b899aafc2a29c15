import type { Deployment, ReplicaSet } from '#kubernetes/api/apps-v1.ts'

export const revisionAnnotation = 'deployment.kubernetes.io/revision'
const revisionHistoryAnnotation = 'deployment.kubernetes.io/revision-history'
const desiredReplicasAnnotation = 'deployment.kubernetes.io/desired-replicas'
const maxReplicasAnnotation = 'deployment.kubernetes.io/max-replicas'
const maxHistoryLength = 2000
const notCopied = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  revisionAnnotation,
  revisionHistoryAnnotation,
  desiredReplicasAnnotation,
  maxReplicasAnnotation,
  'deprecated.deployment.rollback.to',
])

type Annotated = Pick<Deployment | ReplicaSet, 'metadata'>

/** The revision of a ReplicaSet or Deployment; 0 when it has none. */
export const revisionOf = ({ metadata }: Annotated): number =>
  Number.parseInt(metadata.annotations?.[revisionAnnotation] ?? '', 10) || 0

export const maxRevision = (replicaSets: Annotated[]): number =>
  Math.max(0, ...replicaSets.map(revisionOf))

/** The size of the Deployment when the ReplicaSet was last scaled; undefined when unknown. */
export const desiredReplicasOf = (replicaSet: Annotated): number | undefined =>
  numberAnnotation(replicaSet, desiredReplicasAnnotation)

/** The most pods that the Deployment allowed when the ReplicaSet was last scaled; undefined when unknown. */
export const maxReplicasOf = (replicaSet: Annotated): number | undefined =>
  numberAnnotation(replicaSet, maxReplicasAnnotation)

/** A ReplicaSet's annotations with the size of its Deployment, which proportional scaling reads later. */
export const withReplicas = (
  annotations: Record<string, string> | undefined,
  desired: number,
  max: number,
): Record<string, string> => ({
  ...annotations,
  [desiredReplicasAnnotation]: String(desired),
  [maxReplicasAnnotation]: String(max),
})

/**
 * The annotations of the newest ReplicaSet: the Deployment's own, and the revision, which only ever grows. A revision it
 * had before is kept in its history (an undo gives an old ReplicaSet a new revision).
 */
export function newestAnnotations(
  deployment: Annotated,
  replicaSet: Annotated,
  revision: number,
): Record<string, string> {
  const annotations = { ...replicaSet.metadata.annotations }
  for (const [key, value] of Object.entries(deployment.metadata.annotations ?? {})) {
    if (!notCopied.has(key)) annotations[key] = value
  }
  const old = revisionOf(replicaSet)
  if (old >= revision) return annotations
  annotations[revisionAnnotation] = String(revision)
  if (old > 0) {
    const history = annotations[revisionHistoryAnnotation]
    annotations[revisionHistoryAnnotation] = boundedHistory(
      history ? history.split(',') : [],
      String(old),
    )
  }
  return annotations
}

function boundedHistory(history: string[], old: string): string {
  if (history.includes(old)) return history.join(',')
  const all = [...history, old]
  while (all.length > 1 && all.join(',').length > maxHistoryLength) all.shift()
  return all.join(',')
}

function numberAnnotation({ metadata }: Annotated, name: string): number | undefined {
  const text = metadata.annotations?.[name]
  const value = text === undefined ? Number.NaN : Number.parseInt(text, 10)
  return Number.isNaN(value) ? undefined : value
}
