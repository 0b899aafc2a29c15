import type {
  Container,
  EphemeralContainer,
  HTTPGetAction,
  LifecycleHandler,
  Probe,
} from '#kubernetes/api/core-v1.ts'
import { imageTag } from './image.ts'
import { canonicalizeAmounts } from './resource-defaults.ts'

/** `Always` for an image whose tag is `latest`, written or not; `IfNotPresent` otherwise. */
export function defaultPullPolicy(image: string | undefined): 'Always' | 'IfNotPresent' {
  return imageTag(image ?? '') === 'latest' ? 'Always' : 'IfNotPresent'
}

/** Fills a container as upstream does, in templates as in pods. */
export function defaultContainer(container: Container | EphemeralContainer): void {
  container.resources ??= {}
  canonicalizeAmounts(container.resources.limits)
  canonicalizeAmounts(container.resources.requests)
  container.imagePullPolicy ??= defaultPullPolicy(container.image)
  container.terminationMessagePath ||= '/dev/termination-log'
  container.terminationMessagePolicy ||= 'File'
  for (const port of container.ports ?? []) port.protocol ||= 'TCP'
  for (const { valueFrom } of container.env ?? []) {
    if (valueFrom?.fieldRef) valueFrom.fieldRef.apiVersion ||= 'v1'
    if (valueFrom?.resourceFieldRef) valueFrom.resourceFieldRef.divisor ??= '0'
    if (valueFrom?.fileKeyRef) valueFrom.fileKeyRef.optional ??= false
  }
  for (const probe of [container.livenessProbe, container.readinessProbe, container.startupProbe])
    if (probe) defaultProbe(probe)
  for (const handler of [container.lifecycle?.postStart, container.lifecycle?.preStop])
    if (handler) defaultHandler(handler)
}

function defaultProbe(probe: Probe): void {
  probe.timeoutSeconds ||= 1
  probe.periodSeconds ||= 10
  probe.successThreshold ||= 1
  probe.failureThreshold ||= 3
  defaultHandler(probe)
}

function defaultHandler(handler: Probe | LifecycleHandler): void {
  if (handler.httpGet) defaultHttpGet(handler.httpGet)
  if ('grpc' in handler && handler.grpc) handler.grpc.service ??= ''
}

function defaultHttpGet(action: HTTPGetAction): void {
  action.path ||= '/'
  action.scheme ||= 'HTTP'
}
