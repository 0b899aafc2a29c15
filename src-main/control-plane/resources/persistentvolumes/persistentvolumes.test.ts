import { expect, test } from 'vitest'
import type {
  PersistentVolume,
  PersistentVolumeSpec,
  VolumeNodeAffinity,
} from '#kubernetes/api/core-v1.ts'
import { created, failuresOf, updateFailuresOf } from '../shared/testing.ts'
import { persistentVolumes } from './persistentvolumes.ts'

const volume = (spec: Partial<PersistentVolumeSpec> = {}): PersistentVolume => ({
  metadata: { name: 'pv' },
  spec: {
    capacity: { storage: '1Gi' },
    accessModes: ['ReadWriteOnce'],
    hostPath: { path: '/srv' },
    ...spec,
  },
})

test('a volume is kept by default', () => {
  const { spec, status } = created(persistentVolumes, volume())
  expect(spec).toMatchObject({ persistentVolumeReclaimPolicy: 'Retain', volumeMode: 'Filesystem' })
  expect(status).toEqual({ phase: 'Pending', lastPhaseTransitionTime: '2026-01-02T15:04:05Z' })
})

test.each<[string, Partial<PersistentVolumeSpec>, string[]]>([
  ['no capacity', { capacity: {} }, ['spec.capacity: Required value']],
  [
    'a capacity of other things, and of less than nothing',
    { capacity: { storage: '-1', cpu: '1' } },
    [
      'spec.capacity: Unsupported value: {"cpu":"1","storage":"-1"}: supported values: "storage"',
      'spec.capacity[storage]: Invalid value: -1: must be a valid resource quantity',
      'spec.capacity[storage]: Invalid value: "-1": must be greater than zero',
    ],
  ],
  ['no access mode', { accessModes: [] }, ['spec.accessModes: Required value']],
  [
    'two sources',
    { nfs: { server: 's', path: '/p' } },
    ['spec.nfs: Forbidden: may not specify more than 1 volume type'],
  ],
  [
    'a class of attributes and no driver',
    { volumeAttributesClassName: 'gold' },
    ['spec.csi: Required value: has to be specified when using volumeAttributesClassName'],
  ],
  [
    'everything to be wiped',
    { hostPath: { path: '/' }, persistentVolumeReclaimPolicy: 'Recycle' },
    [
      "spec.persistentVolumeReclaimPolicy: Forbidden: may not be 'recycle' for a hostPath mount of '/'",
    ],
  ],
  [
    'a way out of its path',
    { hostPath: { path: '/srv/../etc' } },
    ['spec.hostPath.path: Invalid value: "/srv/../etc": must not contain \'..\''],
  ],
])('a volume with %s is refused', (_what, spec, errors) => {
  expect(failuresOf(persistentVolumes, volume(spec))).toEqual(errors)
})

const secretRef = { name: 'keys' }
test.each<[string, Partial<PersistentVolumeSpec>, string[]]>([
  [
    'a disk of no form',
    {
      azureDisk: {
        diskName: 'a',
        diskURI: '/disks/a',
        kind: 'Managed',
        cachingMode: 'All' as 'None',
      },
    },
    [
      'spec.azureDisk.cachingMode: Unsupported value: "All": supported values: "None", "ReadOnly", "ReadWrite"',
      'spec.azureDisk.diskURI: Unsupported value: "/disks/a": supported values: "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}"',
    ],
  ],
  [
    'a partition beyond the last',
    { gcePersistentDisk: { pdName: 'a', partition: 256 } },
    ['spec.persistentDisk.partition: Invalid value: 256: must be between 1 and 255, inclusive'],
  ],
  [
    'a registry without a port',
    { quobyte: { registry: 'a:1,b', volume: '' } },
    [
      'spec.quobyte.volume: Required value',
      'spec.quobyte.registry: Invalid value: "a:1,b": must be a host:port pair or multiple pairs separated by commas',
    ],
  ],
  [
    'a secret of no namespace',
    { cinder: { volumeID: 'a', secretRef } },
    ['spec.cinder.secretRef.namespace: Required value'],
  ],
  [
    'odd names',
    { storageos: { volumeName: 'A', secretRef: { name: '', namespace: 'a' } } },
    [
      'spec.storageos.secretRef.name: Required value',
      expect.stringMatching(/^spec.storageos.volumeName: Invalid value: "A": a lowercase RFC 1123/),
    ] as string[],
  ],
  [
    'endpoints of nowhere',
    { glusterfs: { endpoints: 'a', path: 'b', endpointsNamespace: '' } },
    [
      'spec.glusterfs.endpointsNamespace: Invalid value: "": if the endpointnamespace is set, it must be a valid namespace name',
    ],
  ],
  [
    'a share by a relative path',
    { nfs: { server: 's', path: 'srv' } },
    ['spec.nfs.path: Invalid value: "srv": must be an absolute path'],
  ],
  [
    'a disk of no name',
    {
      iscsi: { targetPortal: 'a', iqn: 'disk', lun: 0, secretRef: { namespace: 'a' } },
    },
    [
      'spec.iscsi.iqn: Invalid value: "disk": must be valid format',
      'spec.iscsi.secretRef.name: Required value',
    ],
  ],
  [
    'a portal with a long name',
    {
      iscsi: {
        targetPortal: 'a'.repeat(62),
        iqn: 'iqn.2020-01.io:a',
        lun: 0,
        initiatorName: 'iqn.2020-01.io:b',
      },
    },
    [
      `spec.iscsi.targetportal: Invalid value: "${'a'.repeat(62)}": Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.`,
    ],
  ],
  [
    "a driver's secret that is not named",
    { csi: { driver: 'a.io', volumeHandle: 'a', nodePublishSecretRef: { namespace: 'a' } } },
    ['spec.csi.nodePublishSecretRef.name: Required value'],
  ],
])('a volume of another system with %s is refused', (_what, source, errors) => {
  const { hostPath: _, ...spec } = volume().spec ?? {}
  const object: PersistentVolume = { metadata: { name: 'pv' }, spec: { ...spec, ...source } }
  expect(failuresOf(persistentVolumes, object)).toEqual(errors)
})

