import type { Event, ObjectReference } from '#kubernetes/api/core-v1.ts'
import { defineResource } from '../define-resource.ts'
import { eventColumns } from './event-columns.ts'
import { validateEvent } from './event-validation.ts'

const involved =
  (field: keyof ObjectReference) =>
  ({ involvedObject }: Event): string =>
    involvedObject?.[field] ?? ''

export const events = defineResource<Event>({
  group: '',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  singular: 'event',
  shortNames: ['ev'],
  namespaced: true,
  storagePrefix: '/registry/events',
  unconditionalUpdate: true,
  createOnUpdate: true,
  columns: eventColumns,
  selectableFields: {
    'involvedObject.kind': involved('kind'),
    'involvedObject.namespace': involved('namespace'),
    'involvedObject.name': involved('name'),
    'involvedObject.uid': involved('uid'),
    'involvedObject.apiVersion': involved('apiVersion'),
    'involvedObject.resourceVersion': involved('resourceVersion'),
    'involvedObject.fieldPath': involved('fieldPath'),
    reason: ({ reason }) => reason ?? '',
    reportingComponent: ({ reportingComponent }) => reportingComponent ?? '',
    source: ({ source, reportingComponent }) => source?.component || reportingComponent || '',
    type: ({ type }) => type ?? '',
  },
  defaults: defaultEvent,
  validate: validateEvent,
})

/** Fields that upstream always writes. */
function defaultEvent(event: Event): void {
  event.involvedObject ??= {}
  event.source ??= {}
  event.reportingComponent ??= ''
  event.reportingInstance ??= ''
}
