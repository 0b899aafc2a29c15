import type {
  VolumeAttachment,
  VolumeAttachmentSource,
  VolumeAttachmentSpec,
  VolumeError,
} from '#kubernetes/api/storage-v1.ts'
import { checkSubdomain } from '#kubernetes/names.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { defineResource } from './define-resource.ts'
import { validateInlineVolume } from './persistentvolumes/volume-validation.ts'
import { asPrinted } from './shared/as-printed.ts'
import { ageColumn, nameColumn } from './shared/columns.ts'
import { validateDriverName } from './shared/csi-driver-name.ts'
import {
  forbidden,
  immutable,
  invalid,
  malformed,
  optionalForm,
  required,
  tooLong,
} from './shared/field-errors.ts'
import { byteLength } from './shared/object-meta.ts'
import { keepStatus } from './shared/status.ts'

const maxMetadataBytes = 256 * 1024
const maxMessageBytes = 1024
const exactlyOne = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName'

const validate = ({ spec, status }: VolumeAttachment): FieldError[] => [
  ...validateDriverName(spec.attacher, 'spec.attacher'),
  ...validateSource(spec.source ?? {}, 'spec.source'),
  ...malformed('spec.nodeName', spec.nodeName ?? '', checkSubdomain(spec.nodeName ?? '')),
  ...validateStatus(status),
]

function validateSource(source: VolumeAttachmentSource, path: string): FieldError[] {
  const { inlineVolumeSpec: inline, persistentVolumeName: name } = source
  if (inline && name !== undefined) return [forbidden(path, exactlyOne)]
  if (!inline && name === undefined) return [required(path, exactlyOne)]
  if (inline) return validateInlineVolume(inline, `${path}.inlineVolumeSpec`)
  return name === ''
    ? [required(`${path}.persistentVolumeName`, 'must specify non empty persistentVolumeName')]
    : optionalForm(`${path}.persistentVolumeName`, name, checkSubdomain)
}

function validateStatus(status: VolumeAttachment['status']): FieldError[] {
  const entries = Object.entries(status?.attachmentMetadata ?? {})
  const bytes = entries.reduce((sum, [key, value]) => sum + byteLength(key) + byteLength(value), 0)
  return [
    ...(bytes > maxMetadataBytes ? [tooLong('status.attachmentMetadata', maxMetadataBytes)] : []),
    ...validateError(status?.attachError, 'status.attachError'),
    ...validateError(status?.detachError, 'status.detachError'),
  ]
}

const validateError = (error: VolumeError | undefined, path: string): FieldError[] => [
  // Upstream refuses messages of more than 1 KiB, and names the other limit.
  ...(byteLength(error?.message ?? '') > maxMessageBytes
    ? [tooLong(`${path}.message`, maxMetadataBytes)]
    : []),
  ...((error?.errorCode ?? 0) < 0
    ? [
        invalid(
          `${path}.errorCode`,
          error?.errorCode,
          'must be between 0 and 2147483647, inclusive',
        ),
      ]
    : []),
]

export const volumeAttachments = defineResource<VolumeAttachment>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'VolumeAttachment',
  plural: 'volumeattachments',
  answersDeleted: true,
  singular: 'volumeattachment',
  namespaced: false,
  storagePrefix: '/registry/volumeattachments',
  generation: false,
  createWarning: 'nothing attaches the volumes of CSI drivers to the nodes of this cluster yet',
  columns: [
    nameColumn,
    { name: 'Attacher', type: 'string', format: 'name', value: ({ spec }) => spec.attacher },
    { name: 'PV', type: 'string', value: ({ spec }) => spec.source.persistentVolumeName ?? '' },
    { name: 'Node', type: 'string', value: ({ spec }) => spec.nodeName },
    { name: 'Attached', type: 'boolean', value: ({ status }) => status?.attached ?? false },
    ageColumn,
  ],
  defaults(attachment) {
    attachment.spec ??= {} as VolumeAttachmentSpec
    attachment.spec.source ??= {}
  },
  prepareForCreate(attachment) {
    attachment.status = { attached: false }
  },
  prepareForUpdate: keepStatus,
  validate,
  validateUpdate: ({ spec }, old) =>
    immutable('spec', spec, old.spec, asPrinted('storage.k8s.io/v1', 'VolumeAttachmentSpec', spec)),
  status: { validateUpdate: ({ status }) => validateStatus(status) },
})
