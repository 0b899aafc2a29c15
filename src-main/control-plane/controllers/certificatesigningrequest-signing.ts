import { formatTime } from '#base/clock.ts'
import { certificateSigningRequests } from '#client/resource-types.ts'
import type {
  CertificateSigningRequest,
  CertificateSigningRequestStatus,
} from '#kubernetes/api/certificates-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { isNotFound } from '#kubernetes/status-error.ts'
import { type ControllerContext, defineController } from './define-controller.ts'
import { hasCondition, requestOf, signers } from './shared/certificate-signers.ts'

const yearMs = 365 * 24 * 60 * 60_000

type Context = ControllerContext<CertificateSigningRequest, Record<never, never>>

/** Signs approved requests for certificates, by the authority of the cluster. */
export const certificateSigningRequestSigningController = defineController({
  name: 'certificatesigningrequest-signing-controller',
  serviceAccount: 'certificate-controller',
  for: certificateSigningRequests,
  start: context => {
    return async name => {
      const request = context.informer.get(name)
      if (!request || !isDue(request)) return undefined
      await write(context, request, await signed(context, request))
      return undefined
    }
  },
})

const isDue = (request: CertificateSigningRequest): boolean =>
  signers[request.spec.signerName] !== undefined &&
  hasCondition(request, 'Approved') &&
  !hasCondition(request, 'Denied') &&
  !hasCondition(request, 'Failed') &&
  !request.status?.certificate

/** The status with the certificate, or with the reason why the signer refuses. */
async function signed(
  { options, clock }: Context,
  request: Stored<CertificateSigningRequest>,
): Promise<CertificateSigningRequestStatus> {
  const { certificateSigner } = options
  const { status, spec } = request
  const { signerName, usages = [], expirationSeconds } = spec
  if (!certificateSigner) throw new Error('there is no key to sign certificates with')
  const pem = requestOf(request)
  const problem = signers[signerName]?.(await certificateSigner.read(pem), usages)
  if (problem !== undefined) {
    const time = formatTime(clock.now())
    const failed = {
      type: 'Failed',
      status: 'True',
      reason: 'SignerValidationFailure',
      message: problem,
      lastUpdateTime: time,
      lastTransitionTime: time,
    }
    return { ...status, conditions: [...(status?.conditions ?? []), failed] }
  }
  const wantedMs = expirationSeconds === undefined ? yearMs : expirationSeconds * 1000
  const validForMs = Math.min(yearMs, Math.max(wantedMs, 600_000))
  const certificate = await certificateSigner.sign(pem, { usages, validForMs })
  return { ...status, certificate: Buffer.from(certificate).toString('base64') }
}

async function write(
  { client }: Context,
  request: Stored<CertificateSigningRequest>,
  status: CertificateSigningRequestStatus,
): Promise<void> {
  try {
    await client.updateStatus(certificateSigningRequests, { ...request, status })
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
}
