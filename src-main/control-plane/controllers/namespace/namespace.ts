import { namespaces } from '#client/resource-types.ts'
import type { Namespace } from '#kubernetes/api/core-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { isConflict, isNotFound } from '#kubernetes/status-error.ts'
import { type ControllerContext, defineController } from '../define-controller.ts'
import { namespaceConditions, withConditions } from './namespace-conditions.ts'
import { type ContentLeft, NamespaceContent } from './namespace-content.ts'

const finalizer = 'kubernetes'
/** How soon to look again while pods end within their grace period. */
const minWaitMs = 500

/**
 * Empties namespaces that are being deleted: deletes everything in them, tells in conditions what holds them up,
 * and takes the finalizer off when nothing is left.
 */
export const namespaceController = defineController({
  name: 'namespace-controller',
  for: namespaces,
  workers: 10,
  retry: { baseMs: 5, maxMs: 60_000 },
  start: context => {
    const content = new NamespaceContent(context.client)
    return async name => {
      const namespace = context.informer.get(name)
      if (!namespace?.metadata.deletionTimestamp) return undefined
      return empty(context, content, namespace)
    }
  },
})

type Context = ControllerContext<Namespace, Record<never, never>>

async function empty(
  context: Context,
  content: NamespaceContent,
  seen: Stored<Namespace>,
): Promise<number | undefined> {
  const { client, clock } = context
  try {
    const fresh = await client.get(namespaces, seen.metadata)
    if (fresh.metadata.uid !== seen.metadata.uid || !fresh.metadata.deletionTimestamp) {
      return undefined
    }
    const namespace = await markTerminating(context, fresh)
    if ((namespace.spec?.finalizers ?? []).length === 0) return undefined
    const left = await content.deleteAll(namespace.metadata.name)
    const marked = await writeConditions(context, namespace, left)
    if (left.objects.size > 0 || left.failures.length > 0 || left.discovery.length > 0) {
      return waitFor(left, clock.now() - Date.parse(namespace.metadata.deletionTimestamp ?? ''))
    }
    const finalizers = (marked.spec?.finalizers ?? []).filter(name => name !== finalizer)
    await client.update(
      namespaces,
      { ...marked, spec: { ...marked.spec, finalizers } },
      { subresource: 'finalize' },
    )
  } catch (error) {
    if (isNotFound(error)) return undefined
    if (isConflict(error)) return minWaitMs
    throw error
  }
  return undefined
}

async function markTerminating(
  { client }: Context,
  namespace: Stored<Namespace>,
): Promise<Stored<Namespace>> {
  if (namespace.status?.phase === 'Terminating') return namespace
  const status = { ...namespace.status, phase: 'Terminating' as const }
  return client.updateStatus(namespaces, { ...namespace, status })
}

async function writeConditions(
  { client, clock }: Context,
  namespace: Stored<Namespace>,
  left: ContentLeft,
): Promise<Stored<Namespace>> {
  const wanted = namespaceConditions(left)
  const status = withConditions(namespace.status ?? {}, wanted, clock.now())
  return status === namespace.status
    ? namespace
    : client.updateStatus(namespaces, { ...namespace, status })
}

/** Looks again soon at first, then ever more seldom, as long as something holds the namespace up. */
function waitFor(left: ContentLeft, terminatingForMs: number): number {
  const patient = Math.min(Math.max(minWaitMs, terminatingForMs / 2), 30_000)
  return left.graceSeconds > 0
    ? Math.min(patient, (left.graceSeconds * 1000) / 2 + minWaitMs)
    : patient
}
