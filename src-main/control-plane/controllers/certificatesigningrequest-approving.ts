import { formatTime } from '#base/clock.ts'
import { certificateSigningRequests, subjectAccessReviews } from '#client/resource-types.ts'
import type { CertificateSigningRequest } from '#kubernetes/api/certificates-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { type ControllerContext, defineController } from './define-controller.ts'
import {
  hasCondition,
  kubeletClientSigner,
  requestOf,
  signers,
} from './shared/certificate-signers.ts'

type Context = ControllerContext<CertificateSigningRequest, Record<never, never>>

/** Which permission lets a kubelet have its certificate without a person's approval. */
const permissions = [
  {
    subresource: 'selfnodeclient',
    message: 'Auto approving self kubelet client certificate after SubjectAccessReview.',
    fits: (request: CertificateSigningRequest, commonName: string) =>
      request.spec.username === commonName,
  },
  {
    subresource: 'nodeclient',
    message: 'Auto approving kubelet client certificate after SubjectAccessReview.',
    fits: () => true,
  },
]

/** Approves the client certificates of kubelets that may have them. */
export const certificateSigningRequestApprovingController = defineController({
  name: 'certificatesigningrequest-approving-controller',
  serviceAccount: 'certificate-controller',
  for: certificateSigningRequests,
  start: context => {
    return async name => {
      const request = context.informer.get(name)
      if (request && isOpen(request)) await judge(context, request)
      return undefined
    }
  },
})

const isOpen = (request: CertificateSigningRequest): boolean =>
  request.spec.signerName === kubeletClientSigner &&
  !hasCondition(request, 'Approved') &&
  !hasCondition(request, 'Denied') &&
  !request.status?.certificate

async function judge(context: Context, request: Stored<CertificateSigningRequest>): Promise<void> {
  const { options, client, clock } = context
  const identity = await options.certificateSigner?.read(requestOf(request))
  if (!identity || signers[kubeletClientSigner]?.(identity, request.spec.usages ?? [])) return
  for (const { subresource, message, fits } of permissions) {
    if (!fits(request, identity.commonName)) continue
    if (!(await isAllowed(context, request, subresource))) continue
    const time = formatTime(clock.now())
    const approved = {
      type: 'Approved',
      status: 'True',
      reason: 'AutoApproved',
      message,
      lastUpdateTime: time,
      lastTransitionTime: time,
    }
    const conditions = [...(request.status?.conditions ?? []), approved]
    await client.update(
      certificateSigningRequests,
      { ...request, status: { ...request.status, conditions } },
      { subresource: 'approval' },
    )
    return
  }
}

async function isAllowed(
  { client }: Context,
  { spec }: CertificateSigningRequest,
  subresource: string,
): Promise<boolean> {
  const { username = '', uid, groups, extra } = spec
  const review = await client.create(subjectAccessReviews, {
    metadata: {},
    spec: {
      user: username,
      ...(uid ? { uid } : {}),
      ...(groups ? { groups } : {}),
      ...(extra ? { extra } : {}),
      resourceAttributes: {
        group: 'certificates.k8s.io',
        resource: 'certificatesigningrequests',
        verb: 'create',
        subresource,
        version: '*',
      },
    },
  })
  return review.status?.allowed ?? false
}