test('a directory of the host has no mount options', () => {
  const option = 'volume.beta.kubernetes.io/mount-options'
  const metadata = { name: 'pv', annotations: { [option]: 'ro' } }
  expect(failuresOf(persistentVolumes, { ...volume(), metadata })).toEqual([
    `metadata.annotations.${option}: Forbidden: may not specify mount options for this volume type`,
  ])
})

test('a local volume needs to say where it is', () => {
  const { hostPath: _, ...spec } = volume().spec ?? {}
  const local = { metadata: { name: 'pv' }, spec: { ...spec, local: { path: '/srv' } } }
  expect(failuresOf(persistentVolumes, local)).toEqual([
    'spec.nodeAffinity: Required value: Local volume requires node affinity',
  ])
})

const zone = 'topology.kubernetes.io/zone'
const betaZone = 'failure-domain.beta.kubernetes.io/zone'
const reached = (key: string, ...values: string[]) => ({
  required: {
    nodeSelectorTerms: [{ matchExpressions: [{ key, operator: 'In' as const, values }] }],
  },
})
const printed = (key: string, value: string) =>
  `nodeAffinity: Invalid value: {"Required":{"NodeSelectorTerms":[{"MatchExpressions":[{"Key":"${key}","Operator":"In","Values":["${value}"]}],"MatchFields":null}]}}: field is immutable, except for updating from beta label to GA`

test.each<[string, VolumeNodeAffinity, VolumeNodeAffinity | undefined, string[]]>([
  ['the same', reached(zone, 'a'), reached(zone, 'a'), []],
  ['by the successor of a label', reached(betaZone, 'a'), reached(zone, 'a'), []],
  ['elsewhere', reached(zone, 'a'), reached(zone, 'b'), [printed(zone, 'b')]],
  [
    'elsewhere by the successor of a label',
    reached(betaZone, 'a'),
    reached(zone, 'b'),
    [printed(zone, 'b')],
  ],
  [
    'by the predecessor of a label',
    reached(zone, 'a'),
    reached(betaZone, 'a'),
    [printed(betaZone, 'a')],
  ],
  [
    'everywhere',
    reached(zone, 'a'),
    undefined,
    [
      'nodeAffinity: Invalid value: "null": field is immutable, except for updating from beta label to GA',
    ],
  ],
])('a volume that is to be reached %s', (_what, old, now, problems) => {
  const change = ({ spec = {} }: PersistentVolume) => {
    if (now) spec.nodeAffinity = now
    else delete spec.nodeAffinity
  }
  expect(updateFailuresOf(persistentVolumes, volume({ nodeAffinity: old }), change)).toEqual(
    problems,
  )
})

test('a volume keeps its source', () => {
  expect(
    updateFailuresOf(persistentVolumes, volume(), ({ spec }) => {
      if (spec) spec.hostPath = { path: '/other', type: '' }
    }),
  ).toEqual([
    expect.stringMatching(
      /^spec\.persistentvolumesource: Forbidden: spec\.persistentvolumesource is immutable after creation\n/,
    ),
  ])
})
