import type { PolicyRule, RoleRef } from '#kubernetes/api/rbac-v1.ts'
import { goQuoted } from '#kubernetes/go-text.ts'
import type { UserInfo } from '../server-request.ts'
import type { Attributes, Authorizer, Decision } from './authorizer.ts'
import type { NodeGraph } from './node-graph.ts'
import { nodeOf } from './node-identity.ts'
import { ruleAllows } from './rbac-authorizer.ts'

const nodeRole: RoleRef = {
  apiGroup: 'rbac.authorization.k8s.io',
  kind: 'ClusterRole',
  name: 'system:node',
}
const reading = new Set(['get', 'list', 'watch'])
const ownVerbs = new Set(['get', 'create', 'update', 'patch', 'delete'])
const leaseNamespace = 'kube-node-lease'

/** Why a node is refused; undefined when nothing of its own speaks against it. */
type Refusal = string | undefined

/**
 * What nodes may do: the rules of the role `system:node`, and of what pods refer to only that which pods of their own
 * refer to, and of pods and nodes only those that are theirs, as upstream's node authorizer has it. Whatever it has nothing to say to is left to the roles.
 */
export class NodeAuthorizer implements Authorizer {
  readonly #roles: Authorizer
  readonly #graph: NodeGraph

  constructor(roles: Authorizer, graph: NodeGraph) {
    this.#roles = roles
    this.#graph = graph
  }

  authorize(attributes: Attributes): Decision {
    const node = nodeOf(attributes.user)
    if (node === undefined) return this.#roles.authorize(attributes)
    const refusal = node
      ? attributes.isResource && this.#refusal(node, attributes)
      : `unknown node for user ${goQuoted(attributes.user.name)}`
    if (!refusal && (isSlice(attributes) || this.#isInRole(attributes)))
      return { allowed: true, reason: '' }
    const { allowed, reason } = this.#roles.authorize(attributes)
    return { allowed, reason: allowed ? '' : [refusal, reason].filter(Boolean).join('\n') }
  }

  rulesFor(user: UserInfo, namespace: string): PolicyRule[] {
    const own = nodeOf(user) === undefined ? [] : this.#nodeRules()
    return [...own, ...this.#roles.rulesFor(user, namespace)]
  }

  rulesOfRole(reference: RoleRef, namespace: string): PolicyRule[] | undefined {
    return this.#roles.rulesOfRole(reference, namespace)
  }

  #nodeRules(): PolicyRule[] {
    return this.#roles.rulesOfRole(nodeRole, '') ?? []
  }

  #isInRole(attributes: Attributes): boolean {
    return this.#nodeRules().some(rule => ruleAllows(rule, attributes))
  }

  #refusal(node: string, attributes: Attributes): Refusal {
    const { group, resource, subresource } = attributes
    switch (group ? `${resource}.${group}` : resource) {
      case 'secrets':
        return this.#refuseRead(node, 'secret', attributes)
      case 'configmaps':
        return this.#refuseRead(node, 'configMap', attributes)
      case 'persistentvolumeclaims':
        return subresource === 'status'
          ? this.#refuseClaimStatus(node, attributes)
          : this.#refuseGet(node, attributes, () => this.#leads(node, 'claim', attributes))
      case 'persistentvolumes':
        return this.#refuseGet(node, attributes, () =>
          this.#graph.leadsToVolume(node, attributes.name),
        )
      case 'resourceclaims.resource.k8s.io':
        return this.#refuseGet(node, attributes, () =>
          this.#leads(node, 'resourceClaim', attributes),
        )
      case 'resourceslices.resource.k8s.io':
        return this.#refuseSlice(node, attributes)
      case 'serviceaccounts':
        return this.#refuseServiceAccount(node, attributes)
      case 'leases.coordination.k8s.io':
        return refuseLease(node, attributes)
      case 'csinodes.storage.k8s.io':
        return refuseCsiNode(node, attributes)
      case 'volumeattachments.storage.k8s.io':
        return this.#refuseGet(node, attributes, () =>
          this.#graph.leadsToAttachment(node, attributes.name),
        )
      case 'pods':
        return subresource ? undefined : this.#refusePod(node, attributes)
      case 'nodes':
        return subresource ? undefined : refuseNode(node, attributes)
      default:
        return undefined
    }
  }

  #leads(node: string, kind: Parameters<NodeGraph['leads']>[1], { namespace, name }: Attributes) {
    return this.#graph.leads(node, kind, namespace, name)
  }

  #refuseRead(node: string, kind: 'secret' | 'configMap', attributes: Attributes): Refusal {
    if (!reading.has(attributes.verb)) return 'can only read resources of this type'
    if (attributes.subresource) return 'cannot read subresource'
    if (!attributes.namespace) return 'can only read namespaced object of this type'
    return unrelated(node, attributes, () => this.#leads(node, kind, attributes))
  }

  #refuseGet(node: string, attributes: Attributes, isRelated: () => boolean): Refusal {
    if (attributes.verb !== 'get') return 'can only get individual resources of this type'
    if (attributes.subresource) return 'cannot get subresource'
    return unrelated(node, attributes, isRelated)
  }

  #refuseClaimStatus(node: string, attributes: Attributes): Refusal {
    if (!['get', 'update', 'patch'].includes(attributes.verb))
      return 'can only get/update/patch this type'
    return unrelated(node, attributes, () => this.#leads(node, 'claim', attributes))
  }

  /** What a node creates is judged when it is admitted: only then it is known. */
  #refuseSlice(node: string, attributes: Attributes): Refusal {
    const { verb, subresource, name, fieldSelector = '' } = attributes
    if (subresource) return 'cannot authorize ResourceSlice subresources'
    switch (verb) {
      case 'create':
        return undefined
      case 'get':
      case 'update':
      case 'patch':
      case 'delete':
        return unrelated(node, attributes, () => this.#graph.leadsToSlice(node, name))
      case 'watch':
      case 'list':
      case 'deletecollection':
        return selectsNode(fieldSelector, node)
          ? undefined
          : 'can only list/watch/deletecollection resourceslices with nodeName field selector'
      default:
        return 'only the following verbs are allowed for a ResourceSlice: get, watch, list, create, update, patch, delete, deletecollection'
    }
  }

  /** What a node writes of pods is judged when it is admitted. */
  #refusePod(node: string, attributes: Attributes): Refusal {
    const { verb, namespace, name, fieldSelector = '' } = attributes
    if (!reading.has(verb)) return undefined
    if (verb !== 'get' && selectsNode(fieldSelector, node)) return undefined
    if (verb !== 'get' && !name) return 'can only list/watch pods with spec.nodeName field selector'
    return unrelated(node, attributes, () => this.#graph.leadsToPod(node, namespace, name))
  }

  #refuseServiceAccount(node: string, attributes: Attributes): Refusal {
    const { verb, subresource } = attributes
    const isRelated = () => this.#leads(node, 'serviceAccount', attributes)
    if (!subresource && verb === 'get') return unrelated(node, attributes, isRelated)
    if (verb !== 'create' || !attributes.name)
      return 'can only create tokens for individual service accounts'
    if (subresource !== 'token') return 'can only create token subresource of serviceaccount'
    return unrelated(node, attributes, isRelated)
  }
}

