import { expect, test } from 'vitest'
import type { StatefulSet, StatefulSetSpec } from '#kubernetes/api/apps-v1.ts'
import { created, failuresOf, updateFailuresOf } from '../shared/testing.ts'
import { statefulSets } from './statefulsets.ts'

const labels = { app: 'db' }
const statefulSet = (spec: Partial<StatefulSetSpec> = {}): StatefulSet => ({
  metadata: { name: 'db', namespace: 'default' },
  spec: {
    serviceName: 'db',
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: 'db', image: 'x:1' }] } },
    ...spec,
  },
})

test('a stateful set is filled as upstream does', () => {
  const { spec } = created(
    statefulSets,
    statefulSet({
      volumeClaimTemplates: [
        {
          metadata: { name: 'data' },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
        },
      ],
    }),
  )
  expect(spec).toMatchObject({
    replicas: 1,
    podManagementPolicy: 'OrderedReady',
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
    persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
    revisionHistoryLimit: 10,
  })
  expect(spec.volumeClaimTemplates).toMatchObject([
    {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      spec: { volumeMode: 'Filesystem' },
      status: { phase: 'Pending' },
    },
  ])
})

test.each<[string, Partial<StatefulSetSpec>, string[]]>([
  [
    'another order',
    { podManagementPolicy: 'Random' as 'Parallel' },
    ["spec.podManagementPolicy: Invalid value: \"Random\": must be 'OrderedReady' or 'Parallel'"],
  ],
  [
    'negative ordinals',
    { ordinals: { start: -1 } },
    ['spec.ordinals.start: Invalid value: -1: must be greater than or equal to 0'],
  ],
  [
    'a partition that nothing rolls',
    { updateStrategy: { type: 'OnDelete', rollingUpdate: { partition: 1 } } },
    [
      'spec.updateStrategy.rollingUpdate: Invalid value: {"partition":1}: only allowed for updateStrategy \'RollingUpdate\'',
    ],
  ],
  [
    'claims without size',
    {
      volumeClaimTemplates: [{ metadata: { name: 'd' }, spec: { accessModes: ['ReadWriteOnce'] } }],
    },
    ['spec.volumeClaimTemplates[0].spec.resources[storage]: Required value'],
  ],
])('a stateful set with %s is refused', (_what, spec, errors) => {
  expect(failuresOf(statefulSets, statefulSet(spec))).toEqual(errors)
})

test('a container may mount what a claim template becomes, and nothing that is nowhere', () => {
  const mounting = (name: string) => ({
    metadata: { labels },
    spec: {
      containers: [{ name: 'db', image: 'db:1', volumeMounts: [{ name, mountPath: '/data' }] }],
    },
  })
  const claim = {
    metadata: { name: 'data' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  }
  const errorsOf = (name: string) => {
    const set = statefulSet({
      template: mounting(name),
      volumeClaimTemplates: [claim],
    } as Partial<StatefulSetSpec>)
    statefulSets.defaults?.(set)
    return statefulSets.validate?.(set)?.map(error => error.field)
  }
  expect(errorsOf('data')).toEqual([])
  expect(errorsOf('other')).toEqual(['spec.template.spec.containers[0].volumeMounts[0].name'])
})

test('what makes up the identity of a stateful set stays', () => {
  const rename = ({ spec }: StatefulSet) => {
    spec.serviceName = 'other'
  }
  expect(updateFailuresOf(statefulSets, statefulSet(), rename)).toEqual([
    "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
  ])
  const scale = ({ spec }: StatefulSet) => {
    spec.replicas = 5
    spec.ordinals = { start: 2 }
  }
  expect(updateFailuresOf(statefulSets, statefulSet(), scale)).toEqual([])
})
