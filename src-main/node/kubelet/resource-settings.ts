import { quantityMilliValue, quantityValue } from '#kubernetes/quantity.ts'
import type { ContainerConfig } from '../runtimes/container-runtime.ts'
import type { AnyContainer, BoundPod } from './pod-facts.ts'

const quotaPeriodUs = 100_000

/** A container's resources as the kernel counts them, after Kubernetes' conversions. */
export function resourceSettings(
  pod: BoundPod,
  container: AnyContainer,
  nodeMemoryBytes: number,
): ContainerConfig['resources'] {
  const { requests = {}, limits = {} } = container.resources ?? {}
  const cpuRequest = requests['cpu'] ?? limits['cpu']
  const cpuLimit = limits['cpu'] ? quantityMilliValue(limits['cpu']) : 0
  const memory = limits['memory'] ? quantityValue(limits['memory']) : 0
  const shares = cpuRequest ? Math.floor((quantityMilliValue(cpuRequest) * 1024) / 1000) : 0
  return {
    cpuShares: Math.min(262_144, Math.max(2, shares)),
    ...(cpuLimit > 0
      ? { cpuPeriod: quotaPeriodUs, cpuQuota: Math.max(1000, (cpuLimit * quotaPeriodUs) / 1000) }
      : {}),
    ...(memory > 0 ? { memoryLimitBytes: memory } : {}),
    oomScoreAdj: oomScoreAdjustment(pod, container, nodeMemoryBytes),
  }
}

/** How eagerly the kernel kills it when memory runs out: guaranteed pods last, best-effort pods first. */
function oomScoreAdjustment(
  { spec, status }: BoundPod,
  { resources }: AnyContainer,
  nodeMemoryBytes: number,
): number {
  if (spec.priorityClassName === 'system-node-critical' || status?.qosClass === 'Guaranteed')
    return -997
  if (status?.qosClass === 'BestEffort') return 1000
  const request = resources?.requests?.['memory']
  const bytes = request ? quantityValue(request) : 0
  return Math.min(999, Math.max(3, 1000 - Math.floor((1000 * bytes) / nodeMemoryBytes)))
}
