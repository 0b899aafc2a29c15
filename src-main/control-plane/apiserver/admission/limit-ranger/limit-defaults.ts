import type { Container, LimitRange, LimitRangeItem, Pod } from '#kubernetes/api/core-v1.ts'

const annotation = 'kubernetes.io/limit-ranger'

/** Gives a pod's containers the amounts they don't name, and notes in an annotation which. */
export function setDefaults({ metadata, spec }: Pod, limitRange: LimitRange): void {
  const items = (limitRange.spec.limits ?? []).filter(({ type }) => type === 'Container')
  const notes = items.flatMap(item => [
    ...(spec.containers ?? []).flatMap(one => fill(one, item, 'container')),
    ...(spec.initContainers ?? []).flatMap(one => fill(one, item, 'init container')),
  ])
  if (notes.length === 0) return
  const text = `LimitRanger plugin set: ${notes.join('; ')}`
  metadata.annotations = { ...metadata.annotations, [annotation]: text }
}

function fill(container: Container, item: LimitRangeItem, what: string): string[] {
  const { requests = {}, limits = {} } = container.resources ?? {}
  const newRequests = absentFrom(requests, item.defaultRequest)
  const newLimits = absentFrom(limits, item.default)
  if (newRequests.length + newLimits.length === 0) return []
  container.resources = {
    ...container.resources,
    requests: { ...item.defaultRequest, ...requests },
    limits: { ...item.default, ...limits },
  }
  const note = (names: string[], which: string) =>
    names.length > 0 ? [`${names.join(', ')} ${which} for ${what} ${container.name}`] : []
  return [...note(newRequests, 'request'), ...note(newLimits, 'limit')]
}

const absentFrom = (
  amounts: Record<string, string>,
  defaults: Record<string, string> = {},
): string[] =>
  Object.keys(defaults)
    .filter(name => amounts[name] === undefined)
    .sort()
