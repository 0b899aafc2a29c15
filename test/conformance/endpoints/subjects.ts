import type { RawApi } from '../../support/raw-api.ts'
import { sampleObject, sampleObjects } from '../../support/sample-objects.ts'
import { kindName, listPath } from '../facts/fact-server.ts'
import type { ResourceFact } from '../facts/facts-table.ts'
import type { Operation, OperationTarget } from './operation.ts'

type Body = Record<string, unknown>

/** An object that an operation is tried on. */
export interface Subject {
  /** The operation's path, with the object's name and namespace in it. */
  path: string
  /** The object's own path. */
  item: string
  name: string
  /** What to send; undefined for verbs without a body. */
  body: Body | undefined
}

let made = 0

/** Makes what an operation is about, and what is sent to it; nothing that is made before is reused. */
export async function subjectOf(
  api: RawApi,
  operation: Operation,
  target: OperationTarget,
): Promise<Subject> {
  const { resource, isItem } = target
  const fresh = freshSample(resource)
  const name = fresh?.metadata.name ?? 'etcd-0'
  const list = listPath(resource)
  const isKept = fresh !== undefined && !reviews[resource.kind]
  if (isKept && operation.method === 'POST' && !isItem)
    await api.request('DELETE', `${list}/${name}`)
  else if (isKept) await make(api, target, list, fresh)
  const path = operation.path
    .replace('{namespace}', 'default')
    .replace('{name}', name)
    .replace('{path}', 'some/path')
  const item = `${list}/${name}`
  return { path, item, name, body: await bodyOf(api, operation, target, fresh, item) }
}

function freshSample(resource: ResourceFact) {
  const kind = kindName(resource)
  if (!sampleObjects[kind]) return undefined
  const namespace = resource.namespaced ? 'default' : undefined
  const object = sampleObject(kind, { name: `endpoint-${++made}`, namespace })
  return {
    ...object,
    metadata: { ...object.metadata, labels: { app: 'sample', endpoint: object.metadata.name } },
  }
}

async function make(
  api: RawApi,
  { resource, subresource }: OperationTarget,
  list: string,
  object: Body & { metadata: { name: string } },
): Promise<void> {
  const answer = await api.request('POST', list, { body: object })
  // Those whose name is given are made once.
  if (answer.status !== 201 && answer.json?.reason !== 'AlreadyExists')
    throw new Error(`POST ${list}: ${answer.status} ${answer.bytes}`)
  const item = `${list}/${object.metadata.name}`
  if (!['exec', 'attach', 'portforward', 'proxy', 'log', 'resize'].includes(subresource)) return
  if (resource.kind === 'Pod') await run(api, item, object)
  if (resource.kind === 'Node')
    await patch(api, `${item}/status`, {
      status: { addresses: [{ type: 'InternalIP', address: '10.9.9.9' }] },
    })
  if (resource.kind === 'Service') await giveEndpoint(api, object.metadata.name)
}

/** Binds a pod and says that it runs. */
async function run(api: RawApi, item: string, { metadata }: { metadata: { name: string } }) {
  await api.request('POST', `${item}/binding`, { body: binding(metadata.name) })
  const state = { running: { startedAt: '2026-01-01T00:00:00Z' } }
  const status = { name: 'app', ready: true, restartCount: 0, image: '', imageID: '', state }
  await patch(api, `${item}/status`, {
    status: {
      phase: 'Running',
      podIP: '10.9.9.8',
      podIPs: [{ ip: '10.9.9.8' }],
      containerStatuses: [status],
    },
  })
}

async function giveEndpoint(api: RawApi, service: string): Promise<void> {
  const body = {
    metadata: { name: service, labels: { 'kubernetes.io/service-name': service } },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.9.9.8'], conditions: { ready: true } }],
    ports: [{ port: 80 }],
  }
  await api.request('POST', '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices', { body })
}

async function patch(api: RawApi, path: string, body: Body): Promise<void> {
  const headers = { 'content-type': 'application/merge-patch+json' }
  const answer = await api.request('PATCH', path, { body, headers })
  if (answer.status !== 200) throw new Error(`PATCH ${path}: ${answer.status} ${answer.bytes}`)
}

const binding = (name: string): Body => ({
  apiVersion: 'v1',
  kind: 'Binding',
  metadata: { name },
  target: { kind: 'Node', name: 'some-node' },
})

const attributes = { namespace: 'default', verb: 'get', resource: 'pods' }

/** What is asked by creating it, and never kept. */
const reviews: Record<string, Body> = {
  Binding: {},
  SelfSubjectReview: {},
  TokenReview: { spec: { token: 'nonsense' } },
  LocalSubjectAccessReview: {
    metadata: { namespace: 'default' },
    spec: { resourceAttributes: attributes, user: 'nobody' },
  },
  SelfSubjectAccessReview: { spec: { resourceAttributes: attributes } },
  SelfSubjectRulesReview: { spec: { namespace: 'default' } },
  SubjectAccessReview: { spec: { resourceAttributes: attributes, user: 'nobody' } },
}

async function bodyOf(
  api: RawApi,
  { method }: Operation,
  { resource, isItem, subresource }: OperationTarget,
  fresh: (Body & { metadata: { name: string } }) | undefined,
  item: string,
): Promise<Body | undefined> {
  if (method === 'POST' && resource.kind === 'Binding') return bindingOfNewPod(api)
  if (method === 'POST' && !isItem) return reviews[resource.kind] ?? fresh
  if (method === 'POST') return subresourceBodies[subresource]?.(fresh?.metadata.name ?? '')
  if (subresource === 'proxy') return undefined
  if (method === 'PATCH')
    return subresource === 'scale'
      ? { spec: { replicas: 2 } }
      : { metadata: { annotations: { 'example.com/tried': 'yes' } } }
  if (method !== 'PUT') return undefined
  const from = subresource === 'finalize' ? item : `${item}${subresource ? `/${subresource}` : ''}`
  const { json } = await api.request('GET', from)
  return subresource === 'scale'
    ? { ...json, spec: { replicas: 2 } }
    : { ...json, metadata: { ...json?.metadata, annotations: { 'example.com/tried': 'yes' } } }
}

const subresourceBodies: Record<string, (name: string) => Body> = {
  binding,
  eviction: name => ({ apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name } }),
  token: () => ({ spec: { audiences: ['https://example.com'] } }),
}

async function bindingOfNewPod(api: RawApi): Promise<Body> {
  const name = `endpoint-${++made}`
  const body = sampleObject('v1 Pod', { name, namespace: 'default' })
  await api.request('POST', '/api/v1/namespaces/default/pods', { body })
  return binding(name)
}