/** About slices upstream asks no role. */
const isSlice = ({ isResource, group, resource }: Attributes): boolean =>
  isResource && group === 'resource.k8s.io' && resource === 'resourceslices'

function unrelated(node: string, { name }: Attributes, isRelated: () => boolean): Refusal {
  if (!name) return 'No Object name found'
  return isRelated() ? undefined : `no relationship found between node '${node}' and this object`
}

const selectsNode = (fieldSelector: string, node: string): boolean =>
  fieldSelector.split(',').some(term => /^spec\.nodeName==?(.+)$/.exec(term)?.[1] === node)

/** By name, not by what is known of the node: it reads its object before there is one. */
function refuseNode(node: string, { verb, name }: Attributes): Refusal {
  if (!reading.has(verb)) return undefined
  if (!name) return `node '${node}' cannot read all nodes, only its own Node object`
  return name === node
    ? undefined
    : `node '${node}' cannot read '${name}', only its own Node object`
}

function refuseLease(node: string, { verb, namespace, name }: Attributes): Refusal {
  if (!ownVerbs.has(verb)) return 'can only get, create, update, patch, or delete a node lease'
  if (namespace !== leaseNamespace)
    return `can only access leases in the "${leaseNamespace}" system namespace`
  if (isOthers(node, verb, name))
    return 'can only access node lease with the same name as the requesting node'
  return undefined
}

function refuseCsiNode(node: string, { verb, subresource, name }: Attributes): Refusal {
  if (!ownVerbs.has(verb)) return 'can only get, create, update, patch, or delete a CSINode'
  if (subresource) return 'cannot authorize CSINode subresources'
  if (isOthers(node, verb, name))
    return 'can only access CSINode with the same name as the requesting node'
  return undefined
}

/** What a node creates is judged when it is admitted: only then its name is known. */
const isOthers = (node: string, verb: string, name: string): boolean =>
  verb !== 'create' && name !== node
