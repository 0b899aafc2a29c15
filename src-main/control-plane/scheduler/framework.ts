import type { Lister } from '#client/informer.ts'
import type { ReplicaSet, StatefulSet } from '#kubernetes/api/apps-v1.ts'
import type {
  Namespace,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  ReplicationController,
  Service,
} from '#kubernetes/api/core-v1.ts'
import type { ResourceClaim } from '#kubernetes/api/resource-v1.ts'
import type {
  CSIDriver,
  CSINode,
  CSIStorageCapacity,
  StorageClass,
} from '#kubernetes/api/storage-v1.ts'
import type { KubernetesObject, Stored } from '#kubernetes/objects.ts'
import type { DeviceView } from './devices/device-view.ts'
import type { NodeState } from './node-state.ts'
import type { PodInfo } from './pod-info.ts'

/** What may make a pod schedulable that wasn't. */
export const clusterChanges = [
  'node added',
  'node labels',
  'node taints',
  'node allocatable',
  'pod added',
  'pod labels',
  'pod removed',
  'storage',
  'namespace labels',
  'csi node',
  'resource claims',
  'device classes',
  'resource slices',
  'devices known',
] as const

export type ClusterChange = (typeof clusterChanges)[number]

/** A change with what it happened to. */
export interface ClusterEvent {
  change: ClusterChange
  /** As it is now. */
  node?: NodeState
  /** The one that came, changed or went. */
  pod?: Pod
  /** As it is now, unless it is gone, and as it was, unless it is new. */
  claim?: { now: Stored<ResourceClaim> | undefined; old: Stored<ResourceClaim> | undefined }
}

/** Why a node can't take a pod. */
export interface Rejection {
  /** In upstream's words; each is counted by itself. */
  readonly reasons: readonly string[]
  /** Removing other pods from the node would not help. */
  readonly final: boolean
}

type Keyed<T extends KubernetesObject> = Pick<Lister<T>, 'get'>
type Listed<T extends KubernetesObject> = Pick<Lister<T>, 'list'>

/** What the scheduler knows of the cluster beside nodes and pods. */
export interface ClusterListers {
  claims: Keyed<PersistentVolumeClaim>
  volumes: Keyed<PersistentVolume> & Listed<PersistentVolume>
  classes: Keyed<StorageClass>
  namespaces: Keyed<Namespace> & Listed<Namespace>
  services: Listed<Service>
  replicationControllers: Keyed<ReplicationController>
  replicaSets: Keyed<ReplicaSet>
  statefulSets: Keyed<StatefulSet>
  csiNodes: Keyed<CSINode>
  csiDrivers: Keyed<CSIDriver>
  csiStorageCapacities: Listed<CSIStorageCapacity>
  devices: DeviceView
}

/** Says why a node can't take the pod, or undefined when it can. */
export type NodeFilter = (node: NodeState) => Rejection | undefined

/** Compares nodes for one pod. */
export interface NodeScorer {
  /** Any number; between 0 and 100 unless `normalize` brings it there. */
  score(node: NodeState): number
  /** Brings the scores of all nodes, in place, to 0…100. */
  normalize?(scores: number[]): void
}

/**
 * A rule of where pods may go, or where they had better go. For each pod it is asked once for a function over nodes,
 * so that what depends on the pod alone is worked out once.
 */
export interface Plugin {
  /** As upstream names it. */
  readonly name: string
  /** Why a pod may not even be queued yet; asked again after each change of `wakesOn`. */
  preEnqueue?(pod: PodInfo, listers: ClusterListers): string | undefined
  /** The only nodes that come into question, by name; undefined when all do. */
  nodeNames?(pod: PodInfo): ReadonlySet<string> | undefined
  /** Undefined when every node will do. A text rejects the pod whatever the node. */
  filter?(
    pod: PodInfo,
    nodes: readonly NodeState[],
    listers: ClusterListers,
  ): NodeFilter | string | undefined
  /** Undefined when the plugin has no opinion on this pod. `feasible` are the nodes that will be compared. */
  score?(
    pod: PodInfo,
    nodes: readonly NodeState[],
    listers: ClusterListers,
    feasible: readonly NodeState[],
  ): NodeScorer | undefined
  /** The changes after which a pod that this plugin rejected is tried again. */
  readonly wakesOn?: readonly ClusterChange[]
  /** Whether such a change may help this pod; without it every one may. */
  mayHelp?(pod: PodInfo, event: ClusterEvent): boolean
}

/** A score that counts, and how much. */
export interface WeightedPlugin {
  readonly plugin: Plugin
  readonly weight: number
}

export const maxNodeScore = 100

/** Scales scores so that the greatest becomes 100, or, reversed, that 0 becomes 100. */
export function normalizeByMax(scores: number[], reverse = false): void {
  let max = 0
  for (const score of scores) if (score > max) max = score
  for (let index = 0; index < scores.length; index++) {
    const scaled = max === 0 ? 0 : Math.floor(((scores[index] ?? 0) * maxNodeScore) / max)
    scores[index] = reverse ? maxNodeScore - scaled : scaled
  }
}
