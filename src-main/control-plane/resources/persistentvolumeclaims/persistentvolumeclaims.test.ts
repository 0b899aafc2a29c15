import { expect, test } from 'vitest'
import type { PersistentVolumeClaim, PersistentVolumeClaimSpec } from '#kubernetes/api/core-v1.ts'
import { created, failuresOf, statusFailuresOf, updateFailuresOf } from '../shared/testing.ts'
import { persistentVolumeClaims } from './persistentvolumeclaims.ts'

const claim = (spec: Partial<PersistentVolumeClaimSpec> = {}): PersistentVolumeClaim => ({
  metadata: { name: 'data', namespace: 'default' },
  spec: {
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage: '1Gi' } },
    ...spec,
  },
})

test('a claim is filled and begins as pending', () => {
  const { spec, status } = created(persistentVolumeClaims, claim())
  expect(spec?.volumeMode).toBe('Filesystem')
  expect(status).toEqual({ phase: 'Pending' })
})

test.each<[string, Partial<PersistentVolumeClaimSpec>, string[]]>([
  [
    'no access mode',
    { accessModes: [] },
    ['spec.accessModes: Required value: at least 1 access mode is required'],
  ],
  [
    'mixed exclusive modes',
    { accessModes: ['ReadWriteOncePod', 'ReadWriteOnce'] },
    ['spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes'],
  ],
  [
    'two sources that differ',
    {
      dataSource: { kind: 'PersistentVolumeClaim', name: 'a' },
      dataSourceRef: { kind: 'PersistentVolumeClaim', name: 'b' },
    },
    ['spec: Invalid value: "spec.dataSource": must match dataSourceRef'],
  ],
  [
    'a source of no group',
    { dataSourceRef: { kind: 'VolumeSnapshot', name: 'a' } },
    [
      'spec.dataSource: Invalid value: "VolumeSnapshot": must be \'PersistentVolumeClaim\' when referencing the default apiGroup',
      'spec.dataSourceRef: Invalid value: "VolumeSnapshot": must be \'PersistentVolumeClaim\' when referencing the default apiGroup',
    ],
  ],
  ['no size', { resources: {} }, ['spec.resources[storage]: Required value']],
  [
    'no room',
    { resources: { requests: { storage: '0' } } },
    ['spec.resources[storage]: Invalid value: "0": must be greater than zero'],
  ],
  [
    'another volume mode',
    { volumeMode: 'Tape' as 'Block' },
    ['spec.volumeMode: Unsupported value: "Tape": supported values: "Block", "Filesystem"'],
  ],
])('a claim with %s is refused', (_what, spec, errors) => {
  expect(failuresOf(persistentVolumeClaims, claim(spec))).toEqual(errors)
})

test('a claim may be bound once, and not be changed otherwise', () => {
  const bind = ({ spec }: PersistentVolumeClaim) => {
    if (spec) spec.volumeName = 'pv'
  }
  expect(updateFailuresOf(persistentVolumeClaims, claim(), bind)).toEqual([])
  expect(updateFailuresOf(persistentVolumeClaims, claim({ volumeName: 'a' }), bind)).toEqual([
    expect.stringMatching(
      /^spec: Forbidden: spec is immutable after creation except resources\.requests and volumeAttributesClassName for bound claims\n/,
    ),
  ])
  const grow = ({ spec }: PersistentVolumeClaim) => {
    if (spec) spec.resources = { requests: { storage: '2Gi' } }
  }
  expect(updateFailuresOf(persistentVolumeClaims, claim(), grow)).toHaveLength(1)
})

test('the columns show what is bound, not what is asked for', () => {
  const object = created(persistentVolumeClaims, claim({ storageClassName: 'standard' }))
  object.metadata.creationTimestamp = '2026-01-01T00:00:00Z'
  const now = Date.parse('2026-01-01T00:00:30Z')
  const cells = () => persistentVolumeClaims.columns.map(({ value }) => value(object, now))
  expect(cells()).toEqual([
    'data',
    'Pending',
    '',
    '',
    '',
    'standard',
    '<unset>',
    '30s',
    'Filesystem',
  ])
  if (object.spec) object.spec.volumeName = 'pv'
  object.status = {
    phase: 'Bound',
    capacity: { storage: '2Gi' },
    accessModes: ['ReadWriteMany', 'ReadWriteOnce'],
  }
  expect(cells().slice(0, 5)).toEqual(['data', 'Bound', 'pv', '2Gi', 'RWO,RWX'])
})

