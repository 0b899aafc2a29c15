import { expect, test } from 'vitest'
import type { DaemonSet, DaemonSetSpec } from '#kubernetes/api/apps-v1.ts'
import { created, failuresOf, testContext, updateFailuresOf } from '../shared/testing.ts'
import { daemonSets } from './daemonsets.ts'

const labels = { app: 'agent' }
const daemonSet = (spec: Partial<DaemonSetSpec> = {}): DaemonSet => ({
  metadata: { name: 'agent', namespace: 'default' },
  spec: {
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: 'a', image: 'x:1' }] } },
    ...spec,
  },
})

test('a daemon set is filled as upstream does', () => {
  const { metadata, spec } = created(daemonSets, daemonSet())
  expect(spec).toMatchObject({
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
    revisionHistoryLimit: 10,
  })
  expect(metadata.annotations).toEqual({ 'deprecated.daemonset.template.generation': '1' })
})

test('the generation of the template follows the template alone', () => {
  const old = created(daemonSets, daemonSet())
  const generationAfter = (change: (object: DaemonSet) => void) => {
    const next = structuredClone(old)
    change(next)
    daemonSets.prepareForUpdate?.(next, old, testContext)
    return next.metadata.annotations?.['deprecated.daemonset.template.generation']
  }
  expect(
    generationAfter(({ spec }) => {
      spec.minReadySeconds = 5
    }),
  ).toBe('1')
  expect(
    generationAfter(({ spec }) => {
      spec.template.metadata = { labels: { ...labels, more: 'yes' } }
    }),
  ).toBe('2')
})

test.each<[string, Partial<DaemonSetSpec>, string[]]>([
  [
    'an empty selector',
    { selector: {} },
    ['spec.selector: Invalid value: {}: empty selector is invalid for daemonset'],
  ],
  [
    'surge and unavailability',
    { updateStrategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } } },
    [
      'spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero',
    ],
  ],
  [
    'no way to roll',
    { updateStrategy: { rollingUpdate: { maxUnavailable: 0 } } },
    [
      'spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0',
    ],
  ],
  [
    'pods with a deadline',
    {
      template: {
        metadata: { labels },
        spec: { containers: [{ name: 'a', image: 'x:1' }], activeDeadlineSeconds: 3 },
      },
    },
    [
      'spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in DaemonSet is not Supported',
    ],
  ],
])('a daemon set with %s is refused', (_what, spec, errors) => {
  expect(failuresOf(daemonSets, daemonSet(spec))).toEqual(errors)
})

test('a daemon set keeps its selector', () => {
  expect(
    updateFailuresOf(daemonSets, daemonSet(), ({ spec }) => {
      spec.selector = { matchLabels: { app: 'b' } }
      spec.template.metadata = { labels: { app: 'b' } }
    }),
  ).toEqual(['spec.selector: Invalid value: {"matchLabels":{"app":"b"}}: field is immutable'])
})
