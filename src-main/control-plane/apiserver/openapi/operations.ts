import { connectItems, isConnection } from './connect-operations.ts'
import type { OperationContext } from './operation-context.ts'
import { capital, operationId, tagOf } from './operation-ids.ts'
import {
  inPath,
  namespaceParameter,
  optionParameters,
  type Parameter,
  pretty,
} from './parameters.ts'
import { type Operation, pathItem } from './path-item.ts'
import { answers, contentOf, mediaTypes, streamedMediaTypes } from './responses.ts'
import type { Schema } from './schemas.ts'
import { watchItems } from './watch-operations.ts'

type Action = 'list' | 'get' | 'post' | 'put' | 'patch' | 'delete' | 'deletecollection'

/** An operation among those of its resource. */
interface Target {
  action: Action
  subresource?: string | undefined
  /** Whether the path names one object. */
  isItem?: boolean
  /** Whether it is about all namespaces' objects. */
  isAcross?: boolean
}

/** The path items of a resource for the verbs it has; watches are among them. */
export function resourceItems(context: OperationContext): Record<string, Schema> {
  const { root, plural, namespaced } = context
  const collection = collectionPath(context)
  return {
    ...item(context, `${collection}/{name}`, { isItem: true }, itemActions),
    ...item(context, collection, {}, { get: 'list', post: 'post', delete: 'deletecollection' }),
    ...(namespaced ? item(context, `${root}/${plural}`, { isAcross: true }, { get: 'list' }) : {}),
    ...watchItems(context),
  }
}

/** The path items of a subresource; the context's kind and verbs are its own. */
export function subresourceItems(
  context: OperationContext,
  subresource: string,
): Record<string, Schema> {
  if (isConnection(context.kind.kind)) return connectItems(context, subresource)
  const path = `${collectionPath(context)}/{name}/${subresource}`
  return item(context, path, { subresource, isItem: true }, { ...itemActions, post: 'post' })
}

const collectionPath = ({ root, plural, namespaced }: OperationContext) =>
  `${root}${namespaced ? '/namespaces/{namespace}' : ''}/${plural}`

const itemActions = { get: 'get', put: 'put', patch: 'patch', delete: 'delete' } as const

const verbOf: Record<Action, string> = {
  list: 'list',
  get: 'get',
  post: 'create',
  put: 'update',
  patch: 'patch',
  delete: 'delete',
  deletecollection: 'deletecollection',
}

/** The item of a path with those of the methods whose verb the resource has; nothing where it has none of them. */
function item(
  context: OperationContext,
  path: string,
  target: Omit<Target, 'action'>,
  methods: Record<string, Action>,
): Record<string, Schema> {
  const own = Object.entries(methods).filter(([, action]) => context.verbs.includes(verbOf[action]))
  if (!own.length) return {}
  const operations = own.map(([method, action]) => [
    method,
    operation(context, { ...target, action }),
  ])
  return { [path]: pathItem(Object.fromEntries(operations)) }
}

const idVerbs: Record<Action, [verb: string, rest?: string]> = {
  list: ['list'],
  get: ['read'],
  post: ['create'],
  put: ['replace'],
  patch: ['patch'],
  delete: ['delete'],
  deletecollection: ['delete', 'Collection'],
}

function operation(context: OperationContext, target: Target): Operation {
  const { place, kind, owner, namespaced } = context
  const { action, subresource, isItem, isAcross } = target
  const [verb, rest = ''] = idVerbs[action]
  const isScoped = namespaced && !isAcross
  const { parameters, ...details } = detailsOf(context, target)
  return {
    tags: [tagOf(place)],
    description: sentenceOf(context, target),
    operationId: operationId(
      verb,
      place,
      `${rest}${isScoped ? 'Namespaced' : ''}${owner}${capital(subresource ?? '')}${isAcross ? 'ForAllNamespaces' : ''}`,
    ),
    ...details,
    parameters: [
      ...(isItem ? [inPath('name', `name of the ${kind.kind}`)] : []),
      ...(isScoped ? [namespaceParameter] : []),
      pretty,
      ...parameters,
    ],
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': kind,
  }
}

