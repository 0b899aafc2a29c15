import { pods, replicaSets } from '#client/resource-types.ts'
import { defineController } from './define-controller.ts'
import { ReplicaReconciler } from './shared/replicas/replica-reconciler.ts'

/** Keeps as many pods running as each ReplicaSet asks for. */
export const replicaSetController = defineController({
  name: 'replicaset-controller',
  for: replicaSets,
  reads: { pods },
  start: context => {
    const reconciler = new ReplicaReconciler(context, {
      type: replicaSets,
      selectorOf: ({ spec }) => spec?.selector,
      countsTerminating: true,
    })
    return key => reconciler.reconcile(key)
  },
})
