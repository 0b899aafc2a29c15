import type {
  Container,
  EnvFromSource,
  EnvVar,
  EphemeralContainer,
  FileKeySelector,
} from '#kubernetes/api/core-v1.ts'
import { checkConfigMapKey, checkSubdomain } from '#kubernetes/names.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import {
  each,
  invalid,
  malformed,
  notFound,
  optionalForm,
  required,
  requiredForm,
} from '../field-errors.ts'
import { checkEnvVarName } from '../formats.ts'
import { validateFieldRef, validateResourceRef } from './validate-downward.ts'
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
