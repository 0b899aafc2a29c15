import { ownValue } from '#base/own-value.ts'
import type { ResourceDefinition, Subresource } from '#control-plane/resources/define-resource.ts'
import { requireNamespace } from '../admission/namespace-lifecycle.ts'
import { hasProtobuf } from '../codec/protobuf.ts'
import { methodNotAllowed, terminating, unknownResource } from '../failures.ts'
import { negotiate, notAcceptable } from '../http/negotiate.ts'
import { notServed } from '../not-served.ts'
import type { Reply } from '../reply.ts'
import type { RequestInfo } from '../request-info.ts'
import type { RequestContext } from '../server-request.ts'
import type { Services } from '../services.ts'
import { bind } from './binding.ts'
import { readComponents } from './component-statuses.ts'
import { create } from './create.ts'
import { deleteOne } from './delete.ts'
import { deleteCollection } from './delete-collection.ts'
import { get } from './get.ts'
import { list } from './list.ts'
import type { ObjectWriter } from './object-writer.ts'
import { patch } from './patch.ts'
import { reviews } from './reviews.ts'
import { streamedSubresources, subresources } from './subresources.ts'
import type { Handler, Target } from './target.ts'
import { update } from './update.ts'
import { readUsage } from './usage-metrics.ts'
import { watch } from './watch.ts'

const verbs: Record<string, Handler> = {
  get,
  list,
  watch,
  create,
  update,
  patch,
  delete: deleteOne,
  deletecollection: deleteCollection,
}
/** What answers reads of kinds that are never stored. */
const virtualKinds: Partial<Record<string, typeof readUsage | typeof readComponents>> = {
  componentstatuses: readComponents,
  nodes: readUsage,
  pods: readUsage,
}
const statusVerbs: Record<string, Handler> = { get, update, patch }
const allVerbs = Object.keys(verbs)

/** Finds what answers a request for a resource. Throws a 404 for what isn't served, a 405 for a verb it doesn't have. */
export function routeResource(
  context: RequestContext,
  services: Services,
  writer: ObjectWriter,
): Reply | Promise<Reply> {
  const { info } = context
  const definition = services.catalog.find(info)
  if (!definition || !isPlaced(definition, info)) throw notServed(services.catalog, info)
  requireAcceptable(context, definition)
  if (!info.verb && context.request.method !== 'OPTIONS') throw methodNotAllowed()
  if (isAcross(definition, info) && !['list', 'watch'].includes(info.verb)) throw methodNotAllowed()
  if (definition.deprecation) context.warnings.add(definition.deprecation)
  if (definition.virtual) {
    const served: readonly string[] = definition.verbs ?? []
    if (info.subresource || !served.includes(info.verb)) throw methodNotAllowed()
    if (definition.kind === 'Binding') return bindNamed(context, services, writer, definition)
    const answer = ownValue(virtualKinds, definition.plural) ?? ownValue(reviews, definition.plural)
    if (!answer) throw methodNotAllowed()
    return answer(context, services, definition)
  }
  const target = targetOf(context, services, writer, definition)
  return handlerOf(target)(target)
}

function targetOf(
  context: RequestContext,
  services: Services,
  writer: ObjectWriter,
  definition: ResourceDefinition,
): Target {
  const cache = services.caches.of(definition)
  return { context, services, writer, definition, stored: cache.definition, cache }
}

/** Binds the pod that a Binding names; as every create, only in a namespace that is there. */
function bindNamed(
  context: RequestContext,
  services: Services,
  writer: ObjectWriter,
  definition: ResourceDefinition,
): Promise<Reply> {
  requireNamespace(definition, context.info.namespace, services)
  return bind(targetOf(context, services, writer, services.catalog.get('', 'v1', 'pods')))
}

/** Objects of a namespace are named only within it, and those of none in none; selectors of lists may name one too. */
function isPlaced({ namespaced, plural }: ResourceDefinition, info: RequestInfo): boolean {
  if (!namespaced) return !info.namespace || plural === 'namespaces'
  return info.namespace !== '' || !info.name || ['list', 'watch'].includes(info.verb)
}

/** Whether a request is about the objects of all namespaces, which can only be read. */
const isAcross = ({ namespaced }: ResourceDefinition, info: RequestInfo): boolean =>
  namespaced && !info.namespace

/** Refuses, before anything is done, what could not be answered in a form that the client takes. */
function requireAcceptable(
  { request, info }: RequestContext,
  definition: ResourceDefinition,
): void {
  if (streamedSubresources.has(info.subresource)) return
  const { format, as } = negotiate(request.header('accept'))
  if (format !== 'protobuf') return
  if (as === 'Table' || (!as && !hasProtobuf(definition))) throw notAcceptable()
}

function handlerOf(target: Target): Handler {
  const { definition, context } = target
  const { verb, subresource } = context.info
  if (!subresource) {
    const served: readonly string[] = definition.verbs ?? allVerbs
    const handler = verbs[verb]
    if (!handler || !served.includes(verb) || !fitsName(target)) throw methodNotAllowed()
    if (verb === 'create' && definition.terminating) throw terminating(definition)
    return handler
  }
  if (subresource === 'status' && definition.status) return pick(statusVerbs[verb])
  if (subresource === 'scale' && definition.scale) return pick(subresources['scale']?.[verb])
  const declared: Subresource | undefined = ownValue(definition.subresources ?? {}, subresource)
  if (!declared) throw unknownResource()
  return pick(subresources[subresource]?.[verb])
}

/** Updates, patches and creates: the first two need a name in the URL, the last must have none. */
function fitsName({ context }: Target): boolean {
  const { verb, name } = context.info
  if (verb === 'create') return name === ''
  return name !== '' || !['update', 'patch'].includes(verb)
}

function pick(handler: Handler | undefined): Handler {
  if (!handler) throw methodNotAllowed()
  return handler
}
