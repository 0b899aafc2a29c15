import { describe, expect, test } from 'vitest'
import type { Event } from '#kubernetes/api/core-v1.ts'
import type { Event as EventV1 } from '#kubernetes/api/events-v1.ts'
import type { KubernetesObject } from '#kubernetes/objects.ts'
import { created, failuresOf } from '../shared/testing.ts'
import { events } from './events.ts'
import { eventsV1 } from './events-v1.ts'

const now = Date.parse('2026-01-02T15:04:05Z')
const event = (rest: Partial<Event> = {}): Event => ({
  metadata: { name: 'web.1', namespace: 'default' },
  involvedObject: { kind: 'Pod', name: 'web', namespace: 'default' },
  ...rest,
})
const complete: Partial<Event> = {
  eventTime: '2026-01-02T15:00:00.000000Z',
  reportingComponent: 'kubelet',
  reportingInstance: 'node-1',
  action: 'Start',
  reason: 'Started',
}
const cells = (given: Event) => events.columns.map(({ value }) => value(given, now))

test('the columns of an event as the recorder writes it', () => {
  const given = event({
    type: 'Warning',
    reason: 'BackOff',
    message: ' Back-off \n',
    source: { component: 'kubelet', host: 'node-1' },
    firstTimestamp: '2026-01-02T14:04:05Z',
    lastTimestamp: '2026-01-02T15:03:05Z',
    count: 7,
  })
  expect(cells(given)).toEqual([
    '60s',
    'Warning',
    'BackOff',
    'pod/web',
    '',
    'kubelet, node-1',
    'Back-off',
    '60m',
    7,
    'web.1',
  ])
})

test('the columns of an event with a series, and of one that has only its time', () => {
  const series = { count: 3, lastObservedTime: '2026-01-02T15:04:00.000000Z' }
  expect(cells(event({ ...complete, series }))).toMatchObject({
    0: '5s',
    5: 'kubelet, node-1',
    7: '4m5s',
    8: 3,
  })
  expect(cells(event(complete))).toMatchObject({ 0: '4m5s', 7: '4m5s', 8: 1 })
})

describe('an event', () => {
  test.each<[string, Partial<Event>, string]>([
    [
      'another namespace than its object',
      { involvedObject: { kind: 'Pod', namespace: 'x' } },
      'involvedObject.namespace: Invalid value: "x": does not match event.namespace',
    ],
    [
      'a time but no reporter',
      { ...complete, reportingComponent: '' },
      'reportingComponent: Required value',
    ],
    [
      'a time but no instance',
      { ...complete, reportingInstance: '' },
      'reportingInstance: Required value',
    ],
    ['a time but no action', { ...complete, action: '' }, 'action: Required value'],
    [
      'a time and a long reason',
      { ...complete, reason: 'x'.repeat(129) },
      'reason: Invalid value: "": can have at most 128 characters',
    ],
    [
      'a time and a long message',
      { ...complete, message: 'x'.repeat(1025) },
      'message: Invalid value: "": can have at most 1024 characters',
    ],
    [
      'a series of one',
      { ...complete, series: { count: 1, lastObservedTime: 'x' } },
      'series.count: Invalid value: "": should be at least 2',
    ],
    [
      'a series never seen',
      { ...complete, series: { count: 2 } },
      'series.lastObservedTime: Required value',
    ],
  ])('with %s is refused', (_what, rest, error) => {
    const errors = failuresOf(events, event(rest))
    expect(errors.filter(text => !text.includes('name part'))).toEqual([error])
  })

  test('of the old sort needs next to nothing', () => {
    expect(failuresOf(events, event())).toEqual([])
  })
})

describe('events.k8s.io/v1', () => {
  const given: EventV1 = {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { name: 'web.1', namespace: 'default' },
    eventTime: '2026-01-02T15:00:00.000000Z',
    reportingController: 'kubelet',
    reportingInstance: 'node-1',
    action: 'Start',
    reason: 'Started',
    regarding: { kind: 'Pod', name: 'web' },
    note: 'Started container',
    type: 'Normal',
    deprecatedCount: 2,
    deprecatedSource: { component: 'kubelet' },
  }

  test('lies in the store as core/v1 and comes back as it was', () => {
    const stored = eventsV1.storedAs?.toStored(given)
    expect(stored).toEqual({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: given.metadata,
      eventTime: given.eventTime,
      reportingComponent: 'kubelet',
      reportingInstance: 'node-1',
      action: 'Start',
      reason: 'Started',
      involvedObject: { kind: 'Pod', name: 'web' },
      message: 'Started container',
      type: 'Normal',
      count: 2,
      source: { component: 'kubelet' },
    })
    expect(stored && eventsV1.storedAs?.fromStored(stored)).toEqual(given)
  })

  test('shows the same columns', () => {
    expect(eventsV1.columns.map(({ value }) => value(given, now))).toEqual([
      '4m5s',
      'Normal',
      'Started',
      'pod/web',
      '',
      'kubelet, node-1',
      'Started container',
      '4m5s',
      2,
      'web.1',
    ])
  })

  const { deprecatedCount, deprecatedSource, ...modern } = given
  const stored = (event: EventV1) => eventsV1.storedAs?.toStored(event) ?? event
  const problems = (event: KubernetesObject, old?: KubernetesObject) =>
    eventsV1.storedAs?.validate?.(event, old).map(({ field, message }) => `${field}: ${message}`)

  test('asks for time and type, and for none of the deprecated fields', () => {
    expect(problems(stored(modern))).toEqual([])
    const { eventTime, ...timeless } = given
    expect(problems(stored({ ...timeless, type: 'X' } as EventV1))).toEqual([
      'eventTime: Required value',
      'type: Invalid value: "": has invalid value: X',
      'source: Invalid value: "": needs to be unset',
      'count: Invalid value: "": needs to be unset',
    ])
  })

  test('keeps all but the series', () => {
    const series = { count: 2, lastObservedTime: '2026-01-02T15:04:00.000000Z' }
    expect(problems(stored({ ...modern, note: 'x', series }), stored(modern))).toEqual([
      'message: Invalid value: "x": field is immutable',
    ])
  })
})

test('what upstream always writes is there', () => {
  expect(created(events, event())).toMatchObject({
    source: {},
    reportingComponent: '',
    reportingInstance: '',
  })
})
