import { formatTime } from '#base/clock.ts'
import { ownValue } from '#base/own-value.ts'
import type { TokenRequest } from '#kubernetes/api/authentication-v1.ts'
import { invalid } from '#kubernetes/status-error.ts'
import { validate } from '../admission/admission-step.ts'
import { storeKey } from '../catalog.ts'
import { badRequest, conflict, notFound } from '../failures.ts'
import type { Reply } from '../reply.ts'
import { decodeObject } from './decode-object.ts'
import { type Target, writeOf } from './target.ts'
import { readWriteOptions } from './write-options.ts'

const kind = { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest' }
const leastSeconds = 600
const defaultSeconds = 3600
/** What kubelets ask for in pods' volumes; upstream lengthens it to a year and warns after an hour. */
const boundVolumeSeconds = 3607
const boundResources: Record<string, 'pods' | 'secrets' | 'nodes'> = {
  Pod: 'pods',
  Secret: 'secrets',
  Node: 'nodes',
}

/** Issues a token for a service account, bound to a pod, secret or node where one is named. */
export async function requestToken(target: Target): Promise<Reply> {
  const { context, writer, services } = target
  const options = readWriteOptions(context.request)
  const write = writeOf(target, options.dryRun)
  const account = writer.current(write).object.metadata
  const request = (await decodeObject(context, kind, options.fieldValidation)) as TokenRequest
  const spec = request.spec ?? {}
  const seconds = spec.expirationSeconds ?? defaultSeconds
  if (seconds < leastSeconds) {
    throw invalid(kind, '', [
      {
        type: 'FieldValueInvalid',
        field: 'spec.expirationSeconds',
        message: `Invalid value: ${seconds}: may not specify a duration less than 10 minutes`,
      },
    ])
  }
  await validate({ ...write, operation: 'CREATE', object: request, old: undefined }, services)
  const audiences = spec.audiences?.length ? spec.audiences : [services.tokens.issuer]
  const bound = boundTo(target, request)
  const { token, expiresAt } = services.tokens.issue({
    namespace: context.info.namespace,
    serviceAccount: { name: account.name, uid: account.uid },
    audiences,
    lifetimeSeconds: seconds === boundVolumeSeconds ? 365 * 24 * 3600 : seconds,
    ...(bound ? { bound } : {}),
  })
  const shownExpiry =
    seconds === boundVolumeSeconds ? services.clock.now() + seconds * 1000 : expiresAt
  const value = {
    kind: 'TokenRequest',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: {
      name: account.name,
      namespace: context.info.namespace,
      creationTimestamp: formatTime(services.clock.now()),
    },
    spec: { ...spec, audiences, expirationSeconds: seconds },
    status: { token, expirationTimestamp: formatTime(shownExpiry) },
  }
  return { kind: 'value', status: 201, value }
}

/**
 * The object that a token is bound to, with its uid. Throws a 400 for a kind that none is bound to, a 404 when the object
 * isn't there, a 409 when it is another one.
 */
function boundTo({ services, context }: Target, { spec }: TokenRequest) {
  const reference = spec?.boundObjectRef
  if (!reference) return undefined
  const { apiVersion = '', kind: boundKind = '', name = '', uid } = reference
  const [version = '', group = ''] = apiVersion.split('/').toReversed()
  const resource = group ? undefined : ownValue(boundResources, boundKind)
  if (!resource) {
    const type = `${group}/${version}, Kind=${boundKind}`
    throw badRequest(`cannot bind token to object of type ${type}`)
  }
  const definition = services.catalog.get('', 'v1', resource)
  const find = (one: typeof definition, wanted: string) =>
    services.caches.of(one).get(storeKey(one, context.info.namespace, wanted))?.object
  const object = find(definition, name)
  if (!object) throw notFound(definition, name)
  if (uid && uid !== object.metadata.uid) {
    const why = `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`
    throw conflict(definition, name, why)
  }
  const found = { name, uid: object.metadata.uid }
  if (resource === 'secrets') return { secret: found }
  if (resource === 'nodes') return { node: found }
  const { nodeName } = (object as { spec?: { nodeName?: string } }).spec ?? {}
  if (!nodeName) return { pod: found }
  const node = find(services.catalog.get('', 'v1', 'nodes'), nodeName)
  return {
    pod: found,
    node: { name: nodeName, ...(node ? { uid: node.metadata.uid } : {}) },
  }
}
