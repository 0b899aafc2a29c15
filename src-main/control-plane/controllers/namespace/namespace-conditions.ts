import { formatTime } from '#base/clock.ts'
import { errorMessage } from '#base/errors.ts'
import type { NamespaceCondition, NamespaceStatus } from '#kubernetes/api/core-v1.ts'
import type { ContentLeft } from './namespace-content.ts'

type Note = Required<Pick<NamespaceCondition, 'type' | 'status' | 'reason' | 'message'>>

/** The conditions of a namespace that is being deleted, as upstream words them. */
export function namespaceConditions(left: ContentLeft): Note[] {
  const [discoveryFailure] = left.discovery
  const kinds = [...left.objects]
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${kind} has ${count} resource instances`)
    .sort()
  const finalizers = [...left.finalizers]
    .map(([finalizer, count]) => `${finalizer} in ${count} resource instances`)
    .sort()
  return [
    discoveryFailure
      ? note(
          'NamespaceDeletionDiscoveryFailure',
          'DiscoveryFailed',
          `Discovery failed for some groups, ${left.discovery.length} failing: unable to retrieve the complete list of server APIs: ${left.discovery
            .map(({ groupVersion, error }) => `${groupVersion}: ${errorMessage(error)}`)
            .join(', ')}`,
        )
      : good(
          'NamespaceDeletionDiscoveryFailure',
          'ResourcesDiscovered',
          'All resources successfully discovered',
        ),
    good(
      'NamespaceDeletionGroupVersionParsingFailure',
      'ParsedGroupVersions',
      'All legacy kube types successfully parsed',
    ),
    left.failures.length
      ? note(
          'NamespaceDeletionContentFailure',
          'ContentDeletionFailed',
          `Failed to delete all resource types, ${left.failures.length} remaining: ${left.failures.map(errorMessage).join(', ')}`,
        )
      : good(
          'NamespaceDeletionContentFailure',
          'ContentDeleted',
          'All content successfully deleted, may be waiting on finalization',
        ),
    kinds.length
      ? note(
          'NamespaceContentRemaining',
          'SomeResourcesRemain',
          `Some resources are remaining: ${kinds.join(', ')}`,
        )
      : good('NamespaceContentRemaining', 'ContentRemoved', 'All content successfully removed'),
    finalizers.length
      ? note(
          'NamespaceFinalizersRemaining',
          'SomeFinalizersRemain',
          `Some content in the namespace has finalizers remaining: ${finalizers.join(', ')}`,
        )
      : good(
          'NamespaceFinalizersRemaining',
          'ContentHasNoFinalizers',
          'All content-preserving finalizers finished',
        ),
  ]
}

/** A status with the conditions set; the same object when nothing changed. */
export function withConditions(
  status: NamespaceStatus,
  notes: Note[],
  now: number,
): NamespaceStatus {
  const old = status.conditions ?? []
  const conditions = notes.map(note => {
    const known = old.find(({ type }) => type === note.type)
    if (
      known?.status === note.status &&
      known.reason === note.reason &&
      known.message === note.message
    ) {
      return known
    }
    const time =
      known?.status === note.status
        ? (known.lastTransitionTime ?? formatTime(now))
        : formatTime(now)
    return { ...note, lastTransitionTime: time }
  })
  const others = old.filter(({ type }) => !notes.some(note => note.type === type))
  const same = conditions.every((condition, index) => condition === old[index + others.length])
  return same && conditions.length + others.length === old.length
    ? status
    : { ...status, conditions: [...others, ...conditions] }
}

const note = (type: string, reason: string, message: string): Note => ({
  type,
  status: 'True',
  reason,
  message,
})

const good = (type: string, reason: string, message: string): Note => ({
  type,
  status: 'False',
  reason,
  message,
})
