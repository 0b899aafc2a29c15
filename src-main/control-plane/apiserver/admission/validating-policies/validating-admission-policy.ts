import type { AdmissionStep } from '../admission-step.ts'

const group = 'admissionregistration.k8s.io'

/** What policies are not asked about, so that none can keep itself from being changed. */
const exempt = new Set([
  'admissionregistration.k8s.io/mutatingadmissionpolicies',
  'admissionregistration.k8s.io/mutatingadmissionpolicybindings',
  'admissionregistration.k8s.io/mutatingwebhookconfigurations',
  'admissionregistration.k8s.io/validatingadmissionpolicies',
  'admissionregistration.k8s.io/validatingadmissionpolicybindings',
  'admissionregistration.k8s.io/validatingwebhookconfigurations',
  'authentication.k8s.io/selfsubjectreviews',
  'authentication.k8s.io/tokenreviews',
  'authorization.k8s.io/localsubjectaccessreviews',
  'authorization.k8s.io/selfsubjectaccessreviews',
  'authorization.k8s.io/selfsubjectrulesreviews',
  'authorization.k8s.io/subjectaccessreviews',
])

/** Refuses, or warns of, what ValidatingAdmissionPolicies speak against. Loads nothing while no policy is bound. */
export const validatingAdmissionPolicy: AdmissionStep = {
  name: 'ValidatingAdmissionPolicy',
  async validate(request, services) {
    const { group: of, plural } = request.definition
    if (exempt.has(`${of}/${plural}`)) return
    const { catalog, caches } = services
    if (!caches.of(catalog.get(group, 'v1', 'validatingadmissionpolicybindings')).size) return
    const { askPolicies } = await import('./ask-policies.ts')
    await askPolicies(request, services)
  },
}
