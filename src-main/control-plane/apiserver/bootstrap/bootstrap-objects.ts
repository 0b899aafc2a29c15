import { cloneJson } from '#kubernetes/json.ts'
import type { KubernetesObject } from '#kubernetes/objects.ts'
import { isAlreadyExists } from '#kubernetes/status-error.ts'
import type { ObjectWriter } from '../handlers/object-writer.ts'
import type { UserInfo } from '../server-request.ts'
import type { Services } from '../services.ts'

/** The API server's own identity. */
export const serverUser: UserInfo = {
  name: 'system:apiserver',
  groups: ['system:masters', 'system:authenticated'],
}

const namespaceNames = ['default', 'kube-system', 'kube-public', 'kube-node-lease']

/** Creates the namespaces that every cluster has; leaves alone what is there. */
export async function bootstrapNamespaces(services: Services, writer: ObjectWriter): Promise<void> {
  const namespaces = namespaceNames.map(name => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name },
  }))
  await ensureAll(services, writer, namespaces)
}

/** Creates what else every cluster begins with; leaves alone what is there. */
export async function bootstrapObjects(services: Services, writer: ObjectWriter): Promise<void> {
  const classes = priorityClasses.map(({ name, ...rest }) => ({
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name },
    ...rest,
  }))
  await ensureAll(services, writer, [...classes, standardClass, ownIngressClass])
}

/** Side by side, so that one commit takes them all. */
async function ensureAll(
  services: Services,
  writer: ObjectWriter,
  objects: KubernetesObject[],
): Promise<void> {
  await Promise.all(objects.map(object => ensure(services, writer, object)))
}

/** What the node's own provisioner serves; other provisioners bring classes of their own. */
const standardClass = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: {
    name: 'standard',
    annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' },
  },
  provisioner: 'local.slipway.dev',
  reclaimPolicy: 'Delete',
  volumeBindingMode: 'WaitForFirstConsumer',
  allowVolumeExpansion: true,
}

/** What the node serves on localhost; other controllers bring classes of their own. */
const ownIngressClass = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IngressClass',
  metadata: {
    name: 'slipway',
    annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' },
  },
  spec: { controller: 'slipway.dev/ingress' },
}

const priorityClasses = [
  {
    name: 'system-node-critical',
    value: 2_000_001_000,
    description: 'Used for system critical pods that must not be moved from their current node.',
  },
  {
    name: 'system-cluster-critical',
    value: 2_000_000_000,
    description:
      'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
  },
]

/** Creates an object of a served kind unless it exists. */
export async function ensure(
  { catalog }: Services,
  writer: ObjectWriter,
  object: KubernetesObject,
): Promise<void> {
  const [group = '', version = ''] = splitVersion(object.apiVersion ?? '')
  const definition = catalog.byKind({ group, version, kind: object.kind ?? '' })
  if (!definition) return
  const { namespace = '', name = '' } = object.metadata
  if (writer.find(definition, namespace, name)) return
  const write = { definition, namespace, name, subresource: '', dryRun: false }
  try {
    await writer.create({ ...write, user: serverUser, warnings: new Set() }, cloneJson(object))
  } catch (error) {
    if (!isAlreadyExists(error)) throw error
  }
}

const splitVersion = (apiVersion: string): string[] =>
  apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion]
