import { nodes, persistentVolumes, pods, storageClasses } from '#client/resource-types.ts'
import type { PersistentVolumeClaim } from '#kubernetes/api/core-v1.ts'
import type { ControllerContext } from '../define-controller.ts'

/** What the binder reads beside claims. */
export const binderReads = { persistentVolumes, storageClasses, pods, nodes }

export type BinderContext = ControllerContext<PersistentVolumeClaim, typeof binderReads>
