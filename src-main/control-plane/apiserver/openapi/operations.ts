import type { Schema } from './schemas.ts'

/** What a resource's operations are described from. */
export interface OperationContext {
  /** `AppsV1`, for operation ids. */
  idPrefix: string
  /** `apps_v1`. */
  tag: string
  kind: { group: string; version: string; kind: string }
  namespaced: boolean
  /** References to schemas. */
  object: Schema
  list: Schema | undefined
  status: Schema
  deleteOptions: Schema
  patch: Schema
  /** Whether strategic merge patches are understood; custom resources have none. */
  strategic: boolean
}

const mediaTypes = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf']
const text = { type: 'string', uniqueItems: true }
const flag = { type: 'boolean', uniqueItems: true }
const integer = { type: 'integer', uniqueItems: true }
const query = (name: string, description: string, schema: Schema) => ({
  name,
  in: 'query',
  description,
  schema,
})

const listParameters = [
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
const force = query(
  'force',
  'Force is going to "force" Apply requests. It means user will re-acquire conflicting fields owned by other people.',
  flag,
)
const writeParameters = [dryRun, fieldManager, fieldValidation]
const deleteParameters = [
  dryRun,
  query(
    'gracePeriodSeconds',
    'The duration in seconds before the object should be deleted.',
    integer,
  ),
  query('orphanDependents', 'Deprecated: please use the PropagationPolicy.', flag),
  query('propagationPolicy', 'Whether and how garbage collection will be performed.', text),
]

const inPath = (name: string, description: string) => ({
  name,
  in: 'path',
  required: true,
  description,
  schema: text,
})
const namespaceParameter = inPath(
  'namespace',
  'object name and auth scope, such as for teams and projects',
)
const pretty = query('pretty', "If 'true', then the output is pretty printed.", text)

type Action = 'list' | 'get' | 'post' | 'put' | 'patch' | 'delete' | 'deletecollection'

/** The path items of a resource, or of one of its subresources, for the verbs it has. */
export function pathItems(
  context: OperationContext,
  base: string,
  plural: string,
  verbs: readonly string[],
  subresource?: string,
): Record<string, Schema> {
  const { namespaced } = context
  const collection = namespaced ? `${base}/namespaces/{namespace}/${plural}` : `${base}/${plural}`
  const suffix = subresource ? `/${subresource}` : ''
  const item = operations(context, subresource, {
    get: verbs.includes('get') && 'get',
    put: verbs.includes('update') && 'put',
    post: subresource !== undefined && verbs.includes('create') && 'post',
    patch: verbs.includes('patch') && 'patch',
    delete: verbs.includes('delete') && 'delete',
  })
  const scope = namespaced ? [namespaceParameter] : []
  const name = inPath('name', `name of the ${context.kind.kind}`)
  const items: Record<string, Schema> = {}
  if (Object.keys(item).length)
    items[`${collection}/{name}${suffix}`] = { ...item, parameters: [name, ...scope, pretty] }
  if (subresource !== undefined) return items
  const many = operations(context, undefined, {
    get: verbs.includes('list') && 'list',
    post: verbs.includes('create') && 'post',
    delete: verbs.includes('deletecollection') && 'deletecollection',
  })
  if (Object.keys(many).length) items[collection] = { ...many, parameters: [...scope, pretty] }
  if (namespaced && verbs.includes('list'))
    items[`${base}/${plural}`] = {
      ...operations(
        { ...context, namespaced: false },
        undefined,
        { get: 'list' },
        'ForAllNamespaces',
      ),
      parameters: [pretty],
    }
  return items
}

function operations(
  context: OperationContext,
  subresource: string | undefined,
  wanted: Record<string, Action | false>,
  idSuffix = '',
): Record<string, Schema> {
  return Object.fromEntries(
    Object.entries(wanted).flatMap(([method, action]) =>
      action ? [[method, operation(context, action, subresource, idSuffix)]] : [],
    ),
  )
}

const idVerbs: Record<Action, string> = {
  list: 'list',
  get: 'read',
  post: 'create',
  put: 'replace',
  patch: 'patch',
  delete: 'delete',
  deletecollection: 'deleteCollection',
}

function operation(
  context: OperationContext,
  action: Action,
  subresource: string | undefined,
  idSuffix: string,
): Schema {
  const { idPrefix, kind, namespaced, tag } = context
  const part = subresource ? subresource.replace(/^./, first => first.toUpperCase()) : ''
  return {
    tags: [tag],
    description: descriptionOf(action, kind.kind, subresource),
    operationId: `${idVerbs[action]}${idPrefix}${namespaced ? 'Namespaced' : ''}${kind.kind}${part}${idSuffix}`,
    ...detailsOf(context, action),
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': kind,
  }
}

function descriptionOf(action: Action, kind: string, subresource: string | undefined): string {
  const what = subresource ? `${subresource} of the specified ${kind}` : `the specified ${kind}`
  switch (action) {
    case 'list':
      return `list or watch objects of kind ${kind}`
    case 'get':
      return `read ${what}`
    case 'post':
      return subresource ? `create ${subresource} of a ${kind}` : `create a ${kind}`
    case 'put':
      return `replace ${what}`
    case 'patch':
      return `partially update ${what}`
    case 'delete':
      return `delete a ${kind}`
    case 'deletecollection':
      return `delete collection of ${kind}`
  }
}

function detailsOf(context: OperationContext, action: Action): Schema {
  const { object, list, status, deleteOptions } = context
  switch (action) {
    case 'list':
      return { parameters: listParameters, responses: answers({ 200: list ?? object }) }
    case 'get':
      return { responses: answers({ 200: object }) }
    case 'post':
      return {
        parameters: writeParameters,
        requestBody: body(object),
        responses: answers({ 200: object, 201: object, 202: object }),
      }
    case 'put':
      return {
        parameters: writeParameters,
        requestBody: body(object),
        responses: answers({ 200: object, 201: object }),
      }
    case 'patch':
      return {
        parameters: [...writeParameters, force],
        requestBody: { content: patchContent(context), required: true },
        responses: answers({ 200: object, 201: object }),
      }
    case 'delete':
      return {
        parameters: deleteParameters,
        requestBody: { content: { '*/*': { schema: deleteOptions } } },
        responses: answers({ 200: status, 202: status }),
      }
    case 'deletecollection':
      return {
        parameters: [
          ...deleteParameters,
          ...listParameters.filter(({ name }) => !/watch|Watch/.test(name)),
        ],
        requestBody: { content: { '*/*': { schema: deleteOptions } } },
        responses: answers({ 200: status }),
      }
  }
}

const body = (schema: Schema) => ({ content: { '*/*': { schema } }, required: true })

function patchContent({ patch, strategic }: OperationContext): Schema {
  const types = [
    'application/apply-patch+yaml',
    'application/json-patch+json',
    'application/merge-patch+json',
    ...(strategic ? ['application/strategic-merge-patch+json'] : []),
  ]
  return Object.fromEntries(types.map(type => [type, { schema: patch }]))
}

const statusTexts: Record<string, string> = { 200: 'OK', 201: 'Created', 202: 'Accepted' }

function answers(schemas: Record<number, Schema>): Schema {
  const found = Object.entries(schemas).map(([code, schema]) => [
    code,
    {
      description: statusTexts[code] ?? '',
      content: Object.fromEntries(mediaTypes.map(type => [type, { schema }])),
    },
  ])
  return { ...Object.fromEntries(found), 401: { description: 'Unauthorized' } }
}
