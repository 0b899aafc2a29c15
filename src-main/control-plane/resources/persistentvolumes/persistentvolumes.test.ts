import { expect, test } from 'vitest'
import type { PersistentVolume, PersistentVolumeSpec } from '#kubernetes/api/core-v1.ts'
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

test('a local volume needs to say where it is', () => {
  const { hostPath: _, ...spec } = volume().spec ?? {}
  const local = { metadata: { name: 'pv' }, spec: { ...spec, local: { path: '/srv' } } }
  expect(failuresOf(persistentVolumes, local)).toEqual([
    'spec.nodeAffinity: Required value: Local volume requires node affinity',
  ])
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
