import type { ResourceDefinition } from '#control-plane/resources/define-resource.ts'
import type { Value } from '#kubernetes/cel/evaluate/values.ts'
import { AuthorizerValue, type Decide, ResourceCheck } from '#kubernetes/cel/library/authorizers.ts'
import { namespaceType, requestType } from '#kubernetes/cel/policy/policy-types.ts'
import { jsonValue } from '#kubernetes/cel/schema/json-value.ts'
import { schemaValue } from '#kubernetes/cel/schema/schema-value.ts'
import { apiVersionOf, type KubernetesObject } from '#kubernetes/objects.ts'
import { serviceAccountGroups, serviceAccountUser } from '#kubernetes/service-account-user.ts'
import { storeKey } from '../../catalog.ts'
import type { UserInfo } from '../../server-request.ts'
import type { AdmissionRequest, AdmissionServices } from '../admission-step.ts'

/** The variables that the expressions of policies see, of one request as one kind. Made when they are asked for. */
export function requestValues(
  request: AdmissionRequest,
  as: ResourceDefinition,
  services: AdmissionServices,
): (name: string) => Value | undefined {
  const made = new Map<string, Value | undefined>()
  const makers: Readonly<Record<string, () => Value>> = {
    object: () => objectValue(request.object, as),
    oldObject: () => objectValue(request.old, as),
    request: () => schemaValue(requestJson(request, as), requestType),
    namespaceObject: () => namespaceValue(request, services),
    authorizer: () => new AuthorizerValue(decider(request.user, services), {}),
    'authorizer.requestResource': () =>
      new ResourceCheck(decider(request.user, services), requestResource(request, as)),
  }
  return name => {
    if (!made.has(name)) made.set(name, makers[name]?.())
    return made.get(name)
  }
}

function objectValue(
  object: Readonly<KubernetesObject> | undefined,
  as: ResourceDefinition,
): Value {
  if (!object) return null
  const { kind = as.kind } = object
  return jsonValue({ ...object, apiVersion: apiVersionOf(as), kind })
}

function requestJson(request: AdmissionRequest, as: ResourceDefinition): object {
  const { definition, rules = definition, subresource, user } = request
  const named = ({ group, version, kind }: ResourceDefinition) => ({ group, version, kind })
  const placed = ({ group, version, plural }: ResourceDefinition) => ({
    group,
    version,
    resource: plural,
  })
  return {
    kind: named(as),
    resource: placed(as),
    subResource: subresource,
    requestKind: named(rules),
    requestResource: placed(rules),
    requestSubResource: subresource,
    name: request.name,
    namespace: request.namespace,
    operation: request.operation,
    userInfo: {
      username: user.name,
      ...(user.uid ? { uid: user.uid } : {}),
      groups: user.groups,
      ...(user.extra ? { extra: user.extra } : {}),
    },
    dryRun: request.dryRun,
  }
}

function namespaceValue(request: AdmissionRequest, { catalog, caches }: AdmissionServices): Value {
  const namespaces = catalog.get('', 'v1', 'namespaces')
  if (!request.namespace || request.definition === namespaces) return null
  const item = caches.of(namespaces).get(storeKey(namespaces, '', request.namespace))
  return item ? schemaValue(item.object, namespaceType) : null
}

const requestResource = (request: AdmissionRequest, { group, plural }: ResourceDefinition) => ({
  group,
  resource: plural,
  subresource: request.subresource,
  namespace: request.namespace,
  name: request.name,
})

/** Asks the authorizer as the sender of a request, or as a service account that the expression names. */
const decider =
  (user: UserInfo, { authorizer }: AdmissionServices): Decide =>
  question => {
    const { serviceAccount, verb, path = '' } = question
    return authorizer.authorize({
      user: serviceAccount ? accountUser(serviceAccount) : user,
      verb,
      isResource: question.path === undefined,
      group: question.group ?? '',
      version: '*',
      resource: question.resource ?? '',
      subresource: question.subresource ?? '',
      namespace: question.namespace ?? '',
      name: question.name ?? '',
      path,
    })
  }

const accountUser = ({ namespace, name }: { namespace: string; name: string }): UserInfo => ({
  name: serviceAccountUser(namespace, name),
  groups: [...serviceAccountGroups(namespace), 'system:authenticated'],
})
