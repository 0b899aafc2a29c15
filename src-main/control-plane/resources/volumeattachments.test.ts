import { expect, test } from 'vitest'
import type { VolumeAttachment, VolumeAttachmentSpec } from '#kubernetes/api/storage-v1.ts'
import { created, failuresOf, statusFailuresOf, updateFailuresOf } from './shared/testing.ts'
import { volumeAttachments } from './volumeattachments.ts'

const attachment = (spec: Partial<VolumeAttachmentSpec> = {}): VolumeAttachment => ({
  metadata: { name: 'attach' },
  spec: {
    attacher: 'csi.example.com',
    nodeName: 'node-1',
    source: { persistentVolumeName: 'pv-1' },
    ...spec,
  },
})
const exactlyOne = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName'

test('a new attachment is not attached yet', () => {
  expect(created(volumeAttachments, attachment()).status).toEqual({ attached: false })
})

test.each<[string, Partial<VolumeAttachmentSpec>, string[]]>([
  ['nothing wrong', {}, []],
  ['no volume', { source: {} }, [`spec.source: Required value: ${exactlyOne}`]],
  [
    'two volumes',
    { source: { persistentVolumeName: 'pv-1', inlineVolumeSpec: {} } },
    [`spec.source: Forbidden: ${exactlyOne}`],
  ],
  [
    'a volume without a name',
    { source: { persistentVolumeName: '' } },
    [
      'spec.source.persistentVolumeName: Required value: must specify non empty persistentVolumeName',
    ],
  ],
  [
    "a volume of a driver's own",
    {
      source: {
        inlineVolumeSpec: {
          accessModes: ['ReadWriteOnce'],
          persistentVolumeReclaimPolicy: 'Retain',
          csi: { driver: 'csi.example.com', volumeHandle: 'a' },
        },
      },
    },
    [],
  ],
  [
    'a volume as others are',
    {
      source: {
        inlineVolumeSpec: {
          accessModes: ['ReadWriteOnce'],
          capacity: { storage: '1Gi' },
          hostPath: { path: '/srv' },
          storageClassName: 'fast',
          volumeMode: 'Block',
        },
      },
    },
    [
      'spec.source.inlineVolumeSpec.capacity: Forbidden: may not be specified in the context of inline volumes',
      'spec.source.inlineVolumeSpec.csi: Required value: has to be specified in the context of inline volumes',
      'spec.source.inlineVolumeSpec.persistentVolumeReclaimPolicy: Forbidden: may only be Retain in the context of inline volumes',
      'spec.source.inlineVolumeSpec.storageClassName: Forbidden: may not be specified in the context of inline volumes',
      'spec.source.inlineVolumeSpec.volumeMode: Forbidden: may not specify volumeMode other than Filesystem in the context of inline volumes',
    ],
  ],
])('an attachment with %s', (_, spec, problems) => {
  expect(failuresOf(volumeAttachments, attachment(spec))).toEqual(problems)
})

test('an attachment stays what it is, and its errors are short', () => {
  expect(
    updateFailuresOf(volumeAttachments, attachment(), ({ spec }) => {
      spec.nodeName = 'node-2'
    }),
  ).toEqual([expect.stringMatching(/^spec: Invalid value: .*: field is immutable$/)])
  expect(
    statusFailuresOf(volumeAttachments, attachment(), object => {
      object.status = { attached: false, attachError: { message: 'x'.repeat(1025) } }
    }),
  ).toEqual(['status.attachError.message: Too long: may not be more than 262144 bytes'])
})