test('a bound claim may be asked to be smaller than it should have become, not than it is', () => {
  const bound = claim({ resources: { requests: { storage: '3Gi' } } })
  const shrunk = (storage: string) =>
    updateFailuresOf(persistentVolumeClaims, bound, (object, old) => {
      Object.assign(old, { status: { phase: 'Bound', capacity: { storage: '1Gi' } } })
      object.spec = { ...object.spec, resources: { requests: { storage } } }
    })
  expect(shrunk('2Gi')).toEqual([])
  expect(shrunk('1Gi')).toEqual([
    'spec.resources.requests.storage: Forbidden: field can not be less than status.capacity',
  ])
})

test.each<[string, 'Pending' | 'Bound', string | undefined, boolean]>([
  ['a bound claim changes', 'Bound', 'gold', false],
  ['a bound claim does not drop', 'Bound', undefined, true],
  ['a pending claim does not change', 'Pending', 'gold', true],
])('%s its class of attributes', (_what, phase, name, refused) => {
  const failures = updateFailuresOf(
    persistentVolumeClaims,
    claim({ volumeAttributesClassName: 'silver' }),
    (object, old) => {
      for (const each of [object, old]) each.status = { phase }
      if (name) Object.assign(object.spec ?? {}, { volumeAttributesClassName: name })
      else delete object.spec?.volumeAttributesClassName
    },
  )
  expect(failures.map(text => text.split('\n')[0])).toEqual(
    refused
      ? [
          'spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
        ]
      : [],
  )
})

const snapshot = { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: 'a' }
const backup = { apiGroup: 'backups.example.com', kind: 'Backup', name: 'a' }

test.each<[string, Partial<PersistentVolumeClaimSpec>, Partial<PersistentVolumeClaimSpec>]>([
  ['the older field', { dataSource: snapshot }, { dataSource: snapshot, dataSourceRef: snapshot }],
  ['the newer field', { dataSourceRef: backup }, { dataSource: backup, dataSourceRef: backup }],
  ['the older field with what only the newer takes', { dataSource: backup }, {}],
  ['another namespace', { dataSourceRef: { ...backup, namespace: 'other' } }, {}],
])('a source in %s is told in both fields or none', (_what, given, expected) => {
  const { dataSource, dataSourceRef } = created(persistentVolumeClaims, claim(given)).spec ?? {}
  expect({ dataSource, dataSourceRef }).toEqual(expected)
})

test('a claim keeps a source that its client leaves out of the newer field', () => {
  expect(
    updateFailuresOf(persistentVolumeClaims, claim({ dataSourceRef: backup }), ({ spec }) => {
      delete spec?.dataSourceRef
    }),
  ).toEqual([])
})

test('what is reported of a resize has a name and a state that Kubernetes knows', () => {
  expect(
    statusFailuresOf(persistentVolumeClaims, claim(), object => {
      object.status = {
        capacity: { storage: '-1' },
        allocatedResources: { cpu: '1', 'example.com/blocks': '1' },
        allocatedResourceStatuses: {
          storage: 'Growing' as 'NodeResizePending',
          'example.com/blocks': 'NodeResizePending',
        },
      }
    }),
  ).toEqual([
    'status.capacity[storage]: Invalid value: -1: must be a valid resource quantity',
    'status.allocatedResourceStatuses: Unsupported value: "Growing": supported values: "ControllerResizeInProgress", "ControllerResizeInfeasible", "NodeResizeInProgress", "NodeResizeInfeasible", "NodeResizePending"',
    'status.allocatedResources: Unsupported value: "cpu": supported values: "storage"',
  ])
})
