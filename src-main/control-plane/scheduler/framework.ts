import type { Lister } from '#client/informer.ts'
import type { PersistentVolume, PersistentVolumeClaim } from '#kubernetes/api/core-v1.ts'
import type { StorageClass } from '#kubernetes/api/storage-v1.ts'
import type { NodeState } from './node-state.ts'
import type { PodInfo } from './pod-info.ts'

/** What may make a pod schedulable that wasn't. */
export type ClusterChange =
  | 'node added'
  | 'node labels'
  | 'node taints'
  | 'node allocatable'
  | 'pod added'
  | 'pod labels'
  | 'pod removed'
  | 'storage'

/** Why a node can't take a pod. */
export interface Rejection {
  /** In upstream's words; each is counted by itself. */
  readonly reasons: readonly string[]
  /** Removing other pods from the node would not help. */
  readonly final: boolean
}

/** What the cluster knows of storage. */
export interface StorageListers {
  claims: Pick<Lister<PersistentVolumeClaim>, 'get'>
  volumes: Pick<Lister<PersistentVolume>, 'get' | 'list'>
  classes: Pick<Lister<StorageClass>, 'get'>
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
  /** Undefined when every node will do. A text rejects the pod whatever the node. */
  filter?(
    pod: PodInfo,
    nodes: readonly NodeState[],
    storage: StorageListers,
  ): NodeFilter | string | undefined
  /** Undefined when the plugin has no opinion on this pod. */
  score?(pod: PodInfo, nodes: readonly NodeState[]): NodeScorer | undefined
  /** How much the score counts; default 1. */
  readonly weight?: number
  /** The changes after which a pod that this plugin rejected is tried again. */
  readonly wakesOn?: readonly ClusterChange[]
}

export const maxNodeScore = 100

/** Scales scores so that the greatest becomes 100, or, reversed, that 0 becomes 100. */
export function normalizeByMax(scores: number[], reverse = false): void {
  const max = Math.max(0, ...scores)
  for (const [index, score] of scores.entries()) {
    const scaled = max === 0 ? 0 : Math.floor((score * maxNodeScore) / max)
    scores[index] = reverse ? maxNodeScore - scaled : scaled
  }
}
