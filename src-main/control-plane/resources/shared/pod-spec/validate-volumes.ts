import type { HostPathVolumeSource, PodSpec, Volume } from '#kubernetes/api/core-v1.ts'
import { checkLabel } from '#kubernetes/names.ts'
import { parseQuantity } from '#kubernetes/quantity.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { validateClaimSpec } from '../../persistentvolumeclaims/claim-validation.ts'
import { validateDriverName } from '../csi-driver-name.ts'
import {
  duplicate,
  each,
  forbidden,
  invalid,
  oneOf,
  optionalOneOf,
  required,
  requiredForm,
  requiredText,
} from '../field-errors.ts'
import { validateAnnotations, validateLabels } from '../object-meta.ts'
import { iscsiLimit, portalTooLong, validateLegacySource } from './validate-legacy-volumes.ts'
import { validateNoBacksteps, validatePath } from './validate-paths.ts'
import {
  validateDistinctPaths,
  validateFiles,
  validateMode,
  validateProjection,
} from './validate-projections.ts'

/** The volumes of a pod that are in order. */
export type VolumesByName = ReadonlyMap<string, Volume>

const hostPathTypes = [
  '',
  'DirectoryOrCreate',
  'Directory',
  'FileOrCreate',
  'File',
  'Socket',
  'CharDevice',
  'BlockDevice',
]

/** What is wrong with the volumes of a pod; those that are in order are put into `valid`. */
export function validateVolumes(
  { volumes }: PodSpec,
  path: string,
  valid: Map<string, Volume>,
): FieldError[] {
  return each(volumes, path, (volume, path) => {
    const { name } = volume
    const errors = [
      ...validateSource(volume, path),
      ...requiredForm(`${path}.name`, name, checkLabel),
      ...(valid.has(name) ? [duplicate(`${path}.name`, name)] : []),
    ]
    if (errors.length === 0) valid.set(name, volume)
    return errors
  })
}

/** Exactly one source; all after the first are refused. */
function validateSource(volume: Volume, path: string): FieldError[] {
  const given = Object.entries(volume).flatMap(([field, value]) =>
    field === 'name' || value === undefined || value === null ? [] : [field as keyof Volume],
  )
  const [first, ...more] = given.sort((a, b) => rank(a) - rank(b))
  if (!first) return [required(path, 'must specify a volume type')]
  return [
    ...(sources[first]?.(volume, `${path}.${first}`) ??
      validateLegacySource(first, volume[first] as Record<string, unknown>, path)),
    ...more.map(field => forbidden(`${path}.${field}`, 'may not specify more than 1 volume type')),
    ...validatePortal(volume, path),
  ]
}

/** The name of an initiator's interface is made of the volume's and the portal's. */
const validatePortal = ({ name, iscsi }: Volume, path: string): FieldError[] =>
  iscsi?.initiatorName !== undefined && `${name}:${iscsi.targetPortal}`.length > iscsiLimit
    ? [invalid(`${path}.name`, name, portalTooLong)]
    : []

/** Upstream's order of checks: the first that is given is taken for the one that was meant. */
const rank = (field: string) => {
  const index = Object.keys(sources).indexOf(field)
  return index < 0 ? Number.MAX_SAFE_INTEGER : index
}

const sources: Partial<Record<keyof Volume, (volume: Volume, path: string) => FieldError[]>> = {
  emptyDir: ({ emptyDir }, path) =>
    (parseQuantity(emptyDir?.sizeLimit ?? '0') ?? 0n) < 0n
      ? [forbidden(`${path}.sizeLimit`, 'SizeLimit field must be a valid resource quantity')]
      : [],
  hostPath: ({ hostPath }, path) => validateHostPath(hostPath, path),
  gitRepo: ({ gitRepo }, path) => [
    ...requiredText(`${path}.repository`, gitRepo?.repository),
    ...validatePath(gitRepo?.directory ?? '', `${path}.directory`),
  ],
  secret: ({ secret }, path) => [
    ...requiredText(`${path}.secretName`, secret?.secretName),
    ...validateMode(secret?.defaultMode, `${path}.defaultMode`),
    ...validateFiles(secret?.items, `${path}.items`),
  ],
  configMap: ({ configMap }, path) => [
    ...requiredText(`${path}.name`, configMap?.name),
    ...validateMode(configMap?.defaultMode, `${path}.defaultMode`),
    ...validateFiles(configMap?.items, `${path}.items`),
  ],
  downwardAPI: ({ downwardAPI }, path) => [
    ...validateMode(downwardAPI?.defaultMode, `${path}.defaultMode`),
    ...validateProjection({ downwardAPI: downwardAPI ?? {} }, path),
  ],
  persistentVolumeClaim: ({ persistentVolumeClaim }, path) =>
    requiredText(`${path}.claimName`, persistentVolumeClaim?.claimName),
  projected: ({ projected }, path) => [
    ...validateMode(projected?.defaultMode, `${path}.defaultMode`),
    ...each(projected?.sources, `${path}.sources`, (source, sourcePath) => {
      const [first, ...more] = Object.keys(source)
      if (!first) return []
      const errors = validateProjection(source, `${sourcePath}.${first}`)
      if (more.length > 0)
        errors.push(forbidden(sourcePath, 'may not specify more than 1 volume type per source'))
      return errors
    }),
    ...validateDistinctPaths(projected?.sources ?? [], path),
  ],
  csi: ({ csi }, path) => [
    ...validateDriverName(csi?.driver, `${path}.driver`),
    ...(csi?.nodePublishSecretRef
      ? requiredText(`${path}.nodePublishSecretRef.name`, csi.nodePublishSecretRef.name)
      : []),
  ],
  ephemeral: ({ ephemeral }, path) => {
    const template = ephemeral?.volumeClaimTemplate
    const at = `${path}.volumeClaimTemplate`
    return template
      ? [
          ...validateLabels(template.metadata?.labels, `${at}.metadata.labels`),
          ...validateAnnotations(template.metadata?.annotations, `${at}.metadata.annotations`),
          ...Object.keys(template.metadata ?? {}).flatMap(field =>
            field === 'labels' || field === 'annotations'
              ? []
              : [forbidden(`${at}.metadata.${field}`, 'cannot be set')],
          ),
          ...validateClaimSpec(template.spec ?? {}, `${at}.spec`),
        ]
      : [required(at)]
  },
  image: ({ image }, path) => [
    ...requiredText(`${path}.reference`, image?.reference),
    ...oneOf(`${path}.pullPolicy`, image?.pullPolicy, ['Always', 'IfNotPresent', 'Never']),
  ],
}

/** What is wrong with a path of a node, in pods and in PersistentVolumes. */
export function validateHostPath(
  source: HostPathVolumeSource | undefined,
  path: string,
): FieldError[] {
  if (!source?.path) return [required(`${path}.path`)]
  return [
    ...validateNoBacksteps(source.path, `${path}.path`),
    ...optionalOneOf(`${path}.type`, source.type, hostPathTypes),
  ]
}
