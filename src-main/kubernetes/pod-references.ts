import type { Container, Pod, Volume } from './api/core-v1.ts'
import { claimOf } from './resource-claims.ts'

/** Kinds that a node may read only where its pods refer to them. */
export type ReferencedKind = 'secret' | 'configMap' | 'claim' | 'resourceClaim' | 'serviceAccount'

/** An object in a pod's namespace that the pod refers to. */
export interface PodReference {
  kind: ReferencedKind
  name: string
}

/** What the kubelet has to read to run a pod. */
export function* podReferences(pod: Pod): Generator<PodReference> {
  const { spec } = pod
  if (spec.serviceAccountName) yield { kind: 'serviceAccount', name: spec.serviceAccountName }
  yield* namesOf('secret', ...(spec.imagePullSecrets ?? []).map(({ name }) => name))
  const containers: Pick<Container, 'env' | 'envFrom'>[] = [
    ...spec.containers,
    ...(spec.initContainers ?? []),
    ...(spec.ephemeralContainers ?? []),
  ]
  for (const container of containers) yield* environmentReferences(container)
  for (const volume of spec.volumes ?? []) yield* volumeReferences(volume, pod.metadata.name ?? '')
  const claims = (spec.resourceClaims ?? []).map(reference => claimOf(pod, reference)?.name)
  yield* namesOf('resourceClaim', ...claims)
}

function* environmentReferences({
  env = [],
  envFrom = [],
}: Pick<Container, 'env' | 'envFrom'>): Generator<PodReference> {
  for (const { valueFrom } of env) {
    yield* namesOf('secret', valueFrom?.secretKeyRef?.name)
    yield* namesOf('configMap', valueFrom?.configMapKeyRef?.name)
  }
  for (const { secretRef, configMapRef } of envFrom) {
    yield* namesOf('secret', secretRef?.name)
    yield* namesOf('configMap', configMapRef?.name)
  }
}

function* volumeReferences(volume: Volume, podName: string): Generator<PodReference> {
  const { csi, flexVolume, iscsi, rbd, cephfs, cinder, scaleIO, storageos, azureFile } = volume
  yield* namesOf(
    'secret',
    volume.secret?.secretName,
    csi?.nodePublishSecretRef?.name,
    azureFile?.secretName,
    ...[flexVolume, iscsi, rbd, cephfs, cinder, scaleIO, storageos].map(
      source => source?.secretRef?.name,
    ),
  )
  yield* namesOf('configMap', volume.configMap?.name)
  yield* namesOf('claim', volume.persistentVolumeClaim?.claimName)
  if (volume.ephemeral) yield { kind: 'claim', name: `${podName}-${volume.name}` }
  for (const { secret, configMap } of volume.projected?.sources ?? []) {
    yield* namesOf('secret', secret?.name)
    yield* namesOf('configMap', configMap?.name)
  }
}

function* namesOf(kind: ReferencedKind, ...names: (string | undefined)[]): Generator<PodReference> {
  for (const name of names) if (name) yield { kind, name }
}
