import type { FieldError } from '#kubernetes/status-error.ts'
import { invalid, required } from '../field-errors.ts'

type Source = Record<string, unknown>

/** What volumes of other systems must say. */
const requiredFields: Partial<Record<string, readonly string[]>> = {
  gcePersistentDisk: ['pdName'],
  awsElasticBlockStore: ['volumeID'],
  glusterfs: ['endpoints', 'path'],
  rbd: ['monitors', 'image'],
  flexVolume: ['driver'],
  cinder: ['volumeID'],
  cephfs: ['monitors'],
  azureFile: ['secretName', 'shareName'],
  vsphereVolume: ['volumePath'],
  azureDisk: ['diskName', 'diskURI'],
  scaleIO: ['gateway', 'system', 'volumeName'],
  portworxVolume: ['volumeID'],
  photonPersistentDisk: ['pdID'],
  iscsi: ['targetPortal', 'iqn'],
}
const furtherChecks: Partial<Record<string, (source: Source, path: string) => FieldError[]>> = {
  iscsi: validateIscsi,
  fc: validateFibreChannel,
  flocker: validateFlocker,
  flexVolume: ({ options }, path) =>
    Object.keys((options as object | undefined) ?? {}).flatMap(key =>
      isReserved(key)
        ? [
            invalid(
              `${path}.options[${key}]`,
              key,
              'kubernetes.io and k8s.io namespaces are reserved',
            ),
          ]
        : [],
    ),
}
const diskNames: Record<string, RegExp> = {
  iqn: /^iqn\.\d{4}-\d{2}\.([A-Za-z0-9\-.]+)(:[^,;*&$|\s]+)$/,
  eui: /^eui.[A-Za-z0-9]{16}$/,
  naa: /^naa.[A-Za-z0-9]{32}$/,
}

/** What is wrong with a volume of another system, in pods and in PersistentVolumes; `field` names the system. */
export const validateLegacySource = (field: string, source: Source, path: string): FieldError[] => [
  ...(requiredFields[field] ?? []).flatMap(name =>
    isEmpty(source[name]) ? [required(`${path}.${name}`)] : [],
  ),
  ...(furtherChecks[field]?.(source, path) ?? []),
]

const isEmpty = (value: unknown): boolean => !value || (Array.isArray(value) && value.length === 0)

const isReserved = (key: string): boolean =>
  /^([^/]*\.)?(kubernetes|k8s)\.io$/.test(key.split('/')[0] ?? '') && key.includes('/')

function validateIscsi(source: Source, path: string): FieldError[] {
  const { iqn, lun, initiatorName, secretRef } = source
  const usesSecret = source['chapAuthDiscovery'] || source['chapAuthSession']
  return [
    ...(iqn ? validateDiskName(String(iqn), `${path}.iqn`) : []),
    ...validateLun(lun, path),
    ...(usesSecret && !secretRef ? [required(`${path}.secretRef`)] : []),
    ...(initiatorName === undefined
      ? []
      : validateDiskName(String(initiatorName), `${path}.initiatorname`)),
  ]
}

function validateDiskName(name: string, path: string): FieldError[] {
  const form = diskNames[name.slice(0, 3)]
  if (!form) return [invalid(path, name, 'must be valid format starting with iqn, eui, or naa')]
  return form.test(name) ? [] : [invalid(path, name, 'must be valid format')]
}

function validateFibreChannel(source: Source, path: string): FieldError[] {
  const { lun } = source
  const [targets, wwids] = [source['targetWWNs'], source['wwids']]
  const hasTargets = !isEmpty(targets)
  return [
    ...(!hasTargets && isEmpty(wwids)
      ? [required(`${path}.targetWWNs`, 'must specify either targetWWNs or wwids, but not both')]
      : []),
    ...(hasTargets && !isEmpty(wwids)
      ? [
          invalid(
            `${path}.targetWWNs`,
            targets,
            'targetWWNs and wwids can not be specified simultaneously',
          ),
        ]
      : []),
    ...(hasTargets && lun === undefined
      ? [required(`${path}.lun`, 'lun is required if targetWWNs is specified')]
      : []),
    ...(hasTargets ? validateLun(lun, path) : []),
  ]
}

function validateFlocker(source: Source, path: string): FieldError[] {
  const [name, uuid] = [source['datasetName'], source['datasetUUID']]
  return [
    ...(!name && !uuid ? [required(path, 'one of datasetName and datasetUUID is required')] : []),
    ...(name && uuid
      ? [
          invalid(
            path,
            'resource',
            'datasetName and datasetUUID can not be specified simultaneously',
          ),
        ]
      : []),
    ...(String(name ?? '').includes('/')
      ? [invalid(`${path}.datasetName`, name, "must not contain '/'")]
      : []),
  ]
}

const validateLun = (lun: unknown, path: string): FieldError[] =>
  typeof lun === 'number' && (lun < 0 || lun > 255)
    ? [invalid(`${path}.lun`, lun, 'must be between 0 and 255, inclusive')]
    : []
