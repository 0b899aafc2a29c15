import type { PersistentVolumeSpec, SecretReference } from '#kubernetes/api/core-v1.ts'
import { checkLabel, checkSubdomain } from '#kubernetes/names.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { validateDriverName } from '../shared/csi-driver-name.ts'
import {
  forbidden,
  invalid,
  optionalForm,
  required,
  requiredForm,
  requiredText,
} from '../shared/field-errors.ts'
import type { LegacySource } from '../shared/pod-spec/validate-legacy-systems.ts'
import {
  iscsiLimit,
  portalTooLong,
  requireText,
  validateLegacySource,
} from '../shared/pod-spec/validate-legacy-volumes.ts'
import { validateNoBacksteps } from '../shared/pod-spec/validate-paths.ts'
import { validateHostPath } from '../shared/pod-spec/validate-volumes.ts'

const ordinary = new Set([
  'capacity',
  'accessModes',
  'claimRef',
  'persistentVolumeReclaimPolicy',
  'storageClassName',
  'mountOptions',
  'volumeMode',
  'nodeAffinity',
  'volumeAttributesClassName',
])
const csiSecrets = [
  'controllerPublishSecretRef',
  'controllerExpandSecretRef',
  'nodePublishSecretRef',
  'nodeExpandSecretRef',
] as const

/** The part of the spec that says what kind of volume it is. */
export const sourceOf = (spec: PersistentVolumeSpec): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(spec).filter(([field, value]) => !ordinary.has(field) && value !== undefined),
  )

/** What is wrong with where the volume of a name comes from: there must be exactly one source. */
export function validateSource(spec: PersistentVolumeSpec, path: string, name = ''): FieldError[] {
  const [first, ...more] = Object.keys(sourceOf(spec))
  if (!first) return [required(path, 'must specify a volume type')]
  const source = sourceOf(spec)[first] as LegacySource
  return [
    ...more.map(field => forbidden(`${path}.${field}`, 'may not specify more than 1 volume type')),
    ...validateOwnSources(spec, path),
    ...validateLegacySource(first, source, path, 'PersistentVolume'),
    ...validateClusterWide(first, source, `${path}.${first}`),
    ...(first === 'iscsi' ? validatePortal(source, `${path}.iscsi`, name) : []),
  ]
}

function validateOwnSources(spec: PersistentVolumeSpec, path: string): FieldError[] {
  const { hostPath, local, csi } = spec
  return [
    ...(hostPath ? validateHostPath(hostPath, `${path}.hostPath`) : []),
    ...(local ? validatePath(local.path, `${path}.local.path`) : []),
    ...(csi
      ? [
          ...validateDriverName(csi.driver, `${path}.csi.driver`),
          ...requiredText(`${path}.csi.volumeHandle`, csi.volumeHandle),
          ...csiSecrets.flatMap(field => validateSecret(csi[field], `${path}.csi.${field}`)),
        ]
      : []),
  ]
}

const validateSecret = (secret: SecretReference | undefined, path: string): FieldError[] =>
  secret
    ? [
        ...requiredForm(`${path}.name`, secret.name, checkSubdomain),
        ...requiredForm(`${path}.namespace`, secret.namespace, checkLabel),
      ]
    : []

/** What a volume must say that one within a pod need not: what it refers to has no namespace of its own. */
function validateClusterWide(field: string, source: LegacySource, path: string): FieldError[] {
  switch (field) {
    case 'cinder':
    case 'storageos':
      return requireText(source, 'secretRef.namespace', path)
    case 'iscsi':
      return requireText(source, 'secretRef.name', path)
    case 'azureFile':
      return source['secretNamespace'] === '' ? [required(`${path}.secretNamespace`)] : []
    case 'glusterfs':
      return source['endpointsNamespace'] === ''
        ? [
            invalid(
              `${path}.endpointsNamespace`,
              '',
              'if the endpointnamespace is set, it must be a valid namespace name',
            ),
          ]
        : optionalForm(
            `${path}.endpointsNamespace`,
            source['endpointsNamespace'] as string | undefined,
            checkLabel,
          )
    default:
      return []
  }
}

/** The name of an initiator's interface is made of the volume's and the portal's. */
function validatePortal(source: LegacySource, path: string, name: string): FieldError[] {
  const { initiatorName, targetPortal } = source
  return initiatorName !== undefined && `${name}:${targetPortal}`.length > iscsiLimit
    ? [invalid(`${path}.targetportal`, targetPortal, portalTooLong)]
    : []
}

const validatePath = (path: string, field: string): FieldError[] =>
  path ? validateNoBacksteps(path, field) : [required(field)]
