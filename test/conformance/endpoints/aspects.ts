import type { RawAnswer, RawApi } from '../../support/raw-api.ts'
import { listPath } from '../facts/fact-server.ts'
import type { EndpointServer } from './endpoint-server.ts'
import { methodsOf, type Operation, type OperationTarget } from './operation.ts'
import { type Subject, subjectOf } from './subjects.ts'
import { upgrade } from './upgrade.ts'

/** What was tried of an operation: `ok`, why it doesn't apply, or how the answer differs. */
export type Outcome = { ok: true } | { left: string } | { wrong: string }

export const aspects = ['success', '401', '403', '404', '405', 'media', 'dry run'] as const
export type Aspect = (typeof aspects)[number]

const ok: Outcome = { ok: true }

/** Tries one aspect of an operation on a resource. */
export function tryAspect(
  aspect: Aspect,
  server: EndpointServer,
  operation: Operation,
  target: OperationTarget,
): Promise<Outcome> {
  return checks[aspect](server, operation, target)
}

type Check = (
  server: EndpointServer,
  operation: Operation,
  target: OperationTarget,
) => Promise<Outcome>

const checks: Record<Aspect, Check> = {
  success,
  '401': unauthorized,
  '403': forbidden,
  '404': notFound,
  '405': methodNotAllowed,
  media,
  'dry run': dryRun,
}

const upgraded = new Set(['exec', 'attach', 'portforward'])

async function success(
  { admin, cluster }: EndpointServer,
  operation: Operation,
  target: OperationTarget,
): Promise<Outcome> {
  const subject = await subjectOf(admin, operation, target)
  if (upgraded.has(target.subresource)) {
    const status = await upgrade(cluster.controlPlane, operation.method, subject.path)
    return status === 101 ? ok : { wrong: `${status} for an upgrade` }
  }
  const answer = await send(admin, operation, subject, narrowed(target, subject))
  const expected = operation.method === 'POST' && target.subresource !== 'proxy' ? [201] : [200]
  if (target.subresource === 'proxy') {
    const isLink = ['GET', 'HEAD'].includes(operation.method) && subject.path.endsWith('/proxy')
    if (isLink) return answer.status === 301 ? ok : wrong(answer)
    const text = operation.method === 'HEAD' ? '' : 'from behind the proxy'
    return answer.status === 200 && `${answer.bytes}` === text ? ok : wrong(answer)
  }
  if (target.resource.kind === 'Pod' && target.verb === 'delete') expected.push(202)
  return expected.includes(answer.status) ? shapeOf(answer, target) : wrong(answer)
}

/** A list is a list of the kind, everything else an object. */
function shapeOf(answer: RawAnswer, { verb, resource, subresource }: OperationTarget): Outcome {
  if (subresource === 'log') return ok
  const { kind = '', items } = answer.json ?? {}
  if (verb !== 'list') return kind ? ok : wrong(answer)
  return kind === `${resource.kind}List` && Array.isArray(items) ? ok : wrong(answer)
}

function send(
  api: RawApi,
  { method }: Operation,
  { path, body }: Subject,
  query: Record<string, string> = {},
): Promise<RawAnswer> {
  const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'
  const search = new URLSearchParams(query).toString()
  return api.request(method, search ? `${path}?${search}` : path, {
    ...(body ? { body, headers: { 'content-type': type } } : {}),
  })
}

/** A collection is deleted but for what others are about. */
const narrowed = ({ verb }: OperationTarget, { name }: Subject): Record<string, string> =>
  verb === 'deletecollection' ? { labelSelector: `endpoint=${name}` } : {}

const pathOf = ({ path }: Operation, name = 'none') =>
  path
    .replace('{namespace}', 'default')
    .replace('{name}', name)
    .replace('{path}', 'some/path')
    .replace(/\/exec$/, '/exec?command=true')

async function unauthorized({ unknown }: EndpointServer, operation: Operation): Promise<Outcome> {
  const answer = await unknown.request(operation.method, pathOf(operation))
  return isStatus(answer, operation, 401, 'Unauthorized', 'Unauthorized')
}

