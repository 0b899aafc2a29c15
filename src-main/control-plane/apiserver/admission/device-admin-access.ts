import { each, forbidden } from '#control-plane/resources/shared/field-errors.ts'
import type {
  ResourceClaim,
  ResourceClaimSpec,
  ResourceClaimTemplate,
} from '#kubernetes/api/resource-v1.ts'
import { invalid } from '#kubernetes/status-error.ts'
import { storeKey } from '../catalog.ts'
import {
  type AdmissionRequest,
  type AdmissionServices,
  type AdmissionStep,
  isAbout,
} from './admission-step.ts'

const group = 'resource.k8s.io'
const label = 'resource.kubernetes.io/admin-access'
const needsLabel = `admin access to devices requires the \`${label}: true\` label on the containing namespace`

/** Devices are looked at behind the backs of who uses them only from namespaces that are marked for it. */
export const deviceAdminAccess: AdmissionStep = {
  name: 'resource-admin-access',
  validate(request, services) {
    const spec = claimSpecOf(request)
    if (!spec || isMarked(request.namespace, services)) return
    const errors = each(spec.devices?.requests, 'spec.devices.requests', ({ exactly }, path) =>
      exactly?.adminAccess ? [forbidden(`${path}.adminAccess`, needsLabel)] : [],
    )
    if (errors.length) throw invalid(request.definition, request.name, errors)
  },
}

function claimSpecOf(request: AdmissionRequest): ResourceClaimSpec | undefined {
  if (isAbout(request, 'resourceclaims', ['CREATE'], group)) {
    return (request.object as ResourceClaim).spec
  }
  return isAbout(request, 'resourceclaimtemplates', ['CREATE'], group)
    ? (request.object as ResourceClaimTemplate).spec.spec
    : undefined
}

function isMarked(namespace: string, { catalog, caches }: AdmissionServices): boolean {
  const namespaces = catalog.get('', 'v1', 'namespaces')
  const item = caches.of(namespaces).get(storeKey(namespaces, '', namespace))
  return item?.metadata.labels?.[label] === 'true'
}
