import { X509Certificate } from 'node:crypto'
import { certificateSigningRequests } from '#client/resource-types.ts'
import type { CertificateSigningRequest } from '#kubernetes/api/certificates-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { isNotFound } from '#kubernetes/status-error.ts'
import { defineController } from './define-controller.ts'
import { earliest } from './shared/next-look.ts'

const hourMs = 60 * 60_000
const pendingMs = 24 * hourMs

/** Deletes requests for certificates that were answered an hour ago, that nobody answered for a day, or whose certificate has expired. */
export const certificateSigningRequestCleanerController = defineController({
  name: 'certificatesigningrequest-cleaner-controller',
  serviceAccount: 'certificate-controller',
  for: certificateSigningRequests,
  start: ({ client, clock, informer }) => {
    return async name => {
      const request = informer.get(name)
      if (!request) return undefined
      const at = goesAt(request)
      if (at === undefined) return undefined
      if (at > clock.now()) return at - clock.now()
      try {
        await client.delete(certificateSigningRequests, request.metadata)
      } catch (error) {
        if (!isNotFound(error)) throw error
      }
      return undefined
    }
  },
})

/** When a request is of no more use, in milliseconds since the epoch; undefined while its approved certificate is to come. */
function goesAt({ metadata, status }: Stored<CertificateSigningRequest>): number | undefined {
  const { conditions = [], certificate } = status ?? {}
  const created = Date.parse(metadata.creationTimestamp)
  if (conditions.length === 0) return created + pendingMs
  const answered = conditions
    .filter(({ type }) => type !== 'Approved' || certificate)
    .map(({ lastUpdateTime }) => Date.parse(lastUpdateTime ?? metadata.creationTimestamp) + hourMs)
  return earliest(...answered, expiryOf(certificate))
}

function expiryOf(certificate: string | undefined): number | undefined {
  if (!certificate) return undefined
  try {
    return new X509Certificate(Buffer.from(certificate, 'base64')).validToDate.getTime()
  } catch {
    return undefined
  }
}
