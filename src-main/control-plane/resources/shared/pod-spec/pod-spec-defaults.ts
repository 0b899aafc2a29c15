import type { PodSpec, PodTemplateSpec } from '#kubernetes/api/core-v1.ts'
import { defaultContainer } from './container-defaults.ts'
import { defaultVolume } from './volume-defaults.ts'

/** Every container of a pod: init, ordinary and ephemeral. */
export const allContainers = ({
  initContainers = [],
  containers = [],
  ephemeralContainers = [],
}: PodSpec) => [...initContainers, ...containers, ...ephemeralContainers]

/** Fills a pod's spec as upstream does, in templates as in pods. */
export function defaultPodSpec(spec: PodSpec): void {
  spec.dnsPolicy ||= 'ClusterFirst'
  spec.restartPolicy ||= 'Always'
  spec.securityContext ??= {}
  spec.terminationGracePeriodSeconds ??= 30
  spec.schedulerName ||= 'default-scheduler'
  mirrorServiceAccount(spec)
  for (const container of allContainers(spec)) defaultContainer(container)
  for (const volume of spec.volumes ?? []) defaultVolume(volume)
}

/** `serviceAccount` is the old name of `serviceAccountName`; both are always shown. */
export function mirrorServiceAccount(spec: PodSpec): void {
  const name = spec.serviceAccountName || spec.serviceAccount
  if (!name) return
  spec.serviceAccountName = name
  spec.serviceAccount = name
}

/** In pods, not in templates: on the node's network a container's port is the node's. */
export function defaultHostPorts(spec: PodSpec): void {
  if (!spec.hostNetwork) return
  for (const { ports = [] } of [...(spec.initContainers ?? []), ...(spec.containers ?? [])])
    for (const port of ports) port.hostPort ||= port.containerPort
}

/** Makes sure a template has metadata and a spec, and fills it. */
export function defaultPodTemplate(template: PodTemplateSpec): void {
  template.metadata ??= {}
  template.spec ??= { containers: [] }
  defaultPodSpec(template.spec)
}
