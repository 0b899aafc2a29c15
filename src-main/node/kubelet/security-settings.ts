import type { ContainerConfig, RuntimeImage } from '../runtimes/container-runtime.ts'
import { ContainerConfigError } from './environment/container-environment.ts'
import { type AnyContainer, type BoundPod, describePod } from './pod-facts.ts'

type SecuritySettings = ContainerConfig['security']

/**
 * A container's security settings: its own before the pod's.
 * Throws a `ContainerConfigError` when it must not run as root and would.
 */
export function securitySettings(
  pod: BoundPod,
  container: AnyContainer,
  image: RuntimeImage,
): SecuritySettings {
  const ofPod = pod.spec.securityContext ?? {}
  const own = container.securityContext ?? {}
  const runAsUser = own.runAsUser ?? ofPod.runAsUser
  const runAsGroup = own.runAsGroup ?? ofPod.runAsGroup
  const seccomp = (own.seccompProfile ?? ofPod.seccompProfile)?.type
  if (own.runAsNonRoot ?? ofPod.runAsNonRoot) refuseRoot(pod, container, image, runAsUser)
  const groups = [
    ...(ofPod.supplementalGroups ?? []),
    ...(ofPod.fsGroup === undefined ? [] : [ofPod.fsGroup]),
  ]
  return {
    ...(runAsUser === undefined ? {} : { runAsUser }),
    ...(runAsGroup === undefined ? {} : { runAsGroup }),
    ...(groups.length ? { supplementalGroups: groups } : {}),
    readOnlyRootFilesystem: own.readOnlyRootFilesystem ?? false,
    privileged: own.privileged ?? false,
    allowPrivilegeEscalation: own.allowPrivilegeEscalation ?? true,
    addCapabilities: own.capabilities?.add ?? [],
    dropCapabilities: own.capabilities?.drop ?? [],
    ...(seccomp === 'RuntimeDefault' || seccomp === 'Unconfined' ? { seccomp } : {}),
  }
}

function refuseRoot(
  pod: BoundPod,
  { name }: AnyContainer,
  image: RuntimeImage,
  runAsUser: number | undefined,
): void {
  const where = `(pod: "${describePod(pod)}", container: ${name})`
  if (runAsUser === 0)
    throw new ContainerConfigError(`container's runAsUser breaks non-root policy ${where}`)
  if (runAsUser !== undefined) return
  if (image.uid === undefined && image.username)
    throw new ContainerConfigError(
      `container has runAsNonRoot and image has non-numeric user (${image.username}), cannot verify user is non-root ${where}`,
    )
  if (image.uid === undefined || image.uid === 0)
    throw new ContainerConfigError(`container has runAsNonRoot and image will run as root ${where}`)
}
