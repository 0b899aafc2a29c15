import { StatusError } from '#kubernetes/status-error.ts'
import { storeKey } from '../catalog.ts'
import { forbidden, notFound } from '../failures.ts'
import type { AdmissionRequest, AdmissionStep } from './admission-step.ts'

const immortal = new Set(['default', 'kube-system', 'kube-public'])

/** Objects can only be created in a namespace that exists and isn't going away; three namespaces never go. */
export const namespaceLifecycle: AdmissionStep = {
  name: 'NamespaceLifecycle',
  validate(request, { catalog, caches }) {
    const namespaces = catalog.get('', 'v1', 'namespaces')
    const isNamespace = request.definition.plural === 'namespaces' && !request.definition.group
    if (isNamespace) {
      if (request.operation === 'DELETE' && immortal.has(request.name)) {
        throw forbidden(namespaces, request.name, 'this namespace may not be deleted')
      }
      return
    }
    if (!request.namespace || request.operation !== 'CREATE') return
    if (request.definition.plural === 'localsubjectaccessreviews') return
    const item = caches.of(namespaces).get(storeKey(namespaces, '', request.namespace))
    if (!item) throw notFound(namespaces, request.namespace)
    const isGoing =
      item.object.metadata.deletionTimestamp !== undefined ||
      (item.object as { status?: { phase?: string } }).status?.phase === 'Terminating'
    if (isGoing) throw terminating(request)
  },
}

function terminating({ definition, name, namespace }: AdmissionRequest): StatusError {
  const { status } = forbidden(
    definition,
    name,
    `unable to create new content in namespace ${namespace} because it is being terminated`,
  )
  const cause = {
    reason: 'NamespaceTerminating',
    message: `namespace ${namespace} is being terminated`,
    field: 'metadata.namespace',
  }
  return new StatusError({ ...status, details: { ...status.details, causes: [cause] } })
}
