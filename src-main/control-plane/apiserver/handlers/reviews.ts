import type { ResourceDefinition } from '#control-plane/resources/define-resource.ts'
import type {
  UserInfo as ReviewedUser,
  SelfSubjectReview,
  TokenReview,
} from '#kubernetes/api/authentication-v1.ts'
import type {
  NonResourceAttributes,
  ResourceAttributes,
  SelfSubjectRulesReview,
  SubjectAccessReview,
} from '#kubernetes/api/authorization-v1.ts'
import { apiVersionOf } from '#kubernetes/objects.ts'
import { type FieldError, invalid } from '#kubernetes/status-error.ts'
import { authenticateToken } from '../authentication/authenticate.ts'
import type { Attributes } from '../authorization/authorizer.ts'
import { badRequest } from '../failures.ts'
import type { Reply } from '../reply.ts'
import type { RequestContext, UserInfo } from '../server-request.ts'
import type { Services } from '../services.ts'
import { decodeObject } from './decode-object.ts'
import { accessProblems, localProblems, subjectProblems } from './review-problems.ts'
import { readWriteOptions } from './write-options.ts'

export type Review = (
  context: RequestContext,
  services: Services,
  definition: ResourceDefinition,
) => Promise<Reply>

/** The kinds that are answered, never stored. */
export const reviews: Record<string, Review> = {
  selfsubjectaccessreviews: accessReview(
    ({ user }) => user,
    () => [],
  ),
  subjectaccessreviews: accessReview(
    (_context, { spec }) => namedUser(spec),
    ({ spec }) => subjectProblems(spec),
  ),
  localsubjectaccessreviews: accessReview(
    (_context, { spec }) => namedUser(spec),
    ({ spec }, { info }) => [...subjectProblems(spec), ...localProblems(spec, info.namespace)],
  ),
  selfsubjectrulesreviews: rulesReview,
  selfsubjectreviews: selfReview,
  tokenreviews: tokenReview,
}

type Spec = SubjectAccessReview['spec']

const namedUser = ({ user = '', groups = [], uid, extra }: Spec): UserInfo => ({
  name: user,
  groups,
  ...(uid ? { uid } : {}),
  ...(extra ? { extra } : {}),
})

/** `subject` says whose access is asked about, `problems` what is wrong with the review beside what all kinds ask of it. */
function accessReview(
  subject: (context: RequestContext, review: SubjectAccessReview) => UserInfo,
  problems: (review: SubjectAccessReview, context: RequestContext) => FieldError[],
): Review {
  return async (context, services, definition) => {
    const review = await decode<SubjectAccessReview>(context, definition)
    review.spec ??= {}
    const { resourceAttributes, nonResourceAttributes } = review.spec
    const wrong = [...accessProblems(review.spec), ...problems(review, context)]
    // As upstream, whose object has lost the name of its kind by then.
    if (wrong.length) throw invalid({ group: definition.group, kind: '' }, '', wrong)
    const user = subject(context, review)
    const wanted = resourceAttributes
      ? resourceRequest(user, resourceAttributes)
      : pathRequest(user, nonResourceAttributes ?? {})
    const { allowed, reason } = services.authorizer.authorize(wanted)
    return created({ ...review, status: { allowed, ...(reason ? { reason } : {}) } })
  }
}

const nothing = {
  group: '',
  version: '',
  resource: '',
  subresource: '',
  namespace: '',
  name: '',
  path: '',
}

const resourceRequest = (user: UserInfo, asked: ResourceAttributes): Attributes => ({
  ...nothing,
  user,
  isResource: true,
  verb: asked.verb ?? '',
  group: asked.group ?? '',
  version: asked.version ?? '',
  resource: asked.resource ?? '',
  subresource: asked.subresource ?? '',
  namespace: asked.namespace ?? '',
  name: asked.name ?? '',
  fieldSelector: selectorText(asked),
})

/** Requirements that single values have to be met by, as a list is asked for them. */
const selectorText = ({ fieldSelector }: ResourceAttributes): string =>
  fieldSelector?.rawSelector ??
  (fieldSelector?.requirements ?? [])
    .filter(({ operator, values }) => operator === 'In' && values?.length === 1)
    .map(({ key, values = [] }) => `${key}=${values[0]}`)
    .join(',')

const pathRequest = (user: UserInfo, asked: NonResourceAttributes): Attributes => ({
  ...nothing,
  user,
  isResource: false,
  verb: asked.verb ?? '',
  path: asked.path ?? '',
})

async function rulesReview(
  context: RequestContext,
  services: Services,
  definition: ResourceDefinition,
): Promise<Reply> {
  const review = await decode<SelfSubjectRulesReview>(context, definition)
  const { namespace } = review.spec ?? {}
  if (!namespace) throw badRequest('no namespace on request')
  const rules = services.authorizer.rulesFor(context.user, namespace)
  const resourceRules = rules
    .filter(rule => rule.resources?.length)
    .map(({ verbs, apiGroups, resources, resourceNames }) => ({
      verbs,
      ...(apiGroups ? { apiGroups } : {}),
      ...(resources ? { resources } : {}),
      ...(resourceNames ? { resourceNames } : {}),
    }))
  const nonResourceRules = rules
    .filter(rule => rule.nonResourceURLs?.length)
    .map(({ verbs, nonResourceURLs = [] }) => ({ verbs, nonResourceURLs }))
  return created({ ...review, status: { resourceRules, nonResourceRules, incomplete: false } })
}

async function selfReview(
  context: RequestContext,
  _services: Services,
  definition: ResourceDefinition,
): Promise<Reply> {
  const review = await decode<SelfSubjectReview>(context, definition)
  return created({ ...review, status: { userInfo: reviewed(context.user) } })
}

async function tokenReview(
  context: RequestContext,
  services: Services,
  definition: ResourceDefinition,
): Promise<Reply> {
  const review = await decode<TokenReview>(context, definition)
  const { token, audiences } = review.spec ?? {}
  if (!token) throw badRequest('token is required for TokenReview in authentication')
  const wanted = audiences?.length ? audiences : [services.tokens.issuer]
  const identity = authenticateToken(token, services, wanted)
  if (identity?.warning) context.warnings.add(identity.warning)
  const status = identity
    ? { authenticated: true, user: reviewed(identity.user), audiences: identity.audiences }
    : { user: {}, error: 'invalid bearer token' }
  return created({ ...review, spec: { ...review.spec }, status })
}

const reviewed = ({ name, uid, groups, extra }: UserInfo): ReviewedUser => ({
  username: name,
  ...(uid ? { uid } : {}),
  groups: [...groups],
  ...(extra
    ? {
        extra: Object.fromEntries(Object.entries(extra).map(([key, values]) => [key, [...values]])),
      }
    : {}),
})

async function decode<T>(context: RequestContext, definition: ResourceDefinition): Promise<T> {
  const { fieldValidation } = readWriteOptions(context.request)
  const object = await decodeObject(context, definition, fieldValidation)
  return { ...object, kind: definition.kind, apiVersion: apiVersionOf(definition) } as T
}

const created = (value: object): Reply => ({ kind: 'value', status: 201, value })
