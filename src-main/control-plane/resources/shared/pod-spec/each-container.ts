import type { Container, EphemeralContainer, PodSpec } from '#kubernetes/api/core-v1.ts'

export type AnyContainer = Container | EphemeralContainer

/** What a check finds in the containers of a pod at `path`: init, ordinary and ephemeral ones, each with its own path. */
export const eachContainer = <T>(
  spec: PodSpec,
  path: string,
  check: (container: AnyContainer, path: string) => T[],
): T[] =>
  (['initContainers', 'containers', 'ephemeralContainers'] as const).flatMap(field =>
    (spec[field] ?? []).flatMap((container: AnyContainer, index: number) =>
      check(container, `${path}.${field}[${index}]`),
    ),
  )
