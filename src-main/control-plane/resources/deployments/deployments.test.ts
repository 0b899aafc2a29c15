import { describe, expect, test } from 'vitest'
import type { Deployment, ReplicaSet } from '#kubernetes/api/apps-v1.ts'
import { replicaSets } from '../replicasets.ts'
import { created, failuresOf, statusFailuresOf, updateFailuresOf } from '../shared/testing.ts'
import { deployments } from './deployments.ts'

const labels = { app: 'web' }
const deployment = (change: (object: Deployment) => void = () => {}): Deployment => {
  const object: Deployment = {
    metadata: {
      name: 'web',
      namespace: 'default',
      labels,
      creationTimestamp: '2026-01-02T15:00:00Z',
    },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: 'nginx', image: 'nginx:1.14.2' }] },
      },
    },
  }
  change(object)
  return object
}
const replicaSet = (): ReplicaSet => {
  const { metadata, spec } = deployment()
  return { metadata, spec }
}

describe('a deployment that is created', () => {
  test('is filled as upstream does', () => {
    const { spec, status } = created(deployments, deployment())
    expect(status).toEqual({})
    expect(spec).toMatchObject({
      replicas: 1,
      strategy: {
        type: 'RollingUpdate',
        rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' },
      },
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      template: {
        metadata: { labels },
        spec: {
          restartPolicy: 'Always',
          dnsPolicy: 'ClusterFirst',
          terminationGracePeriodSeconds: 30,
        },
      },
    })
  })

  test('has nothing in its template that only pods get', () => {
    const { spec } = created(
      deployments,
      deployment(({ spec }) => {
        const container = spec.template.spec?.containers[0]
        if (container) container.resources = { limits: { cpu: '1' } }
      }),
    )
    expect(spec.template.spec?.enableServiceLinks).toBeUndefined()
    expect(spec.template.spec?.containers[0]?.resources).toEqual({ limits: { cpu: '1' } })
  })

  test('that recreates has no rolling update', () => {
    const { spec } = created(
      deployments,
      deployment(({ spec }) => {
        spec.strategy = { type: 'Recreate' }
      }),
    )
    expect(spec.strategy).toEqual({ type: 'Recreate' })
  })

  test.each<[string, (object: Deployment) => void, string[]]>([
    [
      'negative replicas',
      ({ spec }) => {
        spec.replicas = -1
      },
      ['spec.replicas: Invalid value: -1: must be greater than or equal to 0'],
    ],
    [
      'no selector',
      ({ spec }) => {
        Reflect.deleteProperty(spec, 'selector')
      },
      [
        'spec.selector: Required value',
        'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
      ],
    ],
    [
      'an empty selector',
      ({ spec }) => {
        spec.selector = {}
      },
      ['spec.selector: Invalid value: {}: empty selector is invalid for deployment'],
    ],
    [
      'a selector of others',
      ({ spec }) => {
        spec.selector = { matchLabels: { app: 'x' } }
      },
      [
        'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
      ],
    ],
    [
      'a broken selector',
      ({ spec }) => {
        spec.selector = { matchExpressions: [{ key: 'a', operator: 'X' }] }
      },
      [
        'spec.selector.matchExpressions[0].operator: Invalid value: "X": not a valid selector operator',
        'spec.selector: Invalid value: {"matchExpressions":[{"key":"a","operator":"X"}]}: invalid label selector',
      ],
    ],
    [
      'pods that end',
      ({ spec }) => {
        spec.template.spec = {
          ...spec.template.spec,
          containers: [{ name: 'a', image: 'x:1' }],
          restartPolicy: 'Never',
        }
      },
      ['spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"'],
    ],
    [
      'pods with a deadline',
      ({ spec }) => {
        spec.template.spec = { containers: [{ name: 'a', image: 'x:1' }], activeDeadlineSeconds: 1 }
      },
      [
        'spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicaSet is not Supported',
      ],
    ],
    [
      'a bad pod',
      ({ spec }) => {
        spec.template.spec = { containers: [{ name: 'a' }] }
      },
      ['spec.template.spec.containers[0].image: Required value'],
    ],
    [
      'ephemeral containers',
      ({ spec }) => {
        spec.template.spec = {
          containers: [{ name: 'a', image: 'x:1' }],
          ephemeralContainers: [{ name: 'e', image: 'x:1' }],
        }
      },
      [
        'spec.template.spec.ephemeralContainers: Forbidden: ephemeral containers not allowed in pod template',
      ],
    ],
    [
      'an unknown strategy',
      ({ spec }) => {
        spec.strategy = { type: 'X' as 'Recreate' }
      },
      [
        'spec.strategy: Unsupported value: {"Type":"X","RollingUpdate":null}: supported values: "Recreate", "RollingUpdate"',
      ],
    ],
    [
      'a rolling recreation',
      ({ spec }) => {
        spec.strategy = { type: 'Recreate', rollingUpdate: {} }
      },
      [
        "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'",
      ],
    ],
    [
      'no way to roll',
      ({ spec }) => {
        spec.strategy = { rollingUpdate: { maxSurge: 0, maxUnavailable: '0%' } }
      },
      [
        'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "0%": may not be 0 when `maxSurge` is 0',
      ],
    ],
    [
      'more than all unavailable',
      ({ spec }) => {
        spec.strategy = { rollingUpdate: { maxUnavailable: '101%' } }
      },
      [
        'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "101%": must not be greater than 100%',
      ],
    ],
    [
      'no percentage',
      ({ spec }) => {
        spec.strategy = { rollingUpdate: { maxSurge: '5x' } }
      },
      [
        "spec.strategy.rollingUpdate.maxSurge: Invalid value: \"5x\": a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
      ],
    ],
    [
      'a negative wait',
      ({ spec }) => {
        spec.minReadySeconds = -1
      },
      ['spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0'],
    ],
    [
      'a negative history',
      ({ spec }) => {
        spec.revisionHistoryLimit = -1
      },
      ['spec.revisionHistoryLimit: Invalid value: -1: must be greater than or equal to 0'],
    ],
    [
      'a deadline before readiness',
      ({ spec }) => {
        spec.minReadySeconds = 600
      },
      ['spec.progressDeadlineSeconds: Invalid value: 600: must be greater than minReadySeconds'],
    ],
  ])('with %s is refused', (_what, change, errors) => {
    expect(failuresOf(deployments, deployment(change))).toEqual(errors)
  })
})

