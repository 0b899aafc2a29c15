import { type Clock, sleep } from '#base/clock.ts'
import { collectionPath } from '#clusters/paths.ts'
import type { ResourceInfo } from '#contract/tables.ts'
import { watchObjects } from '../objects/watch-objects.ts'
import type { OpenClusters } from './open-clusters.ts'

const definitions = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  resource: 'customresourcedefinitions',
}
/** A definition is served a moment after it was written. */
const settleMs = 300

/** The kinds that a cluster serves now, and again after its definitions changed. */
export async function* watchResources(
  clusters: OpenClusters,
  cluster: string,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<ResourceInfo[], void, void> {
  yield await clusters.resources(cluster, signal)
  const { connection } = await clusters.open(cluster)
  // Schemas are large, and only that something changed matters.
  const query = { path: collectionPath(definitions), metadataOnly: true }
  let isFirst = true
  try {
    for await (const _found of watchObjects(connection.transport, query, clock, signal)) {
      if (!isFirst) {
        await sleep(clock, settleMs, signal)
        yield await clusters.resources(cluster, signal)
      }
      isFirst = false
    }
  } catch {
    // Without the right to watch definitions the kinds are those of when the cluster was opened.
    if (!signal.aborted)
      await new Promise(resolve => signal.addEventListener('abort', resolve, { once: true }))
  }
}
