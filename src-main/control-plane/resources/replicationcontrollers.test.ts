import { expect, test } from 'vitest'
import type { ReplicationController } from '#kubernetes/api/core-v1.ts'
import { replicationControllers } from './replicationcontrollers.ts'
import { created, failuresOf, statusFailuresOf } from './shared/testing.ts'

const controller = (spec: ReplicationController['spec'] = {}): ReplicationController => ({
  metadata: { name: 'web', namespace: 'default' },
  spec: {
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'main', image: 'nginx' }] },
    },
    ...spec,
  },
})

test('selector and labels are those of the template unless given', () => {
  const { metadata, spec, status } = created(replicationControllers, controller())
  expect(metadata.labels).toEqual({ app: 'web' })
  expect(spec.selector).toEqual({ app: 'web' })
  expect(spec.replicas).toBe(1)
  expect(spec.minReadySeconds).toBe(0)
  expect(status).toEqual({ replicas: 0 })
  const chosen = controller({ selector: { app: 'web', tier: 'front' } })
  expect(created(replicationControllers, chosen).spec.selector).toEqual(chosen.spec.selector)
})

test.each<[string, ReplicationController['spec'], string[]]>([
  ['nothing', {}, []],
  [
    'negative numbers',
    { replicas: -1, minReadySeconds: -2 },
    [
      'spec.minReadySeconds: Invalid value: -2: must be greater than or equal to 0',
      'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
    ],
  ],
  [
    'a selector that finds other pods',
    { selector: { app: 'other' } },
    [
      'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
    ],
  ],
  [
    'neither selector nor labels',
    { template: { spec: { containers: [{ name: 'main', image: 'nginx' }] } } },
    ['spec.selector: Required value'],
  ],
  [
    'pods that end',
    {
      template: {
        metadata: { labels: { app: 'web' } },
        spec: {
          containers: [{ name: 'main', image: 'nginx' }],
          restartPolicy: 'Never',
          activeDeadlineSeconds: 5,
        },
      },
    },
    [
      'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
      'spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicationController is not Supported',
    ],
  ],
])('a controller with %s', (_, spec, problems) => {
  expect(failuresOf(replicationControllers, controller(spec))).toEqual(problems)
})

test('a controller without a template is refused', () => {
  const bare = { metadata: { name: 'web', namespace: 'default' }, spec: { selector: { app: 'a' } } }
  expect(failuresOf(replicationControllers, bare)).toEqual(['spec.template: Required value'])
})

test('no part of a status counts more than the whole', () => {
  const problems = statusFailuresOf(replicationControllers, controller(), object => {
    object.status = { replicas: 1, readyReplicas: 1, availableReplicas: 2 }
  })
  expect(problems).toEqual([
    'status.availableReplicas: Invalid value: 2: cannot be greater than status.replicas',
    'status.availableReplicas: Invalid value: 2: cannot be greater than readyReplicas',
  ])
})
