import { type Library, overload } from '../check/functions.ts'
import { opaqueType } from '../check/types.ts'
import { Opaque, type Value } from '../evaluate/values.ts'

/** What an expression asks whether somebody may do it. */
export interface AccessQuestion {
  verb: string
  /** As whom, instead of who sent the request. */
  serviceAccount?: { namespace: string; name: string }
  /** Of a request that names no resource. */
  path?: string
  group?: string
  resource?: string
  subresource?: string
  namespace?: string
  name?: string
}

export interface AccessAnswer {
  allowed: boolean
  reason: string
}

/** Decides for the sender of the request that an expression is about. */
export type Decide = (question: AccessQuestion) => AccessAnswer

const space = 'kubernetes.authorization'

abstract class Check extends Opaque {
  readonly decide: Decide
  readonly question: Omit<AccessQuestion, 'verb'>

  constructor(decide: Decide, question: Omit<AccessQuestion, 'verb'>) {
    super()
    this.decide = decide
    this.question = question
  }

  equals(other: Opaque): boolean {
    return this === other
  }
}

/** Asks what the sender of a request, or a service account, may do. */
export class AuthorizerValue extends Check {
  readonly typeName = `${space}.Authorizer`
}

class PathCheck extends Check {
  readonly typeName = `${space}.PathCheck`
}

class GroupCheck extends Check {
  readonly typeName = `${space}.GroupCheck`
}

/** Asks what may be done with a resource. */
export class ResourceCheck extends Check {
  readonly typeName = `${space}.ResourceCheck`
}

class DecisionValue extends Opaque {
  readonly typeName = `${space}.Decision`
  readonly answer: AccessAnswer

  constructor(answer: AccessAnswer) {
    super()
    this.answer = answer
  }

  equals(other: Opaque): boolean {
    return this === other
  }
}

export const authorizerType = opaqueType(`${space}.Authorizer`)
export const resourceCheckType = opaqueType(`${space}.ResourceCheck`)

const resourceCheck = `${space}.ResourceCheck`
const decision = `${space}.Decision`

const narrowed = (field: 'subresource' | 'namespace' | 'name') => [
  overload(
    `resourcecheck_${field}`,
    `${resourceCheck}.(string) ${resourceCheck}`,
    ({ decide, question }: ResourceCheck, text: string) =>
      new ResourceCheck(decide, { ...question, [field]: text }),
  ),
]

/** Selectors narrow what a check asks; rules of roles know none, and so decide as if there were none. */
const selector = (field: string) => [
  overload(
    `resourcecheck_${field}`,
    `${resourceCheck}.(string) ${resourceCheck}`,
    (check: ResourceCheck) => check,
  ),
]

const ask = ({ decide, question }: Check, verb: string): Value =>
  new DecisionValue(decide({ ...question, verb }))

/** Kubernetes' questions to the authorizer. */
export const authorizers: Library = {
  path: [
    overload(
      'authorizer_path',
      `${space}.Authorizer.(string) ${space}.PathCheck`,
      ({ decide, question }: Check, path: string) => new PathCheck(decide, { ...question, path }),
    ),
  ],
  group: [
    overload(
      'authorizer_group',
      `${space}.Authorizer.(string) ${space}.GroupCheck`,
      ({ decide, question }: Check, group: string) =>
        new GroupCheck(decide, { ...question, group }),
    ),
  ],
  serviceAccount: [
    overload(
      'authorizer_serviceaccount',
      `${space}.Authorizer.(string, string) ${space}.Authorizer`,
      ({ decide, question }: Check, namespace: string, name: string) =>
        new AuthorizerValue(decide, { ...question, serviceAccount: { namespace, name } }),
    ),
  ],
  resource: [
    overload(
      'groupcheck_resource',
      `${space}.GroupCheck.(string) ${resourceCheck}`,
      ({ decide, question }: Check, resource: string) =>
        new ResourceCheck(decide, { ...question, resource }),
    ),
  ],
  subresource: narrowed('subresource'),
  namespace: narrowed('namespace'),
  name: narrowed('name'),
  fieldSelector: selector('fieldselector'),
  labelSelector: selector('labelselector'),
  check: [
    overload('pathcheck_check', `${space}.PathCheck.(string) ${decision}`, ask),
    overload('resourcecheck_check', `${resourceCheck}.(string) ${decision}`, ask),
  ],
  allowed: [
    overload(
      'decision_allowed',
      `${decision}.() bool`,
      ({ answer }: DecisionValue) => answer.allowed,
    ),
  ],
  reason: [
    overload(
      'decision_reason',
      `${decision}.() string`,
      ({ answer }: DecisionValue) => answer.reason,
    ),
  ],
  errored: [overload('decision_errored', `${decision}.() bool`, () => false)],
  error: [overload('decision_error', `${decision}.() string`, () => '')],
}
