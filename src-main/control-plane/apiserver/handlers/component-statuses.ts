import type { ResourceDefinition } from '#control-plane/resources/define-resource.ts'
import type { ComponentStatus } from '#kubernetes/api/core-v1.ts'
import { unstored } from '../cache/unstored.ts'
import { notFound } from '../failures.ts'
import type { Reply } from '../reply.ts'
import type { RequestContext } from '../server-request.ts'
import type { Services } from '../services.ts'
import { readSelection } from './selection.ts'

/** The components that Kubernetes names here. All of them are parts of the process that answers, the store among them. */
const components = ['controller-manager', 'etcd-0', 'scheduler']

/** Answers reads of component statuses. */
export function readComponents(
  { info, request }: RequestContext,
  { caches }: Services,
  definition: ResourceDefinition,
): Reply {
  const selection = readSelection(definition, { namespace: '', name: '' }, request.query)
  const items = components
    .map(name => unstored(definition, statusOf(name, name !== 'etcd-0' || caches.healthy)))
    .filter(item => selection.matches(item))
  if (info.verb === 'list') return { kind: 'list', definition, items, metadata: {} }
  const item = items.find(({ metadata }) => metadata.name === info.name)
  if (!item) throw notFound(definition, info.name)
  return { kind: 'object', status: 200, definition, item }
}

const statusOf = (name: string, isHealthy: boolean): ComponentStatus => ({
  metadata: { name },
  conditions: [
    isHealthy
      ? { type: 'Healthy', status: 'True', message: 'ok' }
      : { type: 'Healthy', status: 'False', error: 'the store is lost' },
  ],
})
