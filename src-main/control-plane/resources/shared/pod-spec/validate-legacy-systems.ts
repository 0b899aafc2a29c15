import { checkLabel } from '#kubernetes/names.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { invalid, notSupported, optionalForm, optionalOneOf, required } from '../field-errors.ts'

/** A volume of another system, by the names of the API. */
export type LegacySource = Record<string, unknown>

/** What a source is a part of. */
export type Within = 'Pod' | 'PersistentVolume'

type Check = (source: LegacySource, path: string, within: Within) => FieldError[]

const quobyteRegistry = 'must be a host:port pair or multiple pairs separated by commas'
const managedDisk =
  '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}'
const blobDisk = 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd'
const diskNames: Record<string, RegExp> = {
  iqn: /iqn\.\d{4}-\d{2}\.([A-Za-z0-9\-.]+)(:[^,;*&$|\s]+)$/,
  eui: /^eui.[A-Za-z0-9]{16}$/,
  naa: /^naa.[A-Za-z0-9]{32}$/,
}

/** What the volumes of single systems are asked beyond the fields that must be there; by field of the volume. */
export const legacySystems: Partial<Record<string, Check>> = {
  iscsi: validateIscsi,
  nfs: ({ path: target }, path) =>
    textOf(target).startsWith('/')
      ? []
      : [invalid(`${path}.path`, textOf(target), 'must be an absolute path')],
  fc: validateFibreChannel,
  flocker: validateFlocker,
  flexVolume: validateFlexVolume,
  gcePersistentDisk: validatePartition,
  awsElasticBlockStore: validatePartition,
  azureDisk: validateAzureDisk,
  quobyte: validateQuobyte,
  storageos: validateStorageOs,
}

export const isEmpty = (value: unknown): boolean =>
  !value || (Array.isArray(value) && value.length === 0)

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

function validateFlexVolume({ options }: LegacySource, path: string): FieldError[] {
  return Object.keys((options as object | undefined) ?? {}).flatMap(key =>
    isReserved(key)
      ? [
          invalid(
            `${path}.options[${key}]`,
            key,
            'kubernetes.io and k8s.io namespaces are reserved',
          ),
        ]
      : [],
  )
}

const isReserved = (key: string): boolean =>
  /^([^/]*\.)?(kubernetes|k8s)\.io$/.test(key.split('/')[0] ?? '') && key.includes('/')

function validatePartition({ partition }: LegacySource, path: string): FieldError[] {
  return typeof partition === 'number' && (partition < 0 || partition > 255)
    ? [invalid(`${path}.partition`, partition, 'must be between 1 and 255, inclusive')]
    : []
}

function validateAzureDisk(source: LegacySource, path: string): FieldError[] {
  const { diskURI, cachingMode, kind } = source
  const uri = textOf(diskURI)
  const form = kind === 'Managed' ? managedDisk : blobDisk
  const isOfForm = uri.startsWith(kind === 'Managed' ? '/subscriptions/' : 'https://')
  return [
    ...optionalOneOf(`${path}.cachingMode`, cachingMode as string, [
      'None',
      'ReadOnly',
      'ReadWrite',
    ]),
    ...optionalOneOf(`${path}.kind`, kind as string, ['Dedicated', 'Managed', 'Shared']),
    ...(kind === undefined || isOfForm ? [] : [notSupported(`${path}.diskURI`, uri, [form])]),
  ]
}

function validateQuobyte(source: LegacySource, path: string): FieldError[] {
  const [registry, tenant] = [textOf(source['registry']), textOf(source['tenant'])]
  const isPair = (text: string) => /^([^:\s]*|\[[^\]]*\]):[^:]*$/.test(text)
  return [
    ...(registry ? [] : [required(`${path}.registry`, quobyteRegistry)]),
    ...(tenant.length >= 65
      ? [required(`${path}.tenant`, 'must be a UUID and may not exceed a length of 64 characters')]
      : []),
    ...(registry && !registry.split(',').every(isPair)
      ? [invalid(`${path}.registry`, registry, quobyteRegistry)]
      : []),
  ]
}

function validateStorageOs(source: LegacySource, path: string): FieldError[] {
  const [name, namespace] = [textOf(source['volumeName']), textOf(source['volumeNamespace'])]
  return [
    ...optionalForm(`${path}.volumeName`, name, checkLabel),
    ...optionalForm(`${path}.volumeNamespace`, namespace, checkLabel),
  ]
}

function validateIscsi(source: LegacySource, path: string, within: Within): FieldError[] {
  const { iqn, lun, initiatorName, secretRef } = source
  const usesSecret = source['chapAuthDiscovery'] || source['chapAuthSession']
  return [
    ...(iqn ? validateDiskName(String(iqn), `${path}.iqn`, within) : []),
    ...validateLun(lun, path),
    ...(usesSecret && !secretRef ? [required(`${path}.secretRef`)] : []),
    ...(initiatorName === undefined
      ? []
      : validateDiskName(String(initiatorName), `${path}.initiatorname`, within)),
  ]
}

/** Of a volume upstream does not say how the name has to begin. */
function validateDiskName(name: string, path: string, within: Within): FieldError[] {
  const form = diskNames[name.slice(0, 3)]
  if (form?.test(name)) return []
  const beginning = form || within === 'PersistentVolume' ? '' : ' starting with iqn, eui, or naa'
  return [invalid(path, name, `must be valid format${beginning}`)]
}

function validateFibreChannel(source: LegacySource, path: string): FieldError[] {
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

function validateFlocker(source: LegacySource, path: string): FieldError[] {
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
