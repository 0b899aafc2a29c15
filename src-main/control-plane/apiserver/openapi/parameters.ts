import type { Schema } from './schemas.ts'

const text = { type: 'string', uniqueItems: true }
const flag = { type: 'boolean', uniqueItems: true }
const integer = { type: 'integer', uniqueItems: true }
const query = (name: string, description: string, schema: Schema) => ({
  name,
  in: 'query',
  description,
  schema,
})

/** Of lists and watches. */
export const listParameters = [
  query(
    'allowWatchBookmarks',
    'allowWatchBookmarks requests watch events with type "BOOKMARK".',
    flag,
  ),
  query(
    'continue',
    'The continue option should be set when retrieving more results from the server.',
    text,
  ),
  query(
    'fieldSelector',
    'A selector to restrict the list of returned objects by their fields. Defaults to everything.',
    text,
  ),
  query(
    'labelSelector',
    'A selector to restrict the list of returned objects by their labels. Defaults to everything.',
    text,
  ),
  query('limit', 'limit is a maximum number of responses to return for a list call.', integer),
  query(
    'resourceVersion',
    'resourceVersion sets a constraint on what resource versions a request may be served from.',
    text,
  ),
  query(
    'resourceVersionMatch',
    'resourceVersionMatch determines how resourceVersion is applied to list calls.',
    text,
  ),
  query(
    'sendInitialEvents',
    'Whether a watch begins with synthetic events for the objects that are there.',
    flag,
  ),
  query(
    'timeoutSeconds',
    'Timeout for the list/watch call. This limits the duration of the call, regardless of any activity or inactivity.',
    integer,
  ),
  query(
    'watch',
    'Watch for changes to the described resources and return them as a stream of add, update, and remove notifications. Specify resourceVersion.',
    flag,
  ),
]
const dryRun = query(
  'dryRun',
  'When present, indicates that modifications should not be persisted. Valid values are: - All: all dry run stages will be processed',
  text,
)
const fieldManager = query(
  'fieldManager',
  'fieldManager is a name associated with the actor or entity that is making these changes.',
  text,
)
const fieldValidation = query(
  'fieldValidation',
  'fieldValidation instructs the server on how to handle objects in the request containing unknown or duplicate fields. Valid values are: Ignore, Warn, Strict.',
  text,
)
/** Of server-side apply. */
export const force = query(
  'force',
  'Force is going to "force" Apply requests. It means user will re-acquire conflicting fields owned by other people.',
  flag,
)
/** Of creates, updates and patches. */
export const writeParameters = [dryRun, fieldManager, fieldValidation]
/** Of deletes. */
export const deleteParameters = [
  dryRun,
  query(
    'gracePeriodSeconds',
    'The duration in seconds before the object should be deleted.',
    integer,
  ),
  query('orphanDependents', 'Deprecated: please use the PropagationPolicy.', flag),
  query('propagationPolicy', 'Whether and how garbage collection will be performed.', text),
]

/** A parameter of the path. */
export const inPath = (name: string, description: string) => ({
  name,
  in: 'path',
  required: true,
  description,
  schema: text,
})
export const namespaceParameter = inPath(
  'namespace',
  'object name and auth scope, such as for teams and projects',
)
export const pretty = query('pretty', "If 'true', then the output is pretty printed.", text)
