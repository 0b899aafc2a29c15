import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from '#base/clock.ts'
import type { Logger } from '#base/logger.ts'
import { Client } from '#client/rest.ts'
import { SharedInformers } from '#client/shared-informers.ts'
import type { Transport } from '#client/transport.ts'
import { certificateSigningRequestApprovingController } from './certificatesigningrequest-approving.ts'
import { certificateSigningRequestCleanerController } from './certificatesigningrequest-cleaner.ts'
import { certificateSigningRequestSigningController } from './certificatesigningrequest-signing.ts'
import { clusterRoleAggregationController } from './clusterrole-aggregation.ts'
import { cronJobController } from './cronjob/cronjob.ts'
import { daemonSetController } from './daemonset/daemonset.ts'
import type { Controller, ControllerOptions } from './define-controller.ts'

export type { Controller } from './define-controller.ts'

import { deploymentController } from './deployment/deployment.ts'
import { disruptionController } from './disruption/disruption.ts'
import { endpointsController } from './endpoints/endpoints.ts'
import { endpointSliceController } from './endpointslice/endpointslice.ts'
import { endpointSliceMirroringController } from './endpointslice-mirroring/endpointslice-mirroring.ts'
import { ephemeralVolumeController } from './ephemeral-volume.ts'
import { garbageCollectorController } from './garbage-collector/garbage-collector.ts'
import { horizontalPodAutoscalerController } from './horizontal-pod-autoscaler/horizontal-pod-autoscaler.ts'
import { jobController } from './job/job.ts'
import { legacyServiceAccountTokenCleanerController } from './legacy-serviceaccount-token-cleaner.ts'
import { namespaceController } from './namespace/namespace.ts'
import { nodeLifecycleController } from './node-lifecycle/node-lifecycle.ts'
import { persistentVolumeBinderController } from './persistentvolume-binder/persistentvolume-binder.ts'
import { persistentVolumeExpanderController } from './persistentvolume-expander.ts'
import { persistentVolumeProtection } from './persistentvolume-protection.ts'
import { persistentVolumeClaimProtection } from './persistentvolumeclaim-protection.ts'
import { podGarbageCollectorController } from './pod-garbage-collector.ts'
import { replicaSetController } from './replicaset.ts'
import { replicationControllerController } from './replicationcontroller.ts'
import { resourceClaimController } from './resourceclaim/resourceclaim.ts'
import { resourceQuotaController } from './resourcequota.ts'
import { rootCaCertificatePublisher } from './root-ca-certificate-publisher.ts'
import { serviceAccountController } from './serviceaccount.ts'
import { serviceAccountTokenController } from './serviceaccount-token.ts'
import { staleDisruptionController } from './stale-disruption.ts'
import { statefulSetController } from './statefulset/statefulset.ts'
import { taintEvictionController } from './taint-eviction.ts'
import { ttlController } from './ttl.ts'
import { ttlAfterFinishedController } from './ttl-after-finished.ts'
import { validatingAdmissionPolicyStatusController } from './validatingadmissionpolicy-status/validatingadmissionpolicy-status.ts'
import { volumeAttributesClassProtection } from './volumeattributesclass-protection.ts'

/** Every control loop of a cluster. */
export const controllers: readonly Controller[] = [
  certificateSigningRequestApprovingController,
  certificateSigningRequestCleanerController,
  certificateSigningRequestSigningController,
  clusterRoleAggregationController,
  cronJobController,
  daemonSetController,
  deploymentController,
  disruptionController,
  endpointsController,
  endpointSliceController,
  endpointSliceMirroringController,
  ephemeralVolumeController,
  garbageCollectorController,
  horizontalPodAutoscalerController,
  jobController,
  legacyServiceAccountTokenCleanerController,
  namespaceController,
  nodeLifecycleController,
  persistentVolumeBinderController,
  persistentVolumeClaimProtection,
  persistentVolumeExpanderController,
  persistentVolumeProtection,
  podGarbageCollectorController,
  replicaSetController,
  replicationControllerController,
  resourceClaimController,
  resourceQuotaController,
  rootCaCertificatePublisher,
  serviceAccountController,
  serviceAccountTokenController,
  staleDisruptionController,
  statefulSetController,
  taintEvictionController,
  ttlAfterFinishedController,
  ttlController,
  validatingAdmissionPolicyStatusController,
  volumeAttributesClassProtection,
]

/**
 * Starts controllers (all of them unless told). They read through one set of informers as
 * `system:kube-controller-manager` and write each as its own service account in kube-system,
 * as upstream's bootstrap roles expect. They start one a turn of the event loop, between which the API server's first
 * clients are answered. Disposing the result stops them all; so does one that can't be started.
 */
export async function runControllers(options: {
  transportFor(user: string): Transport
  clock: Clock
  logger: Logger
  options?: ControllerOptions
  only?: readonly Controller[]
}): Promise<AsyncDisposable> {
  const { transportFor, clock, logger } = options
  const client = new Client(transportFor('system:kube-controller-manager'), {
    userAgent: 'kube-controller-manager',
  })
  await using starting = new AsyncDisposableStack()
  const informers = starting.use(new SharedInformers({ client, clock, logger }))
  const environment = { transportFor, informers, clock, logger, options: options.options ?? {} }
  for (const controller of options.only ?? controllers) {
    await nextTurn()
    starting.use(controller.start(environment))
  }
  return starting.move()
}
