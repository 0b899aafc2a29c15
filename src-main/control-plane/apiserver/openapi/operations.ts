import type { OperationContext } from './operation-context.ts'
import {
  deleteParameters,
  force,
  inPath,
  listParameters,
  namespaceParameter,
  pretty,
  writeParameters,
} from './parameters.ts'
import { answers } from './responses.ts'
import type { Schema } from './schemas.ts'
import { watchItems } from './watch-operations.ts'

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
  Object.assign(items, watchItems(context, base, plural))
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
