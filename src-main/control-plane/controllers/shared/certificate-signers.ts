import type { CertificateSigningRequest } from '#kubernetes/api/certificates-v1.ts'
import type { RequestedIdentity } from '../define-controller.ts'

export const kubeletClientSigner = 'kubernetes.io/kube-apiserver-client-kubelet'
const systemNodes = 'system:nodes'
const nodePrefix = 'system:node:'

type Usage = NonNullable<CertificateSigningRequest['spec']['usages']>[number]

/** Why a signer can't sign a request, in upstream's words; undefined when it can. */
type Check = (identity: RequestedIdentity, usages: readonly Usage[]) => string | undefined

/** What the signers of Kubernetes' own accept (https://k8s.io/docs/reference/access-authn-authz/certificate-signing-requests). */
export const signers: Readonly<Record<string, Check>> = {
  'kubernetes.io/kube-apiserver-client': (_, usages) => {
    const wrong = usages.find(
      usage => !['digital signature', 'key encipherment', 'client auth'].includes(usage),
    )
    if (wrong) return `invalid usage for client certificate: ${wrong}`
    return usages.includes('client auth')
      ? undefined
      : 'missing required usage for client certificate: client auth'
  },
  [kubeletClientSigner]: (identity, usages) =>
    nodeProblem(identity) ??
    notAllowed('DNS', identity.dnsNames) ??
    notAllowed('Email', identity.emails) ??
    notAllowed('IP', identity.addresses) ??
    notAllowed('URI', identity.uris) ??
    usagesProblem(usages, 'client auth'),
  'kubernetes.io/kubelet-serving': (identity, usages) =>
    nodeProblem(identity) ??
    (identity.dnsNames.length + identity.addresses.length === 0
      ? 'DNS or IP subjectAltName is required'
      : undefined) ??
    notAllowed('Email', identity.emails) ??
    notAllowed('URI', identity.uris) ??
    usagesProblem(usages, 'server auth'),
  'kubernetes.io/legacy-unknown': () => undefined,
}

function nodeProblem({ commonName, organizations }: RequestedIdentity): string | undefined {
  if (organizations.length !== 1 || organizations[0] !== systemNodes) {
    return 'subject organization is not system:nodes'
  }
  return commonName.startsWith(nodePrefix)
    ? undefined
    : 'subject common name does not begin with system:node:'
}

const notAllowed = (kind: string, names: readonly string[]): string | undefined =>
  names.length ? `${kind} subjectAltNames are not allowed` : undefined

/** Keys that can't encipher do without that usage. */
function usagesProblem(usages: readonly Usage[], purpose: Usage): string | undefined {
  const allowed: readonly Usage[] = [purpose, 'digital signature', 'key encipherment']
  const needed: readonly Usage[] = [purpose, 'digital signature']
  const isRight =
    usages.every(usage => allowed.includes(usage)) && needed.every(usage => usages.includes(usage))
  return isRight ? undefined : `usages did not match [${allowed.toSorted().join(' ')}]`
}

/** Whether a request has a condition. */
export const hasCondition = ({ status }: CertificateSigningRequest, type: string): boolean =>
  status?.conditions?.some(condition => condition.type === type) ?? false

/** The request itself, as PEM. */
export const requestOf = ({ spec }: CertificateSigningRequest): string =>
  Buffer.from(spec.request, 'base64').toString()
