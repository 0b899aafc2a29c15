import type { Mutation } from './mutation.ts'

const controllers = 'src-main/control-plane/controllers'
const identities = 'test/integration/controllers/identities.test.ts'
const cleaning = 'test/integration/controllers/certificate-cleaning.test.ts'
const cleaner = `${controllers}/legacy-serviceaccount-token-cleaner.ts`
const tokenCleaning = 'test/integration/controllers/token-cleaning.test.ts'
const signers = `${controllers}/shared/certificate-signers.ts`

/** Faults of those who give out certificates and tokens. */
export const identityMutations: readonly Mutation[] = [
  {
    name: 'a token that a pod has is taken for unused',
    file: cleaner,
    find: "kind === 'secret' && name === metadata.name",
    replace: "kind === 'configMap' && name === metadata.name",
    caughtBy: { file: tokenCleaning },
  },
  {
    name: 'a token that was used lately is taken for unused',
    file: cleaner,
    find: 'lastUsed >= dayOf(limit)',
    replace: 'lastUsed < dayOf(limit)',
    caughtBy: { file: tokenCleaning },
  },
  {
    name: 'an unused token goes without having been marked for a year',
    file: cleaner,
    find: 'since < dayOf(clock.now() - unusedMs)',
    replace: 'since < dayOf(clock.now())',
    caughtBy: { file: tokenCleaning },
  },
  {
    name: 'a token that was marked invalid lets in',
    file: 'src-main/control-plane/apiserver/authentication/authenticate.ts',
    find: 'if (secret.metadata.labels?.[invalidSinceLabel]) {',
    replace: 'if (secret.metadata.labels?.[uid]) {',
    caughtBy: { file: identities, test: 'a secret for a service account’s token > is noted' },
  },
  {
    name: 'a certificate is signed before it is approved',
    file: `${controllers}/certificatesigningrequest-signing.ts`,
    find: "hasCondition(request, 'Approved') &&",
    replace: "!hasCondition(request, 'Nothing') &&",
    caughtBy: { file: identities, test: 'a request for a certificate > is not signed before' },
  },
  {
    name: 'a certificate lives longer than was asked for',
    file: `${controllers}/certificatesigningrequest-signing.ts`,
    find: 'const validForMs = Math.min(yearMs, Math.max(wantedMs, 600_000))',
    replace: 'const validForMs = Math.max(yearMs, wantedMs)',
    caughtBy: { file: identities, test: 'a request for a certificate > of jane' },
  },
  {
    name: 'a client’s certificate may serve as well',
    file: signers,
    about: ['certificatesigningrequest-signing'],
    find: 'if (wrong) return `invalid usage',
    replace: 'if (wrong === "cert sign") return `invalid usage',
    caughtBy: { file: identities, test: 'a request for a certificate > that its signer' },
  },
  {
    name: 'everybody may have the certificate of a node',
    file: `${controllers}/certificatesigningrequest-approving.ts`,
    find: 'return review.status?.allowed ?? false',
    replace: 'return review.status !== undefined',
    caughtBy: { file: identities, test: 'a request for a certificate > of a kubelet is approved' },
  },
  {
    name: 'any user’s request counts as the node’s own',
    file: `${controllers}/certificatesigningrequest-approving.ts`,
    find: 'request.spec.username === commonName,',
    replace: 'request.spec.username !== commonName,',
    caughtBy: { file: identities, test: 'a request for a certificate > of a kubelet is approved' },
  },
  {
    name: 'the signer of every request is taken for the kubelets’',
    file: `${controllers}/certificatesigningrequest-approving.ts`,
    find: 'request.spec.signerName === kubeletClientSigner &&',
    replace: 'request.spec.signerName !== kubeletClientSigner &&',
    caughtBy: { file: identities, test: 'a request for a certificate > of a kubelet is approved' },
  },
  {
    name: 'a certificate begins at this very moment',
    file: 'src-main/platform/certificates.ts',
    find: '    notBefore: now - signedBackdateMs,',
    replace: '    notBefore: now,',
    caughtBy: { file: identities, test: 'a request for a certificate > of jane' },
  },
  {
    name: 'unanswered requests for certificates go after an hour',
    file: `${controllers}/certificatesigningrequest-cleaner.ts`,
    find: 'const pendingMs = 24 * hourMs',
    replace: 'const pendingMs = hourMs',
    caughtBy: { file: cleaning },
  },
  {
    name: 'approved requests go before their certificate comes',
    file: `${controllers}/certificatesigningrequest-cleaner.ts`,
    find: "type !== 'Approved' || certificate",
    replace: "type !== '' || certificate",
    caughtBy: { file: cleaning },
  },
  {
    name: 'denied requests stay',
    file: `${controllers}/certificatesigningrequest-cleaner.ts`,
    find: 'metadata.creationTimestamp) + hourMs)',
    replace: 'metadata.creationTimestamp) + 1000 * hourMs)',
    caughtBy: { file: cleaning },
  },
  {
    name: 'a token outlives its Secret',
    file: 'src-main/control-plane/apiserver/authentication/authenticate.ts',
    find: "claims['kubernetes.io/serviceaccount/secret.name'])",
    replace:
      "claims['kubernetes.io/serviceaccount/secret.name']) ?? { metadata: {}, data: { token: btoa(token) } }",
    caughtBy: {
      file: identities,
      test: 'a secret for a service account’s token > that is deleted',
    },
  },
  {
    name: 'a token is made for an account that is not there',
    file: `${controllers}/serviceaccount-token.ts`,
    find: 'if (!account || (uid && uid !== account.metadata.uid)) {',
    replace: 'if (!account) return\n    if (uid && uid !== account.metadata.uid) {',
    caughtBy: { file: identities, test: 'a secret for a service account’s token > of no account' },
  },
  {
    name: 'a Secret does not say whose account its token is',
    file: `${controllers}/serviceaccount-token.ts`,
    find: 'const annotations = { ...secret.metadata.annotations, [uidKey]: metadata.uid }',
    replace: 'const annotations = { ...secret.metadata.annotations }',
    caughtBy: { file: identities, test: 'a secret for a service account’s token > is filled' },
  },
  {
    name: 'tokens of an account outlive it',
    file: `${controllers}/serviceaccount-token.ts`,
    find: 'else for (const secret of secretsOf(context, key)) wake(secret)',
    replace: 'else secretsOf(context, key)',
    caughtBy: { file: identities, test: 'a secret for a service account’s token > is filled' },
  },
]
