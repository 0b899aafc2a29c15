import type { Informer } from '#client/informer.ts'
import type { Deployment, ReplicaSet, StatefulSet } from '#kubernetes/api/apps-v1.ts'
import type { Pod } from '#kubernetes/api/core-v1.ts'
import type { OwnerReference } from '#kubernetes/api/meta-v1.ts'
import type { PodDisruptionBudget } from '#kubernetes/api/policy-v1.ts'
import { shareOf } from '#kubernetes/int-or-string.ts'
import { parseApiVersion, type Stored } from '#kubernetes/objects.ts'
import { controllerOf } from '#kubernetes/owners.ts'
import type { Scales } from '../shared/scales.ts'

/** What a budget expects of its pods. */
export interface Expectation {
  expectedPods: number
  desiredHealthy: number
  /** Whether some pods have no controller whose scale could be asked. */
  someUnmanaged: boolean
}

/** Where the scales of pods' controllers are found. */
export interface ScaleSources {
  scales: Scales
  replicaSets: Informer<ReplicaSet>
  deployments: Informer<Deployment>
  statefulSets: Informer<StatefulSet>
}

/** How many pods there should be, and how many of them healthy. Throws when a controller has no scale. */
export async function expectedPods(
  { spec }: PodDisruptionBudget,
  pods: Stored<Pod>[],
  sources: ScaleSources,
): Promise<Expectation> {
  const { minAvailable, maxUnavailable } = spec
  if (maxUnavailable === undefined && typeof minAvailable === 'number') {
    return { expectedPods: pods.length, desiredHealthy: minAvailable, someUnmanaged: false }
  }
  if (maxUnavailable === undefined && minAvailable === undefined) {
    return { expectedPods: 0, desiredHealthy: 0, someUnmanaged: false }
  }
  const { expected, someUnmanaged } = await expectedScale(pods, sources)
  const desiredHealthy =
    maxUnavailable === undefined
      ? shareOf(minAvailable ?? 0, expected)
      : Math.max(0, expected - shareOf(maxUnavailable, expected))
  return { expectedPods: expected, desiredHealthy, someUnmanaged }
}

/** The scales of all controllers of the pods, together. */
async function expectedScale(
  pods: Stored<Pod>[],
  sources: ScaleSources,
): Promise<{ expected: number; someUnmanaged: boolean }> {
  const owners = new Map<string, { owner: OwnerReference; pod: Stored<Pod> }>()
  let someUnmanaged = false
  for (const pod of pods) {
    const owner = controllerOf(pod)
    if (owner) owners.set(owner.uid, { owner, pod })
    else someUnmanaged = true
  }
  const scales = new Map<string, number>()
  for (const { owner, pod } of owners.values()) {
    const scale = await scaleOf(owner, pod.metadata.namespace ?? '', sources)
    if (!scale) throw new Error(`found no controllers for pod ${JSON.stringify(pod.metadata.name)}`)
    scales.set(scale.uid, scale.replicas)
  }
  const expected = [...scales.values()].reduce((sum, replicas) => sum + replicas, 0)
  return { expected, someUnmanaged }
}

interface KnownScale {
  uid: string
  replicas: number
}

async function scaleOf(
  owner: OwnerReference,
  namespace: string,
  sources: ScaleSources,
): Promise<KnownScale | undefined> {
  const key = `${namespace}/${owner.name}`
  if (parseApiVersion(owner.apiVersion).group === 'apps') {
    if (owner.kind === 'ReplicaSet') return replicaSetScale(owner, namespace, sources)
    if (owner.kind === 'StatefulSet') return knownScale(sources.statefulSets.get(key), owner)
  }
  const scale = await sources.scales.find({ ...owner, namespace })
  return scale?.metadata.uid === owner.uid
    ? { uid: owner.uid, replicas: scale.spec?.replicas ?? 0 }
    : undefined
}

/** A ReplicaSet of a Deployment counts as much as its Deployment wants. */
function replicaSetScale(
  owner: OwnerReference,
  namespace: string,
  { replicaSets, deployments }: ScaleSources,
): KnownScale | undefined {
  const replicaSet = replicaSets.get(`${namespace}/${owner.name}`)
  if (replicaSet?.metadata.uid !== owner.uid) return undefined
  const above = controllerOf(replicaSet)
  return above?.kind === 'Deployment'
    ? knownScale(deployments.get(`${namespace}/${above.name}`), above)
    : knownScale(replicaSet, owner)
}

const knownScale = (
  object: Stored<Deployment | ReplicaSet | StatefulSet> | undefined,
  owner: OwnerReference,
): KnownScale | undefined =>
  object?.metadata.uid === owner.uid
    ? { uid: owner.uid, replicas: object.spec?.replicas ?? 1 }
    : undefined
