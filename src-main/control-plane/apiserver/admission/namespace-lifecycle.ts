import type { ResourceDefinition } from '#control-plane/resources/define-resource.ts'
import { StatusError } from '#kubernetes/status-error.ts'
import { storeKey } from '../catalog.ts'
import { forbidden, notFound } from '../failures.ts'
import type { AdmissionRequest, AdmissionServices, AdmissionStep } from './admission-step.ts'

const immortal = new Set(['default', 'kube-system', 'kube-public'])

/** Objects can only be created in a namespace that exists and isn't going away; three namespaces never go. */
export const namespaceLifecycle: AdmissionStep = {
  name: 'NamespaceLifecycle',
  /** Before the object is looked at: nobody learns what is wrong with an object of a namespace that isn't there. */
  mutate(request, services) {
    if (isNamespace(request) || !request.namespace || request.operation !== 'CREATE') return
    if (request.definition.plural === 'localsubjectaccessreviews') return
    requireNamespace(request.definition, request.namespace, services, request.name)
  },
  validate(request) {
    if (isNamespace(request) && request.operation === 'DELETE' && immortal.has(request.name))
      throw forbidden(request.definition, request.name, 'this namespace may not be deleted')
  },
}

/** Throws a 404 for a namespace that isn't there, and a 403 for one that is going away. */
export function requireNamespace(
  definition: ResourceDefinition,
  namespace: string,
  { catalog, caches }: Pick<AdmissionServices, 'catalog' | 'caches'>,
  name = '',
): void {
  const namespaces = catalog.get('', 'v1', 'namespaces')
  const item = caches.of(namespaces).get(storeKey(namespaces, '', namespace))
  if (!item) throw notFound(namespaces, namespace)
  const isGoing =
    item.object.metadata.deletionTimestamp !== undefined ||
    (item.object as { status?: { phase?: string } }).status?.phase === 'Terminating'
  if (isGoing) throw terminating(definition, name, namespace)
}

const isNamespace = ({ definition }: AdmissionRequest): boolean =>
  definition.plural === 'namespaces' && !definition.group

function terminating(definition: ResourceDefinition, name: string, namespace: string): StatusError {
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
