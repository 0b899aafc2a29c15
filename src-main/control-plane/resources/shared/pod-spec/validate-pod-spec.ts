import type { PodSpec, PodTemplateSpec, Volume } from '#kubernetes/api/core-v1.ts'
import { checkQualifiedName, checkSubdomain } from '#kubernetes/names.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import {
  each,
  forbidden,
  invalid,
  malformed,
  oneOf,
  optionalForm,
  optionalOneOf,
  required,
} from '../field-errors.ts'
import { validateAnnotations, validateLabels } from '../object-meta.ts'
import { validateContainers } from './validate-containers.ts'
import { validateDns } from './validate-dns.ts'
import { validatePodAnnotations } from './validate-pod-annotations.ts'
import { validatePodResources } from './validate-pod-resources.ts'
import { validatePodClaims } from './validate-resource-claims.ts'
import { validateResources } from './validate-resources.ts'
import { validateScheduling } from './validate-scheduling.ts'
import { validatePodSecurityContext } from './validate-security-context.ts'
import { validateVolumes } from './validate-volumes.ts'
import { validateHostProcess, validateWindowsPod } from './validate-windows.ts'

const maxInt32 = 2_147_483_647

/** What is wrong with a pod's spec, in pods and in templates. */
export function validatePodSpec(spec: PodSpec, path: string): FieldError[] {
  const volumes = new Map<string, Volume>()
  return [
    ...validateVolumes(spec, `${path}.volumes`, volumes),
    ...validatePodClaims(spec.resourceClaims, `${path}.resourceClaims`),
    ...validatePodResources(spec, `${path}.resources`),
    ...validateContainers(spec, path, volumes),
    ...(spec.overhead ? validateResources({ limits: spec.overhead }, `${path}.overhead`) : []),
    ...oneOf(`${path}.restartPolicy`, spec.restartPolicy, ['Always', 'Never', 'OnFailure']),
    ...validateLabels(spec.nodeSelector, `${path}.nodeSelector`),
    ...validateHostNamespaces(spec, path),
    ...validatePodSecurityContext(spec.securityContext, `${path}.securityContext`, spec),
    ...each(spec.imagePullSecrets, `${path}.imagePullSecrets`, (secret, path) =>
      Object.keys(secret).some(key => key !== 'name')
        ? [invalid(path, secret, 'only name may be set')]
        : [],
    ),
    ...validateScheduling(spec, path),
    ...each(spec.readinessGates, `${path}.readinessGates`, ({ conditionType }, path) =>
      malformed(`${path}.conditionType`, conditionType, checkQualifiedName(conditionType)),
    ),
    ...validateDns(spec, path),
    ...optionalForm(`${path}.serviceAccountName`, spec.serviceAccountName, checkSubdomain),
    ...optionalForm(`${path}.nodeName`, spec.nodeName, checkSubdomain),
    ...validateDeadlines(spec, path),
    ...optionalForm(`${path}.priorityClassName`, spec.priorityClassName, checkSubdomain),
    ...optionalForm(`${path}.runtimeClassName`, spec.runtimeClassName, checkSubdomain),
    ...optionalOneOf(`${path}.preemptionPolicy`, spec.preemptionPolicy, [
      'Never',
      'PreemptLowerPriority',
    ]),
    ...(spec.os ? oneOf(`${path}.os.name`, spec.os.name, ['linux', 'windows']) : []),
    ...validateWindowsPod(spec, path),
    ...validateHostProcess(spec, path),
  ]
}

/** What is wrong with the template of a controller's pods. */
export function validatePodTemplate(template: PodTemplateSpec, path: string): FieldError[] {
  const spec = template.spec ?? { containers: [] }
  return [
    ...validateLabels(template.metadata?.labels, `${path}.labels`),
    ...validateAnnotations(template.metadata?.annotations, `${path}.annotations`),
    ...validatePodAnnotations(template, `${path}.annotations`),
    ...validatePodSpec(spec, `${path}.spec`),
    ...(spec.ephemeralContainers?.length
      ? [
          forbidden(
            `${path}.spec.ephemeralContainers`,
            'ephemeral containers not allowed in pod template',
          ),
        ]
      : []),
  ]
}

function validateDeadlines(spec: PodSpec, path: string): FieldError[] {
  const { activeDeadlineSeconds: deadline, terminationGracePeriodSeconds } = spec
  return [
    ...(deadline !== undefined && (deadline < 1 || deadline > maxInt32)
      ? [
          invalid(
            `${path}.activeDeadlineSeconds`,
            deadline,
            `must be between 1 and ${maxInt32}, inclusive`,
          ),
        ]
      : []),
    ...(terminationGracePeriodSeconds === undefined
      ? [required(`${path}.terminationGracePeriodSeconds`)]
      : []),
  ]
}

function validateHostNamespaces(spec: PodSpec, path: string): FieldError[] {
  const errors: FieldError[] = []
  if (spec.hostPID && spec.shareProcessNamespace)
    errors.push(
      invalid(
        `${path}.securityContext.shareProcessNamespace`,
        true,
        'ShareProcessNamespace and HostPID cannot both be enabled',
      ),
    )
  if (spec.hostUsers !== false) return errors
  const refuse = (field: string) =>
    errors.push(forbidden(`${path}.${field}`, 'when `hostUsers` is false'))
  if (spec.hostNetwork) refuse('hostNetwork')
  if (spec.hostPID) refuse('HostPID')
  if (spec.hostIPC) refuse('HostIPC')
  return errors
}
