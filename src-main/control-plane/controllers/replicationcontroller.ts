import { pods, replicationControllers } from '#client/resource-types.ts'
import { defineController } from './define-controller.ts'
import { ReplicaReconciler } from './shared/replicas/replica-reconciler.ts'

/** Keeps as many pods running as each ReplicationController asks for. */
export const replicationControllerController = defineController({
  name: 'replicationcontroller-controller',
  serviceAccount: 'replication-controller',
  component: 'replication-controller',
  for: replicationControllers,
  reads: { pods },
  start: context => {
    const reconciler = new ReplicaReconciler(context, {
      type: replicationControllers,
      selectorOf: ({ spec }) => ({ matchLabels: spec.selector ?? {} }),
      countsTerminating: false,
    })
    return key => reconciler.reconcile(key)
  },
})
