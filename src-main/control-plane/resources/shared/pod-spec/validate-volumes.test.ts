import { expect, test } from 'vitest'
import type { Volume } from '#kubernetes/api/core-v1.ts'
import { type PodCase, podFailures } from './testing.ts'

const volume = (rest: Partial<Volume>) => ({ volumes: [{ name: 'v', ...rest }] })
const mode = 'must be a number between 0 and 0777 (octal), both inclusive'

const cases: PodCase[] = [
  ['a nameless volume', { volumes: [{ name: '' }] }, 'spec.volumes[0].name: Required value'],
  [
    'a volume twice',
    { volumes: [{ name: 'v' }, { name: 'v' }] },
    'spec.volumes[1].name: Duplicate value: "v"',
  ],
  [
    'two sources of a volume',
    volume({ emptyDir: {}, hostPath: { path: '/x' } }),
    'spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type',
  ],
  [
    'a share by a relative path',
    volume({ nfs: { server: 's', path: 'srv' } }),
    'spec.volumes[0].nfs.path: Invalid value: "srv": must be an absolute path',
  ],
  [
    'a repository elsewhere',
    volume({ gitRepo: { repository: 'r', directory: '../a' } }),
    'spec.volumes[0].gitRepo.directory: Invalid value: "../a": must not contain \'..\'',
  ],
  [
    'a claim of a given name',
    volume({
      ephemeral: {
        volumeClaimTemplate: {
          metadata: { name: 'mine' },
          spec: {
            accessModes: ['ReadWriteOnce'],
            resources: { requests: { storage: '1Gi' } },
          },
        },
      },
    }),
    'spec.volumes[0].ephemeral.volumeClaimTemplate.metadata.name: Forbidden: cannot be set',
  ],
  [
    'no host path',
    volume({ hostPath: { path: '' } }),
    'spec.volumes[0].hostPath.path: Required value',
  ],
  [
    'a host path upwards',
    volume({ hostPath: { path: '/a/../b' } }),
    'spec.volumes[0].hostPath.path: Invalid value: "/a/../b": must not contain \'..\'',
  ],
  [
    'an unknown host path type',
    volume({ hostPath: { path: '/a', type: 'X' as '' } }),
    'spec.volumes[0].hostPath.type: Unsupported value: "X": supported values: "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"',
  ],
  [
    'a negative size',
    volume({ emptyDir: { sizeLimit: '-1' } }),
    'spec.volumes[0].emptyDir.sizeLimit: Forbidden: SizeLimit field must be a valid resource quantity',
  ],
  ['no secret name', volume({ secret: {} }), 'spec.volumes[0].secret.secretName: Required value'],
  [
    'bad permissions',
    volume({ secret: { secretName: 's', defaultMode: 0o1000 } }),
    `spec.volumes[0].secret.defaultMode: Invalid value: 512: ${mode}`,
  ],
  [
    'no ConfigMap name',
    volume({ configMap: {} }),
    'spec.volumes[0].configMap.name: Required value',
  ],
  [
    'a file without a key',
    volume({ configMap: { name: 'c', items: [{ key: '', path: 'p' }] } }),
    'spec.volumes[0].configMap.items[0].key: Required value',
  ],
  [
    'a file beyond the volume',
    volume({ configMap: { name: 'c', items: [{ key: 'k', path: '/p' }] } }),
    'spec.volumes[0].configMap.items[0].path: Invalid value: "/p": must be a relative path',
  ],
  [
    'a file of a reserved name',
    volume({ configMap: { name: 'c', items: [{ key: 'k', path: '..p' }] } }),
    'spec.volumes[0].configMap.items[0].path: Invalid value: "..p": must not start with \'..\'',
  ],
  [
    'no claim',
    volume({ persistentVolumeClaim: { claimName: '' } }),
    'spec.volumes[0].persistentVolumeClaim.claimName: Required value',
  ],
  [
    'no NFS server',
    volume({ nfs: { server: '', path: '/' } }),
    'spec.volumes[0].nfs.server: Required value',
  ],
  [
    'two files in one place',
    volume({
      projected: {
        sources: [
          { secret: { name: 'a', items: [{ key: 'x', path: 'f' }] } },
          { configMap: { name: 'b', items: [{ key: 'x', path: 'f' }] } },
        ],
      },
    }),
    'spec.volumes[0].projected: Invalid value: "b": conflicting duplicate paths',
  ],
  [
    'a token of nobody',
    volume({ projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } }),
    'spec.volumes[0].projected.sources[0].serviceAccountToken: Forbidden: must not be specified when serviceAccountName is not set',
  ],
  [
    'a long CSI driver',
    volume({ csi: { driver: 'a'.repeat(64) } }),
    'spec.volumes[0].csi.driver: Too long: may not be more than 63 bytes',
  ],
  [
    'an iSCSI disk of no name',
    volume({ iscsi: { targetPortal: 'a', iqn: 'disk', lun: 0 } }),
    'spec.volumes[0].iscsi.iqn: Invalid value: "disk": must be valid format starting with iqn, eui, or naa',
  ],
  [
    'an iSCSI disk of a short name',
    volume({ iscsi: { targetPortal: 'a', iqn: 'naa.600140', lun: 0 } }),
    'spec.volumes[0].iscsi.iqn: Invalid value: "naa.600140": must be valid format',
  ],
  [
    'an iSCSI disk with a long portal',
    volume({
      iscsi: {
        targetPortal: 'a'.repeat(64),
        iqn: 'iqn.2020-01.io:a',
        lun: 0,
        initiatorName: 'iqn.2020-01.io:b',
      },
    }),
    'spec.volumes[0].name: Invalid value: "v": Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.',
  ],
  [
    'a fibre channel disk without a number',
    volume({ fc: { targetWWNs: ['50060e801049cfd1'] } }),
    'spec.volumes[0].fc.lun: Required value: lun is required if targetWWNs is specified',
  ],
  [
    'an RBD disk of no image',
    volume({ rbd: { monitors: ['a'], image: '' } }),
    'spec.volumes[0].rbd.image: Required value',
  ],
  [
    'a claim template without a mode',
    volume({
      ephemeral: {
        volumeClaimTemplate: { spec: { resources: { requests: { storage: '1Gi' } } } },
      },
    }),
    'spec.volumes[0].ephemeral.volumeClaimTemplate.spec.accessModes: Required value: at least 1 access mode is required',
  ],
  [
    'a claim that is made for another volume',
    {
      volumes: [
        {
          name: 'made',
          ephemeral: {
            volumeClaimTemplate: {
              spec: {
                accessModes: ['ReadWriteOnce'],
                resources: { requests: { storage: '1Gi' } },
              },
            },
          },
        },
        { name: 'other', persistentVolumeClaim: { claimName: 'web-made' } },
      ],
    },
    'spec.volumes[1].persistentVolumeClaim.claimName: Invalid value: "web-made": must not reference a PVC that gets created for an ephemeral volume',
  ],
  [
    'no volume image',
    volume({ image: { pullPolicy: 'Never' } }),
    'spec.volumes[0].image.reference: Required value',
  ],
  [
    'no repository',
    volume({ gitRepo: { repository: '' } }),
    'spec.volumes[0].gitRepo.repository: Required value',
  ],
  [
    'no claim template',
    volume({ ephemeral: {} }),
    'spec.volumes[0].ephemeral.volumeClaimTemplate: Required value',
  ],
  [
    'two sources in one',
    volume({ projected: { sources: [{ secret: { name: 's' }, configMap: { name: 'c' } }] } }),
    'spec.volumes[0].projected.sources[0]: Forbidden: may not specify more than 1 volume type per source',
  ],
  [
    'a token of a minute',
    {
      serviceAccountName: 'a',
      ...volume({
        projected: { sources: [{ serviceAccountToken: { path: 't', expirationSeconds: 60 } }] },
      }),
    },
    'spec.volumes[0].projected.sources[0].serviceAccountToken.expirationSeconds: Invalid value: 60: may not specify a duration less than 10 minutes',
  ],
  [
    'a downward file of nothing',
    volume({ downwardAPI: { items: [{ path: 'p' }] } }),
    'spec.volumes[0].downwardAPI: Required value: one of fieldRef and resourceFieldRef is required',
  ],
  [
    'a downward file of no container',
    volume({
      downwardAPI: { items: [{ path: 'p', resourceFieldRef: { resource: 'limits.cpu' } }] },
    }),
    'spec.volumes[0].downwardAPI.resourceFieldRef.containerName: Required value',
  ],
  [
    'a downward file of a late field',
    volume({ downwardAPI: { items: [{ path: 'p', fieldRef: { fieldPath: 'status.podIP' } }] } }),
    'spec.volumes[0].downwardAPI.fieldRef.fieldPath: Unsupported value: "status.podIP": supported values: "metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"',
  ],
]

test.each(cases)('a pod with %s is refused', (_what, spec, error) => {
  expect(podFailures(spec)).toEqual([error])
})