function sentenceOf({ owner: kind, verbs, isCustom }: OperationContext, target: Target): string {
  const { action, subresource } = target
  const part = subresource ? `${subresource} of ` : ''
  switch (action) {
    case 'list':
      return `list ${verbs.includes('watch') && !isCustom ? 'or watch ' : ''}objects of kind ${kind}`
    case 'get':
      return `read ${part}the specified ${kind}`
    case 'post':
      return `create ${part}${withArticle(kind)}`
    case 'put':
      return `replace ${part}the specified ${kind}`
    case 'patch':
      return `partially update ${part}the specified ${kind}`
    case 'delete':
      return `delete ${part}${withArticle(kind)}`
    case 'deletecollection':
      return `delete collection of ${kind}`
  }
}

/** `a Pod`, `an Ingress`, and `Endpoints`, which is a plural. */
function withArticle(noun: string): string {
  if (/[^s]s$/.test(noun)) return noun
  return `${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun}`
}

type Details = Schema & { parameters: readonly Parameter[] }

function detailsOf(context: OperationContext, { action, subresource }: Target): Details {
  const { object, list, deleted, status } = context
  const types = context.isCustom ? customMediaTypes : mediaTypes
  const options = (name: string) => optionParameters(name, context.descriptionOf)
  const codes = (...of: number[]) =>
    answers(Object.fromEntries(of.map(code => [code, object])), types)
  switch (action) {
    case 'list': {
      const streamed = context.isCustom ? customMediaTypes : streamedMediaTypes
      return {
        parameters: options('ListOptions'),
        responses: answers({ 200: list ?? object }, streamed),
      }
    }
    case 'get':
      return subresource === 'log'
        ? logDetails(options('PodLogOptions'))
        : { parameters: [], responses: codes(200) }
    case 'post':
      return { ...written(context, 'CreateOptions'), responses: codes(200, 201, 202) }
    case 'put':
      return { ...written(context, 'UpdateOptions'), responses: codes(200, 201) }
    case 'patch':
      return {
        parameters: options('PatchOptions'),
        requestBody: { content: contentOf(patchTypes(context), context.patch), required: true },
        responses: codes(200, 201),
      }
    case 'delete':
      return { ...deletion(context), responses: answers({ 200: deleted, 202: deleted }, types) }
    case 'deletecollection': {
      const { parameters, ...rest } = deletion(context)
      const selecting = options('ListOptions').filter(({ name }) => !/watch/i.test(name))
      return {
        ...rest,
        parameters: [...parameters, ...selecting],
        responses: answers({ 200: status }, types),
      }
    }
  }
}

const customMediaTypes = ['application/json', 'application/yaml']

/** A log is text, whatever else its request would take. */
const logDetails = (parameters: readonly Parameter[]): Details => ({
  parameters,
  responses: answers({ 200: { type: 'string' } }, ['text/plain', ...mediaTypes]),
})

const written = ({ object, isCustom, descriptionOf }: OperationContext, options: string) => ({
  parameters: optionParameters(options, descriptionOf),
  requestBody: {
    content: contentOf(isCustom ? customMediaTypes : ['*/*'], object),
    required: true,
  },
})

const deletion = ({ deleteOptions, isCustom, descriptionOf }: OperationContext) => ({
  parameters: optionParameters('DeleteOptions', descriptionOf),
  requestBody: { content: contentOf(isCustom ? customMediaTypes : ['*/*'], deleteOptions) },
})

const patchTypes = ({ isCustom }: OperationContext): string[] => [
  'application/json-patch+json',
  'application/merge-patch+json',
  ...(isCustom ? [] : ['application/strategic-merge-patch+json']),
  'application/apply-patch+yaml',
]
