import { formatTime } from '#base/clock.ts'
import type {
  CertificateSigningRequest,
  CertificateSigningRequestCondition,
  CertificateSigningRequestSpec,
} from '#kubernetes/api/certificates-v1.ts'
import { humanDuration } from '#kubernetes/duration.ts'
import { checkPathSegment } from '#kubernetes/names.ts'
import { defineResource } from '../define-resource.ts'
import { ageColumn, nameColumn } from '../shared/columns.ts'
import { conditionOf } from '../shared/conditions.ts'
import { nameCheck } from '../shared/formats.ts'
import { keepStatus } from '../shared/status.ts'
import { validateRequest, validateRequestUpdate } from './request-validation.ts'

type Request = CertificateSigningRequest

function stateText({ status }: Request): string {
  const has = (type: string) => conditionOf(status?.conditions, type) !== undefined
  const decision = has('Denied') ? 'Denied' : has('Approved') ? 'Approved' : 'Pending'
  return [
    decision,
    ...(has('Failed') ? ['Failed'] : []),
    ...(status?.certificate ? ['Issued'] : []),
  ].join(',')
}

/** Puts back the approval as it is stored, unless an approval was added or taken away: that is refused later. */
function keepApproval(request: Request, old: Request): void {
  for (const type of ['Approved', 'Denied']) {
    const isOne = (condition: CertificateSigningRequestCondition) => condition.type === type
    const before = (old.status?.conditions ?? []).filter(isOne)
    const conditions = request.status?.conditions ?? []
    if (conditions.filter(isOne).length !== before.length) continue
    for (const [index, condition] of conditions.entries())
      if (isOne(condition)) conditions[index] = before.shift() ?? condition
  }
}

/** Says when conditions were written that don't say it themselves. */
function stampConditions(request: Request, old: Request, now: number): void {
  const time = formatTime(now)
  for (const condition of request.status?.conditions ?? []) {
    condition.lastUpdateTime ??= time
    const { type, status } = condition
    const before = old.status?.conditions?.find(
      other => other.type === type && other.status === status && other.lastTransitionTime,
    )
    condition.lastTransitionTime ??= before?.lastTransitionTime ?? time
  }
}

export const certificateSigningRequests = defineResource<Request>({
  group: 'certificates.k8s.io',
  version: 'v1',
  kind: 'CertificateSigningRequest',
  plural: 'certificatesigningrequests',
  singular: 'certificatesigningrequest',
  shortNames: ['csr'],
  namespaced: false,
  storagePrefix: '/registry/certificatesigningrequests',
  unconditionalUpdate: true,
  generation: false,
  validateName: nameCheck(checkPathSegment),
  columns: [
    nameColumn,
    ageColumn,
    { name: 'SignerName', type: 'string', value: ({ spec }) => spec.signerName || '<none>' },
    { name: 'Requestor', type: 'string', value: ({ spec }) => spec.username ?? '' },
    {
      name: 'RequestedDuration',
      type: 'string',
      value: ({ spec }) =>
        spec.expirationSeconds === undefined
          ? '<none>'
          : humanDuration(spec.expirationSeconds * 1000),
    },
    { name: 'Condition', type: 'string', value: stateText },
  ],
  selectableFields: { 'spec.signerName': ({ spec }) => spec.signerName },
  defaults(request) {
    request.spec ??= {} as CertificateSigningRequestSpec
  },
  prepareForCreate(request, { user }) {
    const { username: _name, uid: _uid, groups: _groups, extra: _extra, ...spec } = request.spec
    request.spec = {
      ...spec,
      username: user.name,
      ...(user.uid ? { uid: user.uid } : {}),
      ...(user.groups.length ? { groups: user.groups } : {}),
      ...(user.extra ? { extra: user.extra } : {}),
    }
    request.status = {}
  },
  prepareForUpdate(request, old) {
    request.spec = old.spec
    keepStatus(request, old)
  },
  validate: validateRequest,
  validateUpdate: (request, old) => validateRequestUpdate(request, old),
  status: {
    prepareForUpdate(request, old, { now }) {
      keepApproval(request, old)
      stampConditions(request, old, now())
    },
    validateUpdate: (request, old) => [
      ...validateRequest(request),
      ...validateRequestUpdate(request, old, { sign: true }),
    ],
  },
  subresources: {
    approval: {
      kind: 'CertificateSigningRequest',
      group: 'certificates.k8s.io',
      version: 'v1',
      verbs: ['get', 'patch', 'update'],
      prepareForUpdate: (request, old, { now }) => stampConditions(request, old, now()),
      validateUpdate: (request, old) => validateRequestUpdate(request, old, { approve: true }),
    },
  },
})
