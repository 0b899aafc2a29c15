import type { Job } from '#kubernetes/api/batch-v1.ts'
import type { Container, PodTemplateSpec } from '#kubernetes/api/core-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { completionIndexKey, failureCountKey, trackingFinalizer } from './job-pods.ts'

const indexVariable = 'JOB_COMPLETION_INDEX'

/** What a pod of a Job is made from; `index` is what it works on in an indexed Job, with the failures it had. */
export function podTemplateOf(
  job: Stored<Job>,
  index?: number,
  failures?: number,
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
  const failureCount = failures === undefined ? {} : { [failureCountKey]: String(failures) }
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
          ...failureCount,
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

const indexEnv = {
  name: indexVariable,
  valueFrom: { fieldRef: { fieldPath: `metadata.labels['${completionIndexKey}']` } },
}
