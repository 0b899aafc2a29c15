import { parseCertificateRequest } from '#control-plane/resources/certificatesigningrequests/certificate-request.ts'
import { isEqual } from '#control-plane/resources/shared/field-errors.ts'
import type { CertificateSigningRequest } from '#kubernetes/api/certificates-v1.ts'
import { forbidden } from '../failures.ts'
import {
  type AdmissionRequest,
  type AdmissionServices,
  type AdmissionStep,
  isAbout,
} from './admission-step.ts'

const group = 'certificates.k8s.io'
const plural = 'certificatesigningrequests'
const clientSigner = 'kubernetes.io/kube-apiserver-client'
const administrators = 'system:masters'

/** Only who may `approve` for a signer may decide about the requests that name it. */
export const certificateApproval: AdmissionStep = {
  name: 'CertificateApproval',
  validate(request, services) {
    if (isUpdateOf(request, 'approval')) demand(request, services, 'approve')
  },
}

/** Only who may `sign` for a signer may give a request its certificate, or say that it failed. */
export const certificateSigning: AdmissionStep = {
  name: 'CertificateSigning',
  validate(request, services) {
    if (!isUpdateOf(request, 'status')) return
    const now = (request.object as CertificateSigningRequest).status
    const before = (request.old as CertificateSigningRequest).status
    if (now?.certificate === before?.certificate && isEqual(now?.conditions, before?.conditions)) {
      return
    }
    demand(request, services, 'sign')
  },
}

/** Nobody becomes an administrator by a client certificate that is asked for here. */
export const certificateSubjectRestriction: AdmissionStep = {
  name: 'CertificateSubjectRestriction',
  validate(request) {
    if (!isAbout(request, plural, ['CREATE'], group)) return
    const { spec } = request.object as CertificateSigningRequest
    if (spec.signerName !== clientSigner) return
    const pem = Buffer.from(spec.request, 'base64').toString('utf8')
    if (!parseCertificateRequest(pem).organizations.includes(administrators)) return
    throw forbidden(
      request.definition,
      request.name,
      `use of ${clientSigner} signer with ${administrators} group is not allowed`,
    )
  },
}

const isUpdateOf = ({ definition, operation, subresource }: AdmissionRequest, wanted: string) =>
  definition.group === group &&
  definition.plural === plural &&
  operation === 'UPDATE' &&
  subresource === wanted

/** Throws a 403 unless the user may do it for the signer, by its name or by `domain/*`. */
function demand(
  request: AdmissionRequest,
  { authorizer }: AdmissionServices,
  verb: 'approve' | 'sign',
): void {
  const { user, definition, name } = request
  const { signerName } = (request.old as CertificateSigningRequest).spec
  const where = { version: 'v1', resource: 'signers', subresource: '', namespace: '', path: '' }
  const names = [signerName, `${signerName.split('/')[0]}/*`]
  const may = names.some(
    signer =>
      authorizer.authorize({ ...where, isResource: true, group, user, verb, name: signer }).allowed,
  )
  if (may) return
  throw forbidden(
    definition,
    name,
    `user not permitted to ${verb} requests with signerName ${JSON.stringify(signerName)}`,
  )
}
