import type {
  Container,
  ContainerPort,
  EphemeralContainer,
  PodSpec,
} from '#kubernetes/api/core-v1.ts'
import { checkLabel, checkPortName } from '#kubernetes/names.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import {
  duplicate,
  each,
  forbidden,
  invalid,
  malformed,
  notFound,
  oneOf,
  required,
  requiredForm,
  requiredText,
} from '../field-errors.ts'
import { checkPortNumber } from '../formats.ts'
import { validateEnvironment } from './validate-env.ts'
import { validateMounts } from './validate-mounts.ts'
import { validateProbesAndHooks } from './validate-probes.ts'
import { validateContainerClaims } from './validate-resource-claims.ts'
import { validateResources } from './validate-resources.ts'
import { validateRestartRules } from './validate-restart-rules.ts'
import { validateSecurityContext } from './validate-security-context.ts'
import type { VolumesByName } from './validate-volumes.ts'

const pullPolicies = ['Always', 'IfNotPresent', 'Never']

/** What is wrong with the containers of a pod, of all three sorts. */
export function validateContainers(
  spec: PodSpec,
  path: string,
  volumes: VolumesByName,
): FieldError[] {
  const containers = spec.containers ?? []
  const initNames = new Set((spec.initContainers ?? []).map(({ name }) => name))
  const names = new Set<string>()
  return [
    ...(containers.length === 0 ? [required(`${path}.containers`)] : []),
    ...each(containers, `${path}.containers`, (container, path) => {
      const errors = validateContainer(container, path, spec, volumes)
      if (names.has(container.name)) errors.push(duplicate(`${path}.name`, container.name))
      names.add(container.name)
      errors.push(
        ...validateProbesAndHooks(container, path, spec.terminationGracePeriodSeconds),
        ...validateRestartRules(container, path),
      )
      return errors
    }),
    ...validateHostPorts(containers, `${path}.containers`),
    ...validateInitContainers(spec, `${path}.initContainers`, volumes),
    ...validateEphemeralContainers(spec, path, volumes, new Set([...names, ...initNames])),
  ]
}

function validateInitContainers(spec: PodSpec, path: string, volumes: VolumesByName): FieldError[] {
  const names = new Set((spec.containers ?? []).map(({ name }) => name))
  return each(spec.initContainers, path, (container, path) => {
    const errors = validateContainer(container, path, spec, volumes)
    if (names.has(container.name)) errors.push(duplicate(`${path}.name`, container.name))
    names.add(container.name)
    if (container.restartPolicy === 'Always')
      errors.push(...validateProbesAndHooks(container, path, spec.terminationGracePeriodSeconds))
    else errors.push(...refuseProbes(container, path))
    return [
      ...errors,
      ...validateRestartRules(container, path),
      ...(container.restartPolicy === 'Always' && container.restartPolicyRules?.length
        ? [
            forbidden(
              `${path}.restartPolicyRules`,
              'restartPolicyRules are not allowed for init containers with restart policy Always',
            ),
          ]
        : []),
      ...validateHostPorts([container], path.replace(/\[\d+\]$/, '')),
    ]
  })
}

