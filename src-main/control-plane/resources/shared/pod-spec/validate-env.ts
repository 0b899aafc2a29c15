import type {
  Container,
  EnvFromSource,
  EnvVar,
  EphemeralContainer,
  FileKeySelector,
  ObjectFieldSelector,
  ResourceFieldSelector,
} from '#kubernetes/api/core-v1.ts'
import { checkConfigMapKey, checkQualifiedName, checkSubdomain } from '#kubernetes/names.ts'
import { canonicalQuantity, quantityProblem } from '#kubernetes/quantity.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import {
  each,
  invalid,
  malformed,
  notFound,
  notSupported,
  optionalForm,
  required,
  requiredForm,
  requiredText,
} from '../field-errors.ts'
import { checkEnvVarName } from '../formats.ts'
import { validatePath } from './validate-paths.ts'
import type { VolumesByName } from './validate-volumes.ts'

const envFields = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
]
/** Fields that the downward API can name at all, allowed at this place or not. */
const knownFields = [
  ...envFields,
  'metadata.annotations',
  'metadata.labels',
  'spec.host',
  'spec.restartPolicy',
  'spec.schedulerName',
  'status.phase',
]
const containerResources = ['cpu', 'memory', 'ephemeral-storage'].flatMap(name => [
  `limits.${name}`,
  `requests.${name}`,
])
const binaryDivisors = '1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei'
const divisors: [resource: RegExp, values: string, name: string][] = [
  [/[.]cpu$/, '1m, 1', 'cpu'],
  [/[.]memory$/, binaryDivisors, 'memory'],
  [/[.]ephemeral-storage$/, binaryDivisors, 'local ephemeral storage'],
  [/[.]hugepages-/, binaryDivisors, 'hugepages'],
]

/** What is wrong with the environment of a container. */
export const validateEnvironment = (
  { env, envFrom }: Container | EphemeralContainer,
  path: string,
  volumes: VolumesByName,
): FieldError[] => [
  ...each(env, `${path}.env`, (variable, path) => validateVariable(variable, path, volumes)),
  ...each(envFrom, `${path}.envFrom`, (source, itemPath) =>
    validateSource(source, itemPath, `${path}.envFrom`),
  ),
]

function validateVariable(variable: EnvVar, path: string, volumes: VolumesByName): FieldError[] {
  return [
    ...requiredForm(`${path}.name`, variable.name, checkEnvVarName),
    ...(variable.valueFrom ? validateValueFrom(variable, `${path}.valueFrom`, volumes) : []),
  ]
}

