import type { ContainerStatus, Pod, PodSpec, PodStatus } from '#kubernetes/api/core-v1.ts'
import { checkQualifiedName, checkSubdomain } from '#kubernetes/names.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { ipWarnings } from '../shared/address-warnings.ts'
import {
  duplicate,
  each,
  forbidden,
  immutable,
  invalid,
  malformed,
  optionalForm,
} from '../shared/field-errors.ts'
import { ipFamily, validateIp } from '../shared/ip.ts'
import { qosClassOf } from '../shared/pod-spec/resource-defaults.ts'
import { validateAnnotationUpdate } from './pod-annotations.ts'

/** What a pod that was just created looks like from outside. */
export function initialStatus(spec: PodSpec): PodStatus {
  const status: PodStatus = { phase: 'Pending', qosClass: qosClassOf(spec) }
  if (spec.schedulingGates?.length)
    status.conditions = [
      {
        type: 'PodScheduled',
        status: 'False',
        reason: 'SchedulingGated',
        message: 'Scheduling is blocked due to non-empty scheduling gates',
      },
    ]
  return status
}

/** `podIP` is the first of `podIPs`, whichever of them a client writes. */
export function alignPodIPs(status: PodStatus): void {
  const { podIP, podIPs = [] } = status
  if (podIP && podIP !== podIPs[0]?.ip) status.podIPs = [{ ip: podIP }]
  else if (podIPs[0]) status.podIP = podIPs[0].ip
}

/** Keeps what the kubelet may not change by the status endpoint. */
export function prepareStatusUpdate(pod: Pod, old: Pod): void {
  if (old.metadata.ownerReferences) pod.metadata.ownerReferences = old.metadata.ownerReferences
  else delete pod.metadata.ownerReferences
  pod.status ??= {}
  if (!pod.status.qosClass && old.status?.qosClass) pod.status.qosClass = old.status.qosClass
}

/** What the status of a pod is written with a warning for. */
export const podStatusWarnings = ({
  status: { podIPs = [], hostIPs = [] } = {},
}: Pod): string[] => [
  ...podIPs.flatMap(({ ip }, index) => ipWarnings(`status.podIPs[${index}].ip`, ip)),
  ...hostIPs.flatMap(({ ip }, index) => ipWarnings(`status.hostIPs[${index}].ip`, ip)),
]

/** What is wrong with what the kubelet reported. */
export function validatePodStatus(pod: Pod, old: Pod): FieldError[] {
  const { spec, status = {} } = pod
  const { nominatedNodeName, podIPs = [] } = status
  const families = podIPs.map(({ ip }) => ipFamily(ip))
  return [
    ...validateAnnotationUpdate(pod, old),
    ...validateNomination(pod, old),
    ...validateClaimStatuses(pod),
    ...validateHostIps(status),
    ...optionalForm('status.nominatedNodeName', nominatedNodeName, checkSubdomain),
    ...immutable('status.qosClass', status.qosClass, old.status?.qosClass),
    ...each(podIPs, 'status.podIPs', ({ ip }, path) => validateIp(ip, path)),
    ...(podIPs.length === 2 && families[0] === families[1]
      ? [invalid('status.podIPs', podIPs, 'may specify no more than one IP for each IP family')]
      : []),
    ...validateObserved(status.observedGeneration, 'status'),
    ...each(status.conditions, 'status.conditions', ({ type, observedGeneration }, path) => [
      ...validateObserved(observedGeneration, path),
      ...malformed(`${path}.Type`, type, checkQualifiedName(type)),
    ]),
    ...validateTransitions(
      status.containerStatuses,
      old.status?.containerStatuses,
      'status.containerStatuses',
      spec,
    ),
    ...validateTransitions(
      status.initContainerStatuses,
      old.status?.initContainerStatuses,
      'status.initContainerStatuses',
      spec,
    ),
  ]
}

const validateObserved = (generation: number | undefined, path: string): FieldError[] =>
  (generation ?? 0) < 0
    ? [invalid(`${path}.observedGeneration`, generation, 'must be a non-negative integer')]
    : []

/** A pod that has a node waits for no other. */
function validateNomination({ spec, status }: Pod, old: Pod): FieldError[] {
  const name = status?.nominatedNodeName
  return name && spec.nodeName && name !== old.status?.nominatedNodeName
    ? [
        forbidden(
          'status.nominatedNodeName',
          'may not be set on pods that are already bound to a node',
        ),
      ]
    : []
}

function validateClaimStatuses({ spec, status }: Pod): FieldError[] {
  const claims = new Set((spec.resourceClaims ?? []).map(({ name }) => name))
  const names = (status?.resourceClaimStatuses ?? []).map(({ name }) => name)
  return each(status?.resourceClaimStatuses, 'status.resourceClaimStatuses', (one, path, index) => [
    ...(names.indexOf(one.name) < index ? [duplicate(`${path}.name`, one.name)] : []),
    ...(claims.has(one.name)
      ? []
      : [
          invalid(
            `${path}.name`,
            one.name,
            'must match the name of an entry in `spec.resourceClaims`',
          ),
        ]),
    ...optionalForm(`${path}.name`, one.resourceClaimName, checkSubdomain),
  ])
}

function validateHostIps({ hostIP, hostIPs = [] }: PodStatus): FieldError[] {
  const families = hostIPs.map(({ ip }) => ipFamily(ip))
  return [
    ...each(hostIPs, 'status.hostIPs', ({ ip }, path) => validateIp(ip, path)),
    ...(hostIPs.length === 2 && families[0] === families[1]
      ? [invalid('status.hostIPs', hostIPs, 'may specify no more than one IP for each IP family')]
      : []),
    ...(hostIPs[0] && hostIPs[0].ip !== hostIP
      ? [invalid('status.hostIPs[0].ip', hostIPs[0].ip, 'must be equal to `hostIP`')]
      : []),
  ]
}

/** What has ended stays ended, unless the pod may start it again. */
function validateTransitions(
  now: ContainerStatus[] = [],
  before: ContainerStatus[] = [],
  path: string,
  spec: PodSpec,
): FieldError[] {
  if (spec.restartPolicy === 'Always') return []
  const own = new Map(
    [...(spec.containers ?? []), ...(spec.initContainers ?? [])].map(container => [
      container.name,
      container,
    ]),
  )
  return each(before, path, ({ name, state }, path) => {
    const ended = state?.terminated
    if (!ended) return []
    const { restartPolicy = spec.restartPolicy, restartPolicyRules } = own.get(name) ?? {}
    const mayRestart =
      restartPolicy === 'Always' ||
      (restartPolicy === 'OnFailure' && ended.exitCode !== 0) ||
      restartPolicyRules?.length
    const next = now.find(status => status.name === name)
    return mayRestart || !next || next.state?.terminated
      ? []
      : [forbidden(`${path}.state`, 'may not be transitioned to non-terminated state')]
  })
}