test('a deployment keeps its selector', () => {
  const change = ({ spec }: Deployment) => {
    spec.selector = { matchLabels: { tier: 'x', app: 'b' } }
    spec.template.metadata = { labels: { tier: 'x', app: 'b' } }
  }
  expect(updateFailuresOf(deployments, deployment(), change)).toEqual([
    'spec.selector: Invalid value: {"matchLabels":{"app":"b","tier":"x"}}: field is immutable',
  ])
})

test('the generation follows spec and annotations, not labels', () => {
  const old = created(deployments, deployment())
  const changed = (change: (object: Deployment) => void) => {
    const next = structuredClone(old)
    change(next)
    return deployments.changesGeneration?.(next, old)
  }
  expect(
    changed(({ spec }) => {
      spec.replicas = 3
    }),
  ).toBe(true)
  expect(
    changed(({ metadata }) => {
      metadata.annotations = { a: 'b' }
    }),
  ).toBe(true)
  expect(
    changed(({ metadata }) => {
      metadata.labels = {}
    }),
  ).toBe(false)
})

test.each<[string, Deployment['status'], string]>([
  [
    'readyReplicas',
    { replicas: 1, readyReplicas: 2 },
    'status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas',
  ],
  [
    'availableReplicas',
    { replicas: 2, readyReplicas: 1, availableReplicas: 2 },
    'status.availableReplicas: Invalid value: 2: cannot be greater than readyReplicas',
  ],
  [
    'updatedReplicas',
    { updatedReplicas: 1 },
    'status.updatedReplicas: Invalid value: 1: cannot be greater than status.replicas',
  ],
  [
    'unavailableReplicas',
    { unavailableReplicas: -1 },
    'status.unavailableReplicas: Invalid value: -1: must be greater than or equal to 0',
  ],
  [
    'observedGeneration',
    { observedGeneration: -1 },
    'status.observedGeneration: Invalid value: -1: must be greater than or equal to 0',
  ],
])('a status with impossible %s is refused', (_what, status = {}, error) => {
  const change = (object: Deployment) => {
    object.status = status
  }
  expect(statusFailuresOf(deployments, deployment(), change)).toEqual([error])
})

test('the columns of both kinds', () => {
  const now = Date.parse('2026-01-02T15:05:00Z')
  const object = created(deployments, deployment())
  object.status = { replicas: 2, readyReplicas: 1, updatedReplicas: 2, availableReplicas: 1 }
  expect(deployments.columns.map(({ value }) => value(object, now))).toEqual([
    'web',
    '1/1',
    2,
    1,
    '5m',
    'nginx',
    'nginx:1.14.2',
    'app=web',
  ])
  const set = created(replicaSets, replicaSet())
  set.status = { replicas: 2, readyReplicas: 1 }
  expect(replicaSets.columns.map(({ value }) => value(set, now))).toEqual([
    'web',
    1,
    2,
    1,
    '5m',
    'nginx',
    'nginx:1.14.2',
    'app=web',
  ])
})

test('the scale of both kinds', () => {
  for (const { scale } of [deployments, replicaSets]) {
    const object = created(deployments, deployment())
    object.status = { replicas: 4 }
    scale?.setReplicas(object, 3)
    expect([
      scale?.replicas(object),
      scale?.statusReplicas(object),
      scale?.selector(object),
    ]).toEqual([3, 4, 'app=web'])
  }
})

describe('a replica set', () => {
  test('is filled as upstream does', () => {
    const { spec, status } = created(replicaSets, replicaSet())
    expect(spec.replicas).toBe(1)
    expect(status).toEqual({ replicas: 0 })
  })

  test('is refused what a deployment is', () => {
    const set = replicaSet()
    set.spec.selector = {}
    set.spec.minReadySeconds = -1
    expect(failuresOf(replicaSets, set)).toEqual([
      'spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0',
      'spec.selector: Invalid value: {}: empty selector is invalid for deployment',
    ])
    const change = (object: ReplicaSet) => {
      object.status = { replicas: 1, fullyLabeledReplicas: 2 }
    }
    expect(statusFailuresOf(replicaSets, replicaSet(), change)).toEqual([
      'status.fullyLabeledReplicas: Invalid value: 2: cannot be greater than status.replicas',
    ])
  })
})