const refuseProbes = (container: Container, path: string): FieldError[] =>
  (['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const).flatMap(field =>
    container[field]
      ? [
          forbidden(
            `${path}.${field}`,
            'may not be set for init containers without restartPolicy=Always',
          ),
        ]
      : [],
  )

function validateEphemeralContainers(
  spec: PodSpec,
  path: string,
  volumes: VolumesByName,
  names: Set<string>,
): FieldError[] {
  return each(spec.ephemeralContainers, `${path}.ephemeralContainers`, (container, path) => {
    const errors = validateContainer(container, path, spec, volumes)
    const { name, targetContainerName } = container
    if (names.has(name)) errors.push(duplicate(`${path}.name`, name))
    if (targetContainerName && !names.has(targetContainerName))
      errors.push(notFound(`${path}.targetContainerName`, targetContainerName))
    names.add(name)
    for (const field of refusedForEphemeral)
      if (container[field] && Object.keys(container[field]).length > 0)
        errors.push(forbidden(`${path}.${field}`, 'cannot be set for an Ephemeral Container'))
    for (const [index, { subPath, subPathExpr }] of (container.volumeMounts ?? []).entries()) {
      const mount = `${path}.volumeMounts[${index}]`
      const detail = 'cannot be set for an Ephemeral Container'
      if (subPath) errors.push(forbidden(`${mount}.subPath`, detail))
      if (subPathExpr) errors.push(forbidden(`${mount}.subPathExpr`, detail))
    }
    return errors
  })
}

const refusedForEphemeral = [
  'ports',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
  'resources',
  'resizePolicy',
] as const

/** What containers of all sorts have in common. */
function validateContainer(
  container: Container | EphemeralContainer,
  path: string,
  spec: PodSpec,
  volumes: VolumesByName,
): FieldError[] {
  return [
    ...requiredForm(`${path}.name`, container.name, checkLabel),
    ...requiredText(`${path}.image`, container.image),
    ...oneOf(`${path}.terminationMessagePolicy`, container.terminationMessagePolicy, [
      'FallbackToLogsOnError',
      'File',
    ]),
    ...validatePorts(container.ports ?? [], `${path}.ports`, spec),
    ...validateEnvironment(container, path, volumes),
    ...validateMounts(container, path, volumes),
    ...oneOf(`${path}.imagePullPolicy`, container.imagePullPolicy, pullPolicies),
    ...validateResources(container.resources ?? {}, `${path}.resources`),
    ...validateContainerClaims(container.resources?.claims, `${path}.resources.claims`, spec),
    ...validateResizePolicy(container, `${path}.resizePolicy`, spec),
    ...validateSecurityContext(container.securityContext, `${path}.securityContext`, spec),
  ]
}

function validatePorts(
  ports: ContainerPort[],
  path: string,
  { hostNetwork }: PodSpec,
): FieldError[] {
  const names = new Set<string>()
  return each(ports, path, ({ name, containerPort, hostPort, protocol }, path) => {
    const errors: FieldError[] = []
    if (name) {
      const problems = checkPortName(name)
      errors.push(...malformed(`${path}.name`, name, problems))
      if (problems.length === 0 && names.has(name)) errors.push(duplicate(`${path}.name`, name))
      names.add(name)
    }
    if (!containerPort) errors.push(required(`${path}.containerPort`))
    else
      errors.push(
        ...malformed(`${path}.containerPort`, containerPort, checkPortNumber(containerPort)),
      )
    if (hostPort) errors.push(...malformed(`${path}.hostPort`, hostPort, checkPortNumber(hostPort)))
    if (hostNetwork && hostPort && hostPort !== containerPort)
      errors.push(
        invalid(
          `${path}.hostPort`,
          hostPort,
          'must match `containerPort` when `hostNetwork` is true',
        ),
      )
    return [...errors, ...oneOf(`${path}.protocol`, protocol, ['SCTP', 'TCP', 'UDP'])]
  })
}

/** No two containers may want the same port of the node. */
function validateHostPorts(containers: Container[], path: string): FieldError[] {
  const taken = new Set<string>()
  return each(containers, path, ({ ports }, path) =>
    each(ports, `${path}.ports`, ({ hostPort, hostIP = '', protocol }, path) => {
      if (!hostPort) return []
      const key = `${protocol}/${hostIP}/${hostPort}`
      if (!taken.has(key)) {
        taken.add(key)
        return []
      }
      return [duplicate(`${path}.hostPort`, key)]
    }),
  )
}

function validateResizePolicy(
  { resizePolicy }: Container | EphemeralContainer,
  path: string,
  { restartPolicy: podRestartPolicy }: PodSpec,
): FieldError[] {
  const seen = new Set<string>()
  return each(resizePolicy, path, ({ resourceName, restartPolicy }, itemPath) => {
    const repeated = seen.has(resourceName)
    seen.add(resourceName)
    return [
      ...(repeated ? [duplicate(itemPath, resourceName)] : []),
      ...oneOf(path, resourceName, ['cpu', 'memory']),
      ...oneOf(path, restartPolicy, ['NotRequired', 'RestartContainer']),
      ...(podRestartPolicy === 'Never' && restartPolicy === 'RestartContainer'
        ? [invalid(path, restartPolicy, "must be 'NotRequired' when `restartPolicy` is 'Never'")]
        : []),
    ]
  })
}
