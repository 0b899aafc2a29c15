import type { Event } from '#kubernetes/api/core-v1.ts'
import { checkQualifiedName, checkSubdomain } from '#kubernetes/names.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { immutable, invalid, malformed, required } from '../shared/field-errors.ts'

const limit = (field: string, text: string, most: number): FieldError[] =>
  text.length > most ? [invalid(field, '', `can have at most ${most} characters`)] : []

const requiredText = (field: string, text = ''): FieldError[] =>
  text ? limit(field, text, 128) : [required(field)]

/** What is wrong with an event; only those with an `eventTime` must be complete. */
export function validateEvent(event: Event): FieldError[] {
  const { metadata, series, eventTime } = event
  const namespace = metadata.namespace ?? ''
  return [
    ...(eventTime ? validateNewEvent(event, namespace) : validateOldEvent(event, namespace)),
    ...malformed('namespace', namespace, checkSubdomain(namespace)),
    ...(series && (series.count ?? 0) < 2
      ? [invalid('series.count', '', 'should be at least 2')]
      : []),
    ...(series && !series.lastObservedTime ? [required('series.lastObservedTime')] : []),
  ]
}

function validateOldEvent({ involvedObject }: Event, namespace: string): FieldError[] {
  const of = involvedObject?.namespace ?? ''
  const matches = of ? of === namespace : namespace === '' || namespace === 'default'
  return matches ? [] : [mismatch(of)]
}

function validateNewEvent(event: Event, namespace: string): FieldError[] {
  const { involvedObject, reportingComponent = '', reportingInstance, message = '' } = event
  const of = involvedObject?.namespace ?? ''
  const stray = of === '' && namespace !== 'default' && namespace !== 'kube-system'
  return [
    ...(stray ? [mismatch(of)] : []),
    ...(reportingComponent ? [] : [required('reportingComponent')]),
    ...malformed('reportingComponent', reportingComponent, checkQualifiedName(reportingComponent)),
    ...requiredText('reportingInstance', reportingInstance),
    ...requiredText('action', event.action),
    ...requiredText('reason', event.reason),
    ...limit('message', message, 1024),
  ]
}

const mismatch = (namespace: string) =>
  invalid('involvedObject.namespace', namespace, 'does not match event.namespace')

/** What events.k8s.io/v1 asks of a new event beyond `validateEvent`: none of the fields that it calls deprecated. */
export const validateStrictEvent = (event: Event): FieldError[] => [
  ...(event.eventTime ? [] : [required('eventTime')]),
  ...validateType(event),
  ...unset('source', event.source?.component || event.source?.host),
  ...unset('firstTimestamp', event.firstTimestamp),
  ...unset('lastTimestamp', event.lastTimestamp),
  ...unset('count', event.count),
]

const unset = (field: string, value: unknown): FieldError[] =>
  value ? [invalid(field, '', 'needs to be unset')] : []

const validateType = ({ type = '' }: Event): FieldError[] => [
  ...(type === 'Normal' || type === 'Warning'
    ? []
    : [invalid('type', '', `has invalid value: ${type}`)]),
]

/** An event of events.k8s.io/v1 keeps everything but its series. */
export const validateStrictEventUpdate = (event: Event, old: Event): FieldError[] => [
  ...immutable('involvedObject', event.involvedObject, old.involvedObject),
  ...immutable('reason', event.reason, old.reason),
  ...immutable('message', event.message, old.message),
  ...immutable('source', event.source, old.source),
  ...immutable('firstTimestamp', event.firstTimestamp, old.firstTimestamp),
  ...immutable('lastTimestamp', event.lastTimestamp, old.lastTimestamp),
  ...immutable('count', event.count, old.count),
  ...immutable('type', event.type, old.type),
  ...immutable('eventTime', event.eventTime, old.eventTime),
  ...immutable('action', event.action, old.action),
  ...immutable('related', event.related, old.related),
  ...immutable('reportingController', event.reportingComponent, old.reportingComponent),
  ...immutable('reportingInstance', event.reportingInstance, old.reportingInstance),
]
