import type { Job } from '#kubernetes/api/batch-v1.ts'
import type { Container, PodTemplateSpec } from '#kubernetes/api/core-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import {
  completionIndexKey,
  failureCountKey,
  type IndexFailures,
  ignoredFailureCountKey,
  trackingFinalizer,
} from './job-pods.ts'

const indexVariable = 'JOB_COMPLETION_INDEX'

/** What a pod of a Job is made from; `index` is what it works on in an indexed Job, with the failures it had. */
export function podTemplateOf(
  job: Stored<Job>,
  index?: number,
  failures?: IndexFailures,
): { template: PodTemplateSpec; generateName: string } {
  const { metadata, spec = { containers: [] } } = job.spec.template
  const finalizers = [...(metadata?.finalizers ?? []), trackingFinalizer]
  const { name } = job.metadata
  if (index === undefined) {
    return { template: { metadata: { ...metadata, finalizers }, spec }, generateName: `${name}-` }
  }
  const withIndex = (container: Container): Container =>
    container.env?.some(({ name }) => name === indexVariable)
      ? container
      : { ...container, env: [...(container.env ?? []), indexEnv] }
  return {
    generateName: `${name}-${index}-`,
    template: {
      metadata: {
        ...metadata,
        finalizers,
        labels: { ...metadata?.labels, [completionIndexKey]: String(index) },
        annotations: {
          ...metadata?.annotations,
          [completionIndexKey]: String(index),
          ...failureCounts(failures),
        },
      },
      spec: {
        ...spec,
        hostname: `${name}-${index}`,
        containers: spec.containers.map(withIndex),
        ...(spec.initContainers ? { initContainers: spec.initContainers.map(withIndex) } : {}),
      },
    },
  }
}

const failureCounts = (failures: IndexFailures | undefined): Record<string, string> =>
  failures
    ? {
        [failureCountKey]: String(failures.counted),
        ...(failures.ignored > 0 ? { [ignoredFailureCountKey]: String(failures.ignored) } : {}),
      }
    : {}

const indexEnv = {
  name: indexVariable,
  valueFrom: { fieldRef: { fieldPath: `metadata.labels['${completionIndexKey}']` } },
}
