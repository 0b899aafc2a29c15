import type { Informer } from '#client/informer.ts'
import {
  csiNodes,
  namespaces,
  persistentVolumeClaims,
  persistentVolumes,
  replicaSets,
  replicationControllers,
  services,
  statefulSets,
  storageClasses,
} from '#client/resource-types.ts'
import type { SharedInformers } from '#client/shared-informers.ts'
import type { ReplicaSet, StatefulSet } from '#kubernetes/api/apps-v1.ts'
import type {
  Namespace,
  PersistentVolume,
  PersistentVolumeClaim,
  ReplicationController,
  Service,
} from '#kubernetes/api/core-v1.ts'
import type { CSINode, StorageClass } from '#kubernetes/api/storage-v1.ts'
import type { ClusterListers } from './framework.ts'

/** Informers of what may matter to any pod; what only claims need is watched once there are some. */
export interface ClusterInformers
  extends Omit<ClusterListers, 'csiDrivers' | 'csiStorageCapacities' | 'devices'> {
  claims: Informer<PersistentVolumeClaim>
  volumes: Informer<PersistentVolume>
  classes: Informer<StorageClass>
  namespaces: Informer<Namespace>
  services: Informer<Service>
  replicationControllers: Informer<ReplicationController>
  replicaSets: Informer<ReplicaSet>
  statefulSets: Informer<StatefulSet>
  csiNodes: Informer<CSINode>
}

export const clusterInformers = (informers: SharedInformers): ClusterInformers => ({
  claims: informers.use(persistentVolumeClaims).informer,
  volumes: informers.use(persistentVolumes).informer,
  classes: informers.use(storageClasses).informer,
  namespaces: informers.use(namespaces).informer,
  services: informers.use(services).informer,
  replicationControllers: informers.use(replicationControllers).informer,
  replicaSets: informers.use(replicaSets).informer,
  statefulSets: informers.use(statefulSets).informer,
  csiNodes: informers.use(csiNodes).informer,
})
