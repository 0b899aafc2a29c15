import { findDefaultClass } from '#kubernetes/default-class.ts'
import type { AdmissionServices } from './admission-step.ts'

/** The name of a kind's default class, as it is stored now. */
export function storedDefaultClass(
  { catalog, caches }: AdmissionServices,
  kind: { group: string; version: string; plural: string },
  annotations: readonly string[],
): string | undefined {
  const definition = catalog.get(kind.group, kind.version, kind.plural)
  return findDefaultClass(
    [...caches.of(definition).values()].map(({ object }) => object),
    annotations,
  )
}
