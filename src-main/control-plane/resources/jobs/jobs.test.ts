import { describe, expect, test } from 'vitest'
import type { Job, JobSpec } from '#kubernetes/api/batch-v1.ts'
import { created, failuresOf, statusFailuresOf, updateFailuresOf } from '../shared/testing.ts'
import { jobs } from './jobs.ts'

const job = (spec: Partial<JobSpec> = {}): Job => ({
  metadata: { name: 'work', namespace: 'default', uid: 'u-1' },
  spec: {
    ...spec,
    template: {
      metadata: { labels: { app: 'work' } },
      spec: { containers: [{ name: 'main', image: 'x:1' }], restartPolicy: 'Never' },
      ...spec.template,
    },
  },
})
const indexed = (spec: Partial<JobSpec> = {}) =>
  job({ completionMode: 'Indexed', completions: 3, ...spec })

test('a job is filled and gets its own selector', () => {
  const { metadata, spec, status } = created(jobs, job())
  expect(status).toEqual({})
  expect(metadata.labels).toEqual({ app: 'work' })
  expect(spec).toMatchObject({
    completions: 1,
    parallelism: 1,
    backoffLimit: 6,
    completionMode: 'NonIndexed',
    suspend: false,
    podReplacementPolicy: 'TerminatingOrFailed',
    manualSelector: false,
    selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': 'u-1' } },
  })
  expect(spec.template.metadata?.labels).toEqual({
    app: 'work',
    'controller-uid': 'u-1',
    'batch.kubernetes.io/controller-uid': 'u-1',
    'job-name': 'work',
    'batch.kubernetes.io/job-name': 'work',
  })
})

test('a job with a parallelism alone has no number of completions', () => {
  expect(created(jobs, job({ parallelism: 3 })).spec.completions).toBeUndefined()
})

test('limits per index lift the limit of all', () => {
  expect(created(jobs, indexed({ backoffLimitPerIndex: 1 })).spec.backoffLimit).toBe(2_147_483_647)
})

describe('a job is refused', () => {
  test.each<[string, Job, string[]]>([
    [
      'that restarts for ever',
      job({ template: { spec: { containers: [{ name: 'a', image: 'x:1' }] } } }),
      ['spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"'],
    ],
    [
      'with negative counts',
      job({ parallelism: -1, backoffLimit: -2 }),
      [
        'spec.parallelism: Invalid value: -1: must be greater than or equal to 0',
        'spec.backoffLimit: Invalid value: -2: must be greater than or equal to 0',
      ],
    ],
    [
      'indexed without completions',
      job({ completionMode: 'Indexed', parallelism: 2 }),
      ['spec.completions: Required value: when completion mode is Indexed'],
    ],
    [
      'with limits per index but no indexes',
      job({ backoffLimitPerIndex: 1 }),
      ['spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode'],
    ],
    [
      'with a selector of its own',
      job({ selector: { matchLabels: { app: 'work' } } }),
      [
        'spec.selector: Invalid value: {"matchLabels":{"batch.kubernetes.io/controller-uid":"u-1","app":"work"}}: `selector` not auto-generated',
      ],
    ],
    [
      'with a policy without reason',
      job({ podFailurePolicy: { rules: [{ action: 'FailJob' }] } }),
      [
        'spec.podFailurePolicy.rules[0]: Invalid value: {"action":"FailJob"}: specifying one of OnExitCodes and OnPodConditions is required',
      ],
    ],
    [
      'with unordered exit codes',
      job({
        podFailurePolicy: {
          rules: [{ action: 'Ignore', onExitCodes: { operator: 'In', values: [2, 1, 0] } }],
        },
      }),
      [
        'spec.podFailurePolicy.rules[0].onExitCodes.values[2]: Invalid value: 0: must not be 0 for the In operator',
        'spec.podFailurePolicy.rules[0].onExitCodes.values: Invalid value: [2,1,0]: must be ordered',
      ],
    ],
    [
      'with success beyond its indexes',
      indexed({ successPolicy: { rules: [{ succeededIndexes: '0-3' }] } }),
      [
        'spec.successPolicy.rules[0].succeededIndexes: Invalid value: "0-3": error parsing succeededIndexes: too large index: "3"',
      ],
    ],
    [
      'managed by nobody',
      job({ managedBy: 'me' }),
      [
        'spec.managedBy: Invalid value: "me": must be a domain-prefixed path (such as "acme.io/foo")',
      ],
    ],
  ])('%s', (_what, object, errors) => {
    expect(failuresOf(jobs, object)).toEqual(errors)
  })
})

describe('an update', () => {
  const relabel = ({ spec }: Job) => {
    spec.template.spec = { ...spec.template.spec, containers: [], nodeSelector: { disk: 'ssd' } }
    spec.template.spec.containers = [{ name: 'main', image: 'x:1' }]
  }
  test('may not change the template of a job that runs', () => {
    expect(updateFailuresOf(jobs, job(), relabel)).toEqual([
      expect.stringMatching(/^spec\.template: Invalid value: .*: field is immutable$/),
    ])
  })

  test('may say where a job runs that never started', () => {
    expect(updateFailuresOf(jobs, job({ suspend: true }), relabel)).toEqual([])
  })

  test('changes completions only of indexed jobs and with their parallelism', () => {
    const more = ({ spec }: Job) => {
      spec.completions = 5
    }
    expect(updateFailuresOf(jobs, job(), more)).toEqual([
      'spec.completions: Invalid value: 5: field is immutable',
    ])
    expect(updateFailuresOf(jobs, indexed(), more)).toEqual([
      'spec.completions: Invalid value: 5: can only be modified in tandem with spec.parallelism',
    ])
    const both = ({ spec }: Job) => {
      spec.completions = 5
      spec.parallelism = 5
    }
    expect(updateFailuresOf(jobs, indexed({ parallelism: 3 }), both)).toEqual([])
  })
})

test('a status that contradicts itself is refused', () => {
  const condition = (type: string) => ({ type, status: 'True' })
  expect(
    statusFailuresOf(jobs, job(), object => {
      object.status = { conditions: [condition('Complete')], active: 1, ready: 2 }
    }),
  ).toEqual([
    'status.ready: Invalid value: 2: cannot set more ready pods than active',
    'status.startTime: Required value: startTime is required for finished job',
    'status.active: Invalid value: 1: active>0 is invalid for finished job',
    'status.completionTime: Required value: completionTime is required for Complete jobs',
    'status.conditions: Invalid value: [{"type":"Complete","status":"True"}]: cannot set Complete=True condition without the SuccessCriteriaMet=true condition',
  ])
})

test('the columns of a job', () => {
  const object = created(jobs, job())
  const now = Date.parse('2026-01-01T00:01:00Z')
  object.metadata.creationTimestamp = '2026-01-01T00:00:00Z'
  object.status = { startTime: '2026-01-01T00:00:10Z', succeeded: 0 }
  const cells = () => jobs.columns.map(({ value }) => value(object, now))
  expect(cells().slice(0, 5)).toEqual(['work', 'Running', '0/1', '50s', '60s'])
  object.status = {
    ...object.status,
    succeeded: 1,
    completionTime: '2026-01-01T00:00:13Z',
    conditions: [{ type: 'Complete', status: 'True' }],
  }
  expect(cells().slice(0, 5)).toEqual(['work', 'Complete', '1/1', '3s', '60s'])
})
