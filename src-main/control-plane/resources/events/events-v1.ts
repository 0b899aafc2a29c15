import type { Event as CoreEvent, ObjectReference } from '#kubernetes/api/core-v1.ts'
import type { Event } from '#kubernetes/api/events-v1.ts'
import type { KubernetesObject } from '#kubernetes/objects.ts'
import { defineResource } from '../define-resource.ts'
import { eventColumns } from './event-columns.ts'
import { validateStrictEvent, validateStrictEventUpdate } from './event-validation.ts'

/** How the fields of events.k8s.io/v1 are called in core/v1; all others have the same name. */
const coreNames: Record<string, string> = {
  regarding: 'involvedObject',
  note: 'message',
  reportingController: 'reportingComponent',
  deprecatedSource: 'source',
  deprecatedFirstTimestamp: 'firstTimestamp',
  deprecatedLastTimestamp: 'lastTimestamp',
  deprecatedCount: 'count',
}
const ownNames = Object.fromEntries(Object.entries(coreNames).map(([own, core]) => [core, own]))

function renamed(object: object, names: Record<string, string>, apiVersion: string) {
  const entries = Object.entries(object).map(([name, value]) => [names[name] ?? name, value])
  return { ...Object.fromEntries(entries), apiVersion }
}

const toCoreEvent = (event: KubernetesObject): CoreEvent =>
  renamed(event, coreNames, 'v1') as unknown as CoreEvent

const fromCoreEvent = (event: KubernetesObject): Event =>
  renamed({ eventTime: null, ...event }, ownNames, 'events.k8s.io/v1') as unknown as Event

const regarding =
  (field: keyof ObjectReference) =>
  (event: Event): string =>
    event.regarding?.[field] ?? ''

/** The newer face of Event. Lies in the store as core/v1 Event does. */
export const eventsV1 = defineResource<Event>({
  group: 'events.k8s.io',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  singular: 'event',
  shortNames: ['ev'],
  namespaced: true,
  storagePrefix: '/registry/events',
  storedAs: {
    group: '',
    version: 'v1',
    toStored: toCoreEvent,
    fromStored: fromCoreEvent,
    validate: (event, old) =>
      old
        ? validateStrictEventUpdate(event as CoreEvent, old as CoreEvent)
        : validateStrictEvent(event as CoreEvent),
  },
  unconditionalUpdate: true,
  createOnUpdate: true,
  columns: eventColumns.map(({ value, ...column }) => ({
    ...column,
    value: (event, now) => value(toCoreEvent(event), now),
  })),
  selectableFields: {
    'regarding.kind': regarding('kind'),
    'regarding.namespace': regarding('namespace'),
    'regarding.name': regarding('name'),
    'regarding.uid': regarding('uid'),
    'regarding.apiVersion': regarding('apiVersion'),
    'regarding.resourceVersion': regarding('resourceVersion'),
    'regarding.fieldPath': regarding('fieldPath'),
    reason: ({ reason }) => reason ?? '',
    reportingController: ({ reportingController }) => reportingController ?? '',
    type: ({ type }) => type ?? '',
  },
})
