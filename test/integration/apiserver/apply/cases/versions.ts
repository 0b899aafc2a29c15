import type { ApplyCase } from '../apply-case.ts'
import { spec } from '../shapes.ts'

const v2 = 'test.example.com/v2'
const scaler = (fields: object) =>
  spec({
    maxReplicas: 5,
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
    ...fields,
  })
const target = '.spec.scaleTargetRef'

/** Several versions of a kind: each manager owns fields of the version that it wrote in. */
export const versions: readonly ApplyCase[] = [
  {
    name: 'an entry names the version that was applied, whatever is stored',
    kind: 'Widget',
    write: { by: 'ann', version: v2, apply: spec({ replicas: 1 }) },
    status: 201,
    entries: [entry('ann', 'Apply', v2, { 'f:spec': { 'f:replicas': {} } })],
  },
  {
    name: 'an applier is one whatever version it applies',
    kind: 'Widget',
    before: [{ by: 'ann', apply: spec({ replicas: 1, set: ['a'] }) }],
    write: { by: 'ann', version: v2, apply: spec({ replicas: 2 }) },
    fields: { 'spec.replicas': 2, 'spec.set': undefined },
    entries: [entry('ann', 'Apply', v2, { 'f:spec': { 'f:replicas': {} } })],
  },
  {
    name: 'an updater is one for each version',
    kind: 'Widget',
    before: [
      { by: 'ann', apply: spec({ replicas: 1 }) },
      { by: 'ben', merge: spec({ size: 'large' }) },
    ],
    write: { by: 'ben', version: v2, merge: spec({ note: 'n' }) },
    entries: [
      entry('ann', 'Apply', 'test.example.com/v1', { 'f:spec': { 'f:replicas': {} } }),
      entry('ben', 'Update', 'test.example.com/v1', { 'f:spec': { 'f:size': {} } }),
      entry('ben', 'Update', v2, { 'f:spec': { 'f:note': {} } }),
    ],
  },
  {
    name: 'managers of other versions conflict, and are named with theirs',
    kind: 'Widget',
    before: [
      { by: 'ann', apply: spec({ replicas: 1 }) },
      { by: 'ben', version: v2, merge: spec({ size: 'large' }) },
    ],
    write: { by: 'ann', apply: spec({ replicas: 1, size: 'small' }) },
    conflict: { [`"ben" using ${v2}`]: ['.spec.size'] },
  },
  {
    name: 'an older version with fields of its own owns those',
    kind: 'HorizontalPodAutoscaler',
    write: {
      by: 'ann',
      version: 'autoscaling/v1',
      apply: scaler({ targetCPUUtilizationPercentage: 50 }),
    },
    status: 201,
    fields: { 'spec.metrics.0.resource.target.averageUtilization': 50 },
    entries: [
      entry('ann', 'Apply', 'autoscaling/v1', {
        'f:spec': {
          'f:maxReplicas': {},
          'f:scaleTargetRef': {},
          'f:targetCPUUtilizationPercentage': {},
        },
      }),
    ],
  },
  {
    name: 'a change in one version takes the field that it is in the other',
    kind: 'HorizontalPodAutoscaler',
    before: [
      {
        by: 'ann',
        version: 'autoscaling/v1',
        apply: scaler({ targetCPUUtilizationPercentage: 50 }),
      },
    ],
    write: {
      by: 'ben',
      json: [
        {
          op: 'replace',
          path: '/spec/metrics/0/resource/target/averageUtilization',
          value: 70,
        },
      ],
    },
    owners: {
      'ann applies': ['.spec.maxReplicas', target],
      'ben updates': ['.spec.metrics'],
    },
  },
  {
    name: 'a configuration of one version conflicts in the other’s fields',
    kind: 'HorizontalPodAutoscaler',
    before: [
      {
        by: 'ann',
        version: 'autoscaling/v1',
        apply: scaler({ targetCPUUtilizationPercentage: 50 }),
      },
    ],
    write: {
      by: 'ben',
      apply: spec({
        metrics: [
          {
            type: 'Resource',
            resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } },
          },
        ],
      }),
    },
    conflict: { '"ann"': ['.spec.targetCPUUtilizationPercentage'] },
  },
  {
    name: 'an applier that changes the version keeps what it says again',
    kind: 'HorizontalPodAutoscaler',
    before: [{ by: 'ann', version: 'autoscaling/v1', apply: scaler({ minReplicas: 2 }) }],
    write: { by: 'ann', apply: scaler({}) },
    fields: { 'spec.minReplicas': 1, 'spec.maxReplicas': 5 },
    owners: {
      'ann applies': [
        '.spec.maxReplicas',
        `${target}.apiVersion`,
        `${target}.kind`,
        `${target}.name`,
      ],
    },
  },
  {
    name: 'an applier that changes the version takes back what it said in the other',
    kind: 'HorizontalPodAutoscaler',
    before: [
      {
        by: 'ann',
        version: 'autoscaling/v1',
        apply: scaler({ targetCPUUtilizationPercentage: 50 }),
      },
    ],
    write: { by: 'ann', apply: scaler({}) },
    // The default of the version that is stored.
    fields: { 'spec.metrics.0.resource.target.averageUtilization': 80 },
  },
]

function entry(manager: string, operation: string, apiVersion: string, fieldsV1: object) {
  return { manager, operation, apiVersion, fieldsType: 'FieldsV1', fieldsV1 }
}
