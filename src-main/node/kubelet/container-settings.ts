import {
  type ContainerConfig,
  type RuntimeImage,
  runtimeLabels,
} from '../runtimes/container-runtime.ts'
import { expandReferences } from './environment/expansion.ts'
import { type AnyContainer, type BoundPod, isSidecar } from './pod-facts.ts'
import { resourceSettings } from './resource-settings.ts'
import { securitySettings } from './security-settings.ts'
import { containerMounts, type ResolvedVolumes } from './volumes/pod-volumes.ts'

export interface ContainerSettingsInput {
  pod: BoundPod
  container: AnyContainer
  attempt: number
  image: RuntimeImage
  environment: ReadonlyMap<string, string>
  volumes: ResolvedVolumes
  nodeMemoryBytes: number
  /** The id of the container that an ephemeral one looks into. */
  targetId?: string | undefined
}

/** What the engine has to make for a container of a pod. Throws a `ContainerConfigError` when that can't be said. */
export function containerSettings(input: ContainerSettingsInput): ContainerConfig {
  const { pod, container, environment } = input
  const { metadata } = pod
  const expand = (texts: string[] | undefined) =>
    texts?.length
      ? texts.map(text => expandReferences(text, name => environment.get(name)))
      : undefined
  return {
    name: container.name,
    attempt: input.attempt,
    runsOnce: runsOnce(pod, container),
    image: container.image ?? '',
    command: expand(container.command),
    args: expand(container.args),
    workingDir: container.workingDir || undefined,
    env: [...environment].map(([name, value]) => ({ name, value })),
    mounts: containerMounts(container, input.volumes, environment),
    labels: {
      [runtimeLabels.podName]: metadata.name,
      [runtimeLabels.podNamespace]: metadata.namespace ?? '',
      [runtimeLabels.podUid]: metadata.uid,
      [runtimeLabels.containerName]: container.name,
      [runtimeLabels.image]: container.image ?? '',
    },
    annotations: {},
    processes: processesOf(input),
    stdin: container.stdin ?? false,
    stdinOnce: container.stdinOnce ?? false,
    tty: container.tty ?? false,
    resources: resourceSettings(pod, container, input.nodeMemoryBytes),
    security: securitySettings(pod, container, input.image),
    terminationMessagePath: container.terminationMessagePath ?? '/dev/termination-log',
  }
}

const runsOnce = ({ spec }: BoundPod, container: AnyContainer) =>
  !isSidecar(container) && spec.initContainers?.some(({ name }) => name === container.name) === true

function processesOf({ pod: { spec }, targetId }: ContainerSettingsInput) {
  if (spec.hostPID) return 'host'
  if (spec.shareProcessNamespace) return 'pod'
  return targetId ? { of: targetId } : 'container'
}
