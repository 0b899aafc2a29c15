import type { AdmissionServices } from './admission-step.ts'

/**
 * The name of the class that is marked as default by one of the annotations: of several the newest, and of those the
 * first by name.
 */
export function findDefaultClass(
  { catalog, caches }: AdmissionServices,
  kind: { group: string; version: string; plural: string },
  annotations: readonly string[],
): string | undefined {
  const definition = catalog.get(kind.group, kind.version, kind.plural)
  const marked = [...caches.of(definition).values()]
    .map(({ object }) => object.metadata)
    .filter(metadata => annotations.some(key => metadata.annotations?.[key] === 'true'))
    .map(({ name = '', creationTimestamp = '' }) => ({ name, creationTimestamp }))
  marked.sort(
    (a, b) =>
      b.creationTimestamp.localeCompare(a.creationTimestamp) || a.name.localeCompare(b.name),
  )
  return marked[0]?.name
}
