import { isDeepStrictEqual } from 'node:util'
import type { Container, EphemeralContainer, Pod, PodStatus } from '#kubernetes/api/core-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'

/** A pod as it lies in the API: bound to a node, with its spec. */
export type BoundPod = Stored<Pod> & { spec: NonNullable<Pod['spec']> }

export type AnyContainer = Container | EphemeralContainer

/** An init container that keeps running beside the app, as `restartPolicy: Always` says. */
export const isSidecar = (container: AnyContainer): boolean => container.restartPolicy === 'Always'

/** Every container of the spec, of all three kinds. */
export const allContainers = ({ spec }: BoundPod): AnyContainer[] => [
  ...(spec.initContainers ?? []),
  ...spec.containers,
  ...(spec.ephemeralContainers ?? []),
]

export const findContainer = (pod: BoundPod, name: string): AnyContainer | undefined =>
  allContainers(pod).find(container => container.name === name)

/** How long the pod's containers have to end when nothing else is asked for. */
export const graceSecondsOf = ({ spec }: BoundPod): number =>
  spec.terminationGracePeriodSeconds ?? defaultGraceSeconds

/** What a pod has whose object doesn't say a grace period. */
export const defaultGraceSeconds = 30

/** `name_namespace(uid)`, as the kubelet's messages name a pod. */
export const describePod = ({ metadata }: BoundPod): string =>
  `${metadata.name}_${metadata.namespace ?? ''}(${metadata.uid})`

/** Whether nothing of the pod will run again. */
export const isTerminalPhase = (phase: PodStatus['phase']): boolean =>
  phase === 'Succeeded' || phase === 'Failed'

/** The path of a container in the spec, as events name what they are about. */
export function fieldPathOf(pod: BoundPod, name: string): string {
  const lists = {
    initContainers: pod.spec.initContainers,
    containers: pod.spec.containers,
    ephemeralContainers: pod.spec.ephemeralContainers,
  }
  for (const [field, containers] of Object.entries(lists))
    if (containers?.some(container => container.name === name)) return `spec.${field}{${name}}`
  return ''
}

/** Whether a change of a pod's object is more than an echo of its status, so that its worker has something to do. */
export function asksForMore(before: BoundPod, after: BoundPod): boolean {
  const relevant = ({ metadata, spec, status }: BoundPod) => ({
    metadata: { ...metadata, resourceVersion: '', managedFields: [] },
    spec,
    gates: spec.readinessGates?.map(({ conditionType }) =>
      status?.conditions?.find(({ type }) => type === conditionType),
    ),
  })
  return !isDeepStrictEqual(relevant(before), relevant(after))
}