function validateValueFrom(
  { value, valueFrom = {} }: EnvVar,
  path: string,
  volumes: VolumesByName,
): FieldError[] {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = valueFrom
  const count = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef].filter(
    Boolean,
  ).length
  const problem =
    count === 0
      ? 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`'
      : value
        ? 'may not be specified when `value` is not empty'
        : count > 1
          ? 'may not have more than one field specified at a time'
          : ''
  return [
    ...(fieldRef ? validateFieldRef(fieldRef, `${path}.fieldRef`, envFields) : []),
    ...(resourceFieldRef
      ? validateResourceRef(resourceFieldRef, `${path}.resourceFieldRef`, false)
      : []),
    ...(configMapKeyRef ? validateKeyRef(configMapKeyRef, `${path}.configMapKeyRef`) : []),
    ...(secretKeyRef ? validateKeyRef(secretKeyRef, `${path}.secretKeyRef`) : []),
    ...(fileKeyRef ? validateFileRef(fileKeyRef, `${path}.fileKeyRef`, volumes) : []),
    ...(problem ? [invalid(path, '', problem)] : []),
  ]
}

const validateKeyRef = (
  { name = '', key }: { name?: string; key: string },
  path: string,
): FieldError[] => [
  ...malformed(`${path}.name`, name, checkSubdomain(name)),
  ...requiredForm(`${path}.key`, key, checkConfigMapKey),
]

function validateFileRef(
  { volumeName, path: file, key }: FileKeySelector,
  path: string,
  volumes: VolumesByName,
): FieldError[] {
  const volume = volumes.get(volumeName)
  const problems = volumeName
    ? volume
      ? volume.emptyDir
        ? []
        : [invalid(`${path}.volumeName`, volumeName, 'referenced volume must be of type emptyDir')]
      : [notFound(`${path}.volumeName`, volumeName)]
    : [required(`${path}.volumeName`)]
  return [
    ...problems,
    ...(file ? validatePath(file, `${path}.path`) : [required(`${path}.path`)]),
    ...requiredForm(`${path}.key`, key, checkEnvVarName),
  ]
}

/** What is wrong with a reference to a field of the pod; `allowed` are the fields that this place may name. */
export function validateFieldRef(
  { apiVersion, fieldPath }: ObjectFieldSelector,
  path: string,
  allowed: readonly string[],
): FieldError[] {
  if (!apiVersion) return [required(`${path}.apiVersion`)]
  if (!fieldPath) return [required(`${path}.fieldPath`)]
  const [, subscripted, subscript = ''] = /^(.+)\['(.*)'\]$/.exec(fieldPath) ?? []
  const field = subscripted ?? fieldPath
  if (apiVersion !== 'v1' || !knownFields.includes(field)) {
    const reason =
      apiVersion === 'v1'
        ? `field label not supported: ${fieldPath}`
        : `unsupported pod version: ${apiVersion}`
    return [invalid(`${path}.fieldPath`, fieldPath, `error converting fieldPath: ${reason}`)]
  }
  if (subscripted === undefined)
    return allowed.includes(field) ? [] : [notSupported(`${path}.fieldPath`, field, allowed)]
  if (field === 'metadata.annotations')
    return malformed(path, subscript, checkQualifiedName(subscript.toLowerCase()))
  if (field === 'metadata.labels') return malformed(path, subscript, checkQualifiedName(subscript))
  return [invalid(path, field, 'does not support subscript')]
}

/** What is wrong with a reference to a container's resources; files must say whose. */
export function validateResourceRef(
  { containerName, resource, divisor = '0' }: ResourceFieldSelector,
  path: string,
  inVolume: boolean,
): FieldError[] {
  if (inVolume && !containerName) return [required(`${path}.containerName`)]
  if (!resource) return requiredText(`${path}.resource`, resource)
  if (!containerResources.includes(resource) && !/^(limits|requests)[.]hugepages-/.test(resource))
    return [notSupported(`${path}.resource`, resource, containerResources)]
  const [, values = '', name] = divisors.find(([pattern]) => pattern.test(resource)) ?? []
  const problem = quantityProblem(String(divisor))
  if (problem) return [invalid(`${path}.divisor`, divisor, problem)]
  const canonical = canonicalQuantity(divisor)
  return canonical === '0' || values.split(', ').includes(canonical)
    ? []
    : [
        invalid(
          `${path}.divisor`,
          resource,
          `only divisor's values ${values.replace(/, 1$/, ' and 1')} are supported with the ${name} resource`,
        ),
      ]
}

function validateSource(source: EnvFromSource, path: string, listPath: string): FieldError[] {
  const { prefix, configMapRef, secretRef } = source
  const count = [configMapRef, secretRef].filter(Boolean).length
  const problem =
    count === 0
      ? 'must specify one of: `configMapRef` or `secretRef`'
      : count > 1
        ? 'may not have more than one field specified at a time'
        : ''
  return [
    ...optionalForm(`${path}.prefix`, prefix, checkEnvVarName),
    ...(configMapRef
      ? requiredForm(`${path}.configMapRef.name`, configMapRef.name, checkSubdomain)
      : []),
    ...(secretRef ? requiredForm(`${path}.secretRef.name`, secretRef.name, checkSubdomain) : []),
    ...(problem ? [invalid(listPath, '', problem)] : []),
  ]
}
