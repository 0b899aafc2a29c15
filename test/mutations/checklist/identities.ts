import type { Exceptions, FaultsByFile } from './assertion-fault.ts'

const server = 'src-main/control-plane/apiserver'
const handlers = `${server}/handlers`
const authentication = `${server}/authentication`
const admission = `${server}/admission`

/** Sections 10.2, 11.2 and 11.3: impersonation, tokens and reviews; accounts, classes, Pod Security. */
export const faults: FaultsByFile = {
  [`${authentication}/impersonate.ts`]: [
    ['10.2.a', '.flatMap(([, values]) => values)', '.map(([, values]) => values.join())'],
    ['10.2.c', 'if (!name) {', 'if (!request) {'],
    ['10.2.d', 'if (decision.allowed) return', 'if (attributes) return'],
  ],
  [`${server}/api-server.ts`]: [['10.2.b', 'impersonate(request, asker, authorizer)', 'asker']],
  [`${authentication}/authenticate.ts`]: [
    ['10.2.e', '$/i.exec(authorization.trim())', '$/.exec(authorization.trim())'],
    ['10.2.f', 'claims.aud.filter(audience => audiences.includes(audience))', 'claims.aud'],
    ['10.2.g', 'if (pod) {\n    const found', 'if (pod && !account) {\n    const found'],
  ],
  [`${handlers}/token-request.ts`]: [['10.2.h', 'if (seconds < leastSeconds)', 'if (seconds < 0)']],
  [`${server}/openid-routes.ts`]: [
    ['10.2.i', 'issuer: services.issuer,', "issuer: 'https://kubernetes.default',"],
  ],
  [`${server}/http/http-server.ts`]: [
    ['10.2.j', 'if (!socket.authorized) return { user: undefined, badCertificate: true }', ''],
  ],
  [`${handlers}/reviews.ts`]: [
    ['10.2.k', 'authenticated: true, user: reviewed(identity.user)', 'authenticated: true'],
    ['10.2.l', 'isResource: false', 'isResource: true'],
    ['10.2.m', 'status: { allowed,', 'status: { allowed: !allowed,'],
    ['10.2.n', '[...accessProblems(review.spec), ...problems(review, context)]', '[]'],
    [
      '10.2.p',
      '.filter(rule => rule.resources?.length)',
      '.filter(rule => !rule.resources?.length)',
    ],
  ],
  [`${handlers}/review-problems.ts`]: [
    ['10.2.o', "(resourceAttributes.namespace ?? '') !== namespace", '!namespace'],
  ],
  [`${admission}/certificate-requests.ts`]: [
    ['10.2.q', "if (isUpdateOf(request, 'approval')) demand(request, services, 'approve')", ''],
    ['10.2.r', 'if (spec.signerName !== clientSigner) return', 'return'],
  ],
  'src-main/control-plane/controllers/root-ca-certificate-publisher.ts': [
    ['10.2.s', 'updated: wake, deleted: wake', 'updated: wake'],
  ],
  [`${server}/bootstrap/api-service.ts`]: [
    ['10.2.t', '[{ addresses: addresses.map(ip => ({ ip })), ports }]', '[]'],
  ],
  [`${server}/aggregation/local-api-services.ts`]: [
    ['10.2.u', "type === 'Established' && status === 'True'", "type === 'Established' && !status"],
  ],
  [`${admission}/service-account.ts`]: [
    ['11.2.a', 'expirationSeconds: tokenLifeSeconds', 'expirationSeconds: 3600'],
    ['11.2.b', 'if (wantsToken !== false) mountToken(pod)', 'mountToken(pod)'],
    [
      '11.2.c',
      'if (found) return found.object as unknown as ServiceAccount',
      'return (found?.object ?? {}) as unknown as ServiceAccount',
    ],
  ],
  [`${admission}/priority.ts`]: [
    ['11.2.d', 'found?.value ?? 0', '0'],
    ['11.2.e', 'if (spec.priority !== undefined && spec.priority !== value) {', 'if (!spec) {'],
  ],
  [`${admission}/default-toleration-seconds.ts`]: [
    ['11.2.f', 'const seconds = 300', 'const seconds = 30'],
  ],
  [`${admission}/taint-nodes-by-condition.ts`]: [
    ['11.2.g', "isAbout(request, 'nodes', ['CREATE'])", "isAbout(request, 'nodes', ['UPDATE'])"],
  ],
  'src-main/kubernetes/default-class.ts': [
    ['11.2.h', "metadata.annotations?.[key] === 'true'", "metadata.annotations?.[key] === 'false'"],
  ],
  [`${admission}/runtime-class.ts`]: [
    ['11.2.i', 'if (overhead.podFixed) spec.overhead = { ...overhead.podFixed }', ''],
    ['11.2.j', 'if (own !== undefined && own !== value) {', 'if (!value) {'],
  ],
  [`${admission}/pod-security/pod-security.ts`]: [
    ['11.3.a 11.3.f', 'evaluatePod(policy.enforce, pod.metadata, pod.spec)', '[]'],
    [
      '11.3.b',
      'isOther(spec.ephemeralContainers as Container[], old.ephemeralContainers as Container[])',
      'false',
    ],
    ['11.3.c', 'evaluatePod(policy.warn, metadata, spec)', '[]'],
    ['11.3.d', 'next.errors.length && isNew', 'next.errors.length && !isNew'],
    ['11.3.e', "isSame || now.level === 'privileged'", 'now'],
  ],
  [`${admission}/pod-security/baseline.ts`]: [
    ['11.3.g', '!!securityContext?.privileged', '!!securityContext && !securityContext.privileged'],
  ],
  [`${admission}/pod-security/restricted.ts`]: [
    [
      '11.3.h',
      'securityContext?.allowPrivilegeEscalation !== false',
      'securityContext?.allowPrivilegeEscalation === true',
    ],
  ],
  [`${admission}/pod-security/evaluate-pod.ts`]: [
    ['11.3.i', 'check: baseline.hostProbes, since: 34', 'check: baseline.hostProbes, since: 4'],
    ['11.3.j', '!isWindows || minor < sparesWindows', 'minor >= 0 || !sparesWindows'],
  ],
  [`${admission}/pod-security/security-policy.ts`]: [['11.3.k', 'warn.level = enforce.level', '']],
  [`${admission}/persistent-volume-claim-resize.ts`]: [
    ['11.2.k', 'if (!mayGrow(claim, old, services)) {', 'if (!old) {'],
  ],
  [`${admission}/device-admin-access.ts`]: [
    ['11.2.l', '!spec || isMarked(request.namespace, services)', '!spec || request.namespace'],
  ],
}

export const exceptions: Exceptions = {}
