import type { ResourceRequirements } from '#kubernetes/api/core-v1.ts'
import { bytesQuantity, milliQuantity } from '#kubernetes/quantity.ts'
import type { Amounts } from '#kubernetes/resource-amounts.ts'
import type { ContainerResources } from '../../runtimes/container-runtime.ts'

/**
 * What a running container has, in Kubernetes' terms: `given` as far as the engine grants what that comes to (`wanted`),
 * else what the engine says. Kernels know nothing of requested memory; `memoryRequest` is what it was last.
 */
export function actualResources(
  given: ResourceRequirements,
  wanted: ContainerResources,
  engine: ContainerResources,
  memoryRequest: string | undefined,
): ResourceRequirements {
  const { limits, requests, ...rest } = given
  const cpuLimit = limitedCpu(engine) === limitedCpu(wanted) ? limits?.['cpu'] : cpuOf(engine)
  const memoryLimit = isSameMemory(engine, wanted) ? limits?.['memory'] : memoryOf(engine)
  const cpuRequest =
    engine.cpuShares === wanted.cpuShares ? requests?.['cpu'] : sharesToCpu(engine.cpuShares)
  return {
    ...rest,
    ...(limits ? { limits: replaced(limits, cpuLimit, memoryLimit) } : {}),
    ...(requests ? { requests: replaced(requests, cpuRequest, memoryRequest) } : {}),
  }
}

function replaced(
  { cpu: _cpu, memory: _memory, ...others }: Amounts,
  cpu: string | undefined,
  memory: string | undefined,
): Amounts {
  return { ...(cpu ? { cpu } : {}), ...(memory ? { memory } : {}), ...others }
}

/** Thousandths of a CPU in each period; 0 without a limit. */
const limitedCpu = ({ cpuQuota = 0, cpuPeriod = 0 }: ContainerResources): number =>
  cpuQuota > 0 && cpuPeriod > 0 ? Math.ceil((cpuQuota * 1000) / cpuPeriod) : 0

const cpuOf = (engine: ContainerResources) =>
  limitedCpu(engine) > 0 ? milliQuantity(limitedCpu(engine)) : undefined

const isSameMemory = (a: ContainerResources, b: ContainerResources) =>
  (a.memoryLimitBytes ?? 0) === (b.memoryLimitBytes ?? 0)

const memoryOf = ({ memoryLimitBytes = 0 }: ContainerResources) =>
  memoryLimitBytes > 0 ? bytesQuantity(memoryLimitBytes) : undefined

const sharesToCpu = (shares = 0) =>
  shares > 0 ? milliQuantity(Math.ceil((shares * 1000) / 1024)) : undefined
