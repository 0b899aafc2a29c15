import type { LocalClusters } from '#app/clusters/local-clusters.ts'
import { errorMessage } from '#base/errors.ts'
import type { ClusterRequest, FromCore, ToCore } from './messages.ts'

/** Does what the core asks of the local clusters; a failure crosses as its message. */
export async function answerRequest(
  clusters: LocalClusters,
  { id, request }: Extract<FromCore, { type: 'request' }>,
): Promise<Extract<ToCore, { type: 'answer' }>> {
  try {
    await perform(clusters, request)
    return { type: 'answer', id }
  } catch (error) {
    return { type: 'answer', id, error: errorMessage(error) }
  }
}

function perform(clusters: LocalClusters, request: ClusterRequest): Promise<void> {
  switch (request.do) {
    case 'create':
      return clusters.create(request.cluster)
    case 'start':
      return clusters.start(request.name)
    case 'stop':
      return clusters.stop(request.name, { stopPods: request.stopPods })
    case 'remove':
      return clusters.remove(request.name, { keepVolumes: request.keepVolumes })
  }
}
