import type { ObjectMeta, OwnerReference } from './api/meta-v1.ts'
import type { KubernetesObject } from './objects.ts'

/** The owner that manages an object, when it has one. */
export const controllerOf = ({ metadata }: { metadata: ObjectMeta }): OwnerReference | undefined =>
  metadata.ownerReferences?.find(owner => owner.controller)

/** Whether `owner` is the managing owner of `object`. */
export const isControlledBy = (object: KubernetesObject, owner: KubernetesObject): boolean =>
  controllerOf(object)?.uid === owner.metadata.uid

/** The reference that makes `owner` the managing owner of an object. */
export const controllerReference = (
  owner: KubernetesObject,
  kind: { apiVersion: string; kind: string },
): OwnerReference => ({
  apiVersion: kind.apiVersion,
  kind: kind.kind,
  name: owner.metadata.name ?? '',
  uid: owner.metadata.uid ?? '',
  controller: true,
  blockOwnerDeletion: true,
})