async function forbidden(
  { nobody, anonymous }: EndpointServer,
  operation: Operation,
  target: OperationTarget,
): Promise<Outcome> {
  const { resource, isItem, isAcross, subresource, verb } = target
  const isOwn = resource.kind.startsWith('SelfSubject')
  const answer = await (isOwn ? anonymous : nobody).request(operation.method, pathOf(operation))
  const name = resource.group ? `${resource.resource}.${resource.group}` : resource.resource
  const what = subresource ? `${resource.resource}/${subresource}` : resource.resource
  const isNamespaced =
    (resource.namespaced && !isAcross) || (resource.kind === 'Namespace' && isItem)
  const namespace = resource.kind === 'Namespace' ? 'none' : 'default'
  const message =
    `${name}${isItem ? ' "none"' : ''} is forbidden: User "${isOwn ? 'system:anonymous' : 'nobody'}" ` +
    `cannot ${verb} resource "${what}" in API group "${resource.group}" ` +
    (isNamespaced ? `in the namespace "${namespace}"` : 'at the cluster scope')
  return isStatus(answer, operation, 403, 'Forbidden', message)
}

/** Kinds that a PUT creates where nothing is. */
const createdByUpdate = new Set([
  'Lease',
  'Endpoints',
  'Event',
  'LimitRange',
  'Service',
  'RuntimeClass',
  'ClusterRole',
  'ClusterRoleBinding',
  'Role',
  'RoleBinding',
])

async function notFound(
  { admin }: EndpointServer,
  operation: Operation,
  target: OperationTarget,
): Promise<Outcome> {
  const { resource, isItem, subresource } = target
  if (!isItem) return missingNamespace(admin, operation, target)
  const { item, body } = await subjectOf(admin, operation, target)
  if (operation.method === 'PUT' && !subresource && createdByUpdate.has(resource.kind))
    return createdInstead(admin, operation, item)
  const sent = withName(body, 'none')
  const answer = await send(admin, operation, {
    path: pathOf(operation),
    item: '',
    name: 'none',
    body: sent,
  })
  const group = resource.kind === 'Event' ? '' : resource.group
  const name = group ? `${resource.resource}.${group}` : resource.resource
  return isStatus(answer, operation, 404, 'NotFound', `${name} "none" not found`)
}

function withName(body: Record<string, unknown> | undefined, name: string) {
  const metadata = body?.['metadata'] as Record<string, unknown> | undefined
  if (!body || !metadata?.['name']) return body
  const { uid: _, resourceVersion: __, ...rest } = metadata
  return { ...body, metadata: { ...rest, name } }
}

async function createdInstead(api: RawApi, operation: Operation, item: string): Promise<Outcome> {
  const { json } = await api.request('GET', item)
  const body = withName(json, 'none-yet')
  const path = `${pathOf(operation, 'none-yet')}?dryRun=All`
  const answer = await api.request('PUT', path, { body: withoutAddresses(body ?? {}) })
  return answer.status === 201 ? ok : wrong(answer)
}

const withoutAddresses = (body: Record<string, unknown>) => {
  const spec = body['spec'] as Record<string, unknown> | undefined
  if (body['kind'] !== 'Service' || !spec) return body
  const { clusterIP: _, clusterIPs: __, ...rest } = spec
  return { ...body, spec: rest }
}

/** Creating in a namespace that isn't there; lists of one are empty. */
async function missingNamespace(
  api: RawApi,
  operation: Operation,
  target: OperationTarget,
): Promise<Outcome> {
  const { method, path } = operation
  if (method !== 'POST') return { left: 'a collection is never missing' }
  if (!path.includes('{namespace}')) return { left: 'in no namespace' }
  if (target.resource.kind.endsWith('Review')) return { left: 'a review needs no namespace' }
  const { body } = await subjectOf(api, operation, target)
  const { namespace: _, ...metadata } = (body?.['metadata'] ?? {}) as Record<string, unknown>
  const answer = await api.request('POST', path.replace('{namespace}', 'nowhere'), {
    body: { ...body, metadata },
  })
  return isStatus(answer, operation, 404, 'NotFound', 'namespaces "nowhere" not found')
}

