import type { Job, JobSpec } from '#kubernetes/api/batch-v1.ts'
import { isEqual } from '../shared/field-errors.ts'
import { nameWarnings, podWarnings } from '../shared/pod-spec/pod-warnings.ts'

const manyCompletions = 100_000
const muchParallelism = 10_000

/** What a job's spec at `path` is written with a warning for. */
export function jobSpecWarnings(spec: JobSpec | undefined, path: string): string[] {
  const { completionMode, completions = 0, parallelism = 0, template } = spec ?? {}
  const isLarge = completions > manyCompletions && parallelism > muchParallelism
  return [
    ...(completionMode === 'Indexed' && isLarge
      ? [
          `${path}: In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail`,
        ]
      : []),
    ...(template ? podWarnings(template, `${path}.template`) : []),
  ]
}

/** The warnings for a job; none when an update leaves the spec alone. */
export const jobWarnings = ({ metadata, spec }: Job, old?: Readonly<Job>): string[] => [
  ...(old ? [] : nameWarnings(metadata.name, 'in Pod names and hostnames')),
  ...(old && isEqual(spec, old.spec) ? [] : jobSpecWarnings(spec, 'spec')),
]
