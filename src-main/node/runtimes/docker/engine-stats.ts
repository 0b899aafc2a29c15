import type { ContainerStats, PodFilter } from '../container-runtime.ts'
import { dockerLabels } from './docker-labels.ts'
import type { EngineContainers } from './engine-containers.ts'
import { type EngineHttp, isGone } from './engine-http.ts'
import type { ContainerSummary, StatsSample } from './engine-types.ts'
import { engineConcurrency, Limiter } from './limiter.ts'

/** Reads what the pods' running containers use. */
export async function readStats(
  http: EngineHttp,
  containers: EngineContainers,
  filter?: PodFilter,
): Promise<ContainerStats[]> {
  const listed = await containers.summaries({
    [dockerLabels.role]: 'container',
    ...(filter ? { [dockerLabels.podUid]: filter.podUid } : {}),
  })
  const limiter = new Limiter(engineConcurrency)
  const samples = await Promise.all(
    listed
      .filter(({ State }) => State === 'running')
      .map(one => limiter.run(() => readOne(http, one))),
  )
  return samples.flatMap(sample => sample ?? [])
}

/** Undefined for one that is gone or not running. */
async function readOne(
  http: EngineHttp,
  { Id, Labels }: ContainerSummary,
): Promise<ContainerStats | undefined> {
  try {
    const sample = await http.json<StatsSample>({
      method: 'GET',
      path: `/containers/${Id}/stats`,
      query: { stream: false, 'one-shot': true },
    })
    const total = sample.cpu_stats?.cpu_usage?.total_usage
    if (total === undefined) return undefined
    const { usage = 0, stats } = sample.memory_stats ?? {}
    const inactive = stats?.inactive_file ?? stats?.total_inactive_file ?? 0
    return {
      id: Id,
      podUid: Labels[dockerLabels.podUid] ?? '',
      name: Labels[dockerLabels.containerName] ?? '',
      cpuNanoseconds: total,
      memoryWorkingSetBytes: Math.max(0, usage - inactive),
      at: Date.parse(sample.read),
    }
  } catch (error) {
    if (isGone(error)) return undefined
    throw error
  }
}

/** How much a container's own layer holds; the engine walks through it, so this is asked seldom. */
export async function readWritten(http: EngineHttp, id: string): Promise<number> {
  const path = `/containers/${id}/json`
  const { SizeRw } = await http.json<{ SizeRw?: number }>({
    method: 'GET',
    path,
    query: { size: true },
  })
  return SizeRw ?? 0
}