async function methodNotAllowed({ admin }: EndpointServer, operation: Operation): Promise<Outcome> {
  const known = methodsOf.get(operation.path) ?? new Set()
  const other = ['POST', 'PUT', 'PATCH', 'DELETE', 'GET'].find(method => !known.has(method))
  if (!other) return { left: 'it has every method' }
  const answer = await admin.request(other, pathOf(operation))
  const message = 'the server does not allow this method on the requested resource'
  return isStatus(answer, operation, 405, 'MethodNotAllowed', message)
}

async function media(
  { admin }: EndpointServer,
  operation: Operation,
  target: OperationTarget,
): Promise<Outcome> {
  if (upgraded.has(target.subresource) || target.subresource === 'proxy')
    return { left: 'a stream of bytes' }
  const subject = await subjectOf(admin, operation, target)
  const { method } = operation
  const body = subject.body && JSON.stringify(subject.body)
  if (body) {
    const headers = { 'content-type': 'text/plain' }
    const answer = await admin.request(method, subject.path, { body, headers })
    const message =
      /the body of the request was in an unknown format - accepted media types include: application\//
    const outcome = isStatus(answer, operation, 415, 'UnsupportedMediaType', message)
    if (!('ok' in outcome)) return outcome
  }
  if (target.subresource === 'log') return { left: 'plain text' }
  const before = await stateOf(admin, target, listPath(target.resource))
  const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'
  const query = new URLSearchParams(narrowed(target, subject))
  const answer = await admin.request(method, `${subject.path}?${query}`, {
    headers: { accept: 'text/csv', ...(body ? { 'content-type': type } : {}) },
    ...(body ? { body } : {}),
  })
  if (before !== (await stateOf(admin, target, listPath(target.resource))))
    return { wrong: 'what was refused has changed something' }
  const message = /^only the following media types are accepted: application\/json/
  return isStatus(answer, operation, 406, 'NotAcceptable', message)
}

async function dryRun(
  { admin }: EndpointServer,
  operation: Operation,
  target: OperationTarget,
): Promise<Outcome> {
  const { method } = operation
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return { left: 'reads only' }
  if (upgraded.has(target.subresource) || target.subresource === 'proxy')
    return { left: 'a stream of bytes' }
  const subject = await subjectOf(admin, operation, target)
  const list = listPath(target.resource)
  const before = await stateOf(admin, target, list)
  const query = { dryRun: 'All', ...narrowed(target, subject) }
  const answer = await send(admin, operation, subject, query)
  if (answer.status !== 200 && answer.status !== 201 && answer.status !== 202) return wrong(answer)
  const after = await stateOf(admin, target, list)
  return before === after ? ok : { wrong: 'a dry run changed something' }
}

/** Everything of a kind, as text; of a kind that is not kept, the pods that it may be about. */
async function stateOf(api: RawApi, { resource }: OperationTarget, list: string): Promise<string> {
  const path = resource.verbs.includes('list') ? list : '/api/v1/namespaces/default/pods'
  const { json } = await api.request('GET', path)
  return JSON.stringify(json.items)
}

/** Compares a refusal with upstream's Status. */
function isStatus(
  answer: RawAnswer,
  { method }: Operation,
  code: number,
  reason: string,
  message: string | RegExp,
): Outcome {
  if (answer.status !== code) return wrong(answer)
  if (method === 'HEAD') return ok
  const { details: _, ...status } = answer.json ?? {}
  const isMessage =
    typeof message === 'string' ? status.message === message : message.test(status.message)
  if (!isMessage) return { wrong: `says ${status.message}, not ${message}` }
  const expected = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure' }
  const whole = JSON.stringify({ ...expected, message: status.message, reason, code })
  return JSON.stringify(status) === whole ? ok : wrong(answer)
}

const wrong = ({ status, bytes }: RawAnswer): Outcome => ({
  wrong: `${status} ${bytes.toString().slice(0, 300)}`,
})
