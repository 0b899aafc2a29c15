import { formatTime } from '#base/clock.ts'
import type { Pod, PodCondition } from '#kubernetes/api/core-v1.ts'
import type { DeleteOptions } from '#kubernetes/api/meta-v1.ts'
import type { Eviction, PodDisruptionBudget } from '#kubernetes/api/policy-v1.ts'
import { cloneJson } from '#kubernetes/json.ts'
import { isPodReady } from '#kubernetes/pod-state.ts'
import { isConflict, statusError } from '#kubernetes/status-error.ts'
import { validate } from '../admission/admission-step.ts'
import { badRequest } from '../failures.ts'
import { createdReply, type Reply } from '../reply.ts'
import { decodeObject } from './decode-object.ts'
import { deleteObject } from './delete.ts'
import { budgetsOf, budgetUnprocessed, spendDisruption } from './disruption-budget.ts'
import type { Write } from './object-writer.ts'
import { type Target, writeOf } from './target.ts'
import { readDryRun, readWriteOptions } from './write-options.ts'

const kind = { group: 'policy', version: 'v1', kind: 'Eviction' }

/** Deletes a pod on behalf of who empties its node, as far as the budget that guards it allows. */
export async function evict(target: Target): Promise<Reply> {
  const { context, writer } = target
  const options = readWriteOptions(context.request)
  const eviction = (await decodeObject(context, kind, options.fieldValidation)) as Eviction
  if (eviction.metadata.name !== context.info.name) {
    throw badRequest('name in URL does not match name in Eviction object')
  }
  const { dryRun = [], ...deletion } = eviction.deleteOptions ?? {}
  const isDryRun = options.dryRun || readDryRun(dryRun, 'DeleteOptions')
  const asked = writeOf(target, isDryRun)
  const write = { ...asked, subresource: '' }
  const pod = writer.current(write).object as Pod
  const request = { ...asked, operation: 'CREATE' as const, object: eviction, old: undefined }
  await validate(request, target.services)
  if (isUnguarded(pod)) await deleteEvicted(target, write, deletion)
  else await deleteGuarded(target, write, deletion, pod)
  return createdReply()
}

/** Whether losing the pod disrupts nothing: it hasn't begun, or has ended already. */
const isUnguarded = ({ metadata, status }: Pod): boolean =>
  metadata.deletionTimestamp !== undefined ||
  ['Pending', 'Succeeded', 'Failed'].includes(status?.phase ?? '')

async function deleteGuarded(
  target: Target,
  write: Write,
  deletion: DeleteOptions,
  pod: Pod,
): Promise<void> {
  const [budget, ...others] = budgetsOf(pod, target)
  if (others.length) {
    throw statusError(
      'InternalError',
      'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
    )
  }
  if (!budget || !maySpareBudget(pod, budget)) {
    if (budget) await spendDisruption(target, budget, write.name, write.dryRun)
    return deleteEvicted(target, write, deletion)
  }
  if (deletion.preconditions?.resourceVersion) return deleteEvicted(target, write, deletion)
  try {
    await deleteEvicted(target, write, deletion, pod.metadata.resourceVersion)
  } catch (error) {
    throw isConflict(error) ? budgetUnprocessed(budget.metadata.name ?? '') : error
  }
}

/** An unhealthy pod costs its budget nothing, as long as enough others are healthy or the budget doesn't care. */
function maySpareBudget(pod: Pod, { spec, status }: PodDisruptionBudget): boolean {
  if (isPodReady(pod)) return false
  if (spec.unhealthyPodEvictionPolicy === 'AlwaysAllow') return true
  const { currentHealthy = 0, desiredHealthy = 0 } = status ?? {}
  return currentHealthy >= desiredHealthy && desiredHealthy > 0
}

/** Says on the pod why it goes, and deletes it. With `asOf` only the pod of that resource version goes. */
async function deleteEvicted(
  target: Target,
  write: Write,
  deletion: DeleteOptions,
  asOf?: string,
): Promise<void> {
  const { dryRun: _, ...options } = deletion
  const version = asOf ?? options.preconditions?.resourceVersion
  const marked = write.dryRun ? undefined : await markDisrupted(target, write, version, options)
  const resourceVersion = version && (marked ?? version)
  await deleteObject(target, write, {
    ...options,
    ...(resourceVersion ? { preconditions: { ...options.preconditions, resourceVersion } } : {}),
    dryRun: write.dryRun,
  })
}

async function markDisrupted(
  { writer, services }: Target,
  write: Write,
  version: string | undefined,
  { preconditions }: DeleteOptions,
): Promise<string | undefined> {
  const item = await writer.update(
    { ...write, subresource: 'status' },
    {
      retries: version ? 0 : 5,
      change(current) {
        const pod = cloneJson(current) as Pod
        // The deletion tells of a pod that isn't the one meant.
        if (preconditions?.uid && preconditions.uid !== pod.metadata.uid) return pod
        if (version) pod.metadata.resourceVersion = version
        const conditions = pod.status?.conditions ?? []
        pod.status = {
          ...pod.status,
          conditions: [
            ...conditions.filter(({ type }) => type !== 'DisruptionTarget'),
            disruptionTarget(pod, formatTime(services.clock.now())),
          ],
        }
        return pod
      },
    },
  )
  return item.object.metadata.resourceVersion
}

function disruptionTarget({ metadata, status }: Pod, now: string): PodCondition {
  const old = status?.conditions?.find(({ type }) => type === 'DisruptionTarget')
  return {
    type: 'DisruptionTarget',
    status: 'True',
    ...(metadata.generation === undefined ? {} : { observedGeneration: metadata.generation }),
    reason: 'EvictionByEvictionAPI',
    message: 'Eviction API: evicting',
    lastTransitionTime: (old?.status === 'True' && old.lastTransitionTime) || now,
  }
}
