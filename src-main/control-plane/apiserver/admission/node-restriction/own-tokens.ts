import type { TokenRequest } from '#kubernetes/api/authentication-v1.ts'
import type { Pod } from '#kubernetes/api/core-v1.ts'
import { goQuoted } from '#kubernetes/go-text.ts'
import { find, type NodeWrite, type Refusal } from './node-write.ts'

/** A node gets tokens for the pods that it runs, for whom these pods ask for them. */
export function restrictToken(write: NodeWrite): Refusal {
  const { node, request, services } = write
  if (request.operation !== 'CREATE' || request.subresource !== 'token') return undefined
  const { spec } = request.object as TokenRequest
  const { apiVersion, kind, name = '', uid } = spec.boundObjectRef ?? {}
  if (apiVersion !== 'v1' || kind !== 'Pod' || !name)
    return 'node requested token not bound to a pod'
  if (!uid) return 'node requested token with a pod binding without a uid'
  const pod = find<Pod>(services, 'pods', request.namespace, name)
  if (pod.metadata.uid !== uid) {
    return `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`
  }
  if (pod.spec.nodeName !== node) {
    return 'node requested token bound to a pod scheduled on a different node'
  }
  return restrictAudience(write, spec.audiences ?? [], pod)
}

function restrictAudience(
  { node, request, services }: NodeWrite,
  [audience = '', ...others]: readonly string[],
  pod: Pod,
): Refusal {
  if (others.length) return 'node may only request 0 or 1 audiences'
  if (asksFor(pod, audience)) return undefined
  const { allowed } = services.authorizer.authorize({
    user: request.user,
    verb: 'request-serviceaccounts-token-audience',
    isResource: true,
    group: '',
    version: '',
    resource: audience,
    subresource: '',
    namespace: request.namespace,
    name: request.name,
    path: '',
  })
  return allowed
    ? undefined
    : `audience ${goQuoted(audience)} not found in pod spec volume, system:node:${node} is not authorized to request tokens for this audience`
}

/** Whether one of the pod's volumes holds a token for the audience; the API server itself is the empty one. */
const asksFor = ({ spec }: Pod, audience: string): boolean =>
  audience === '' ||
  (spec.volumes ?? []).some(({ projected }) =>
    projected?.sources?.some(
      ({ serviceAccountToken }) => serviceAccountToken?.audience === audience,
    ),
  )
