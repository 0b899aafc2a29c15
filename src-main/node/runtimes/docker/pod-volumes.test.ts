import { expect, test } from 'vitest'
import { startPretendEngine } from '../../../../test/support/pretend-engine.ts'
import { dockerLabels } from './docker-labels.ts'
import { EngineHttp } from './engine-http.ts'
import { PodVolumeStore } from './pod-volumes.ts'

const ofCluster = { [dockerLabels.cluster]: 'local' }
const volumes = [
  { Name: 'mine', Labels: { ...ofCluster, [dockerLabels.podUid]: 'a' } },
  { Name: 'neighbour', Labels: { ...ofCluster, [dockerLabels.podUid]: 'b' } },
  { Name: 'data', Labels: ofCluster },
  { Name: 'elsewhere', Labels: { [dockerLabels.podUid]: 'a' } },
  { Name: 'unknown', Labels: null },
]

test('a pod’s volumes are removed alone where an engine lists all that carry any of the labels', async () => {
  const removed: string[] = []
  await using engine = await startPretendEngine(({ method, url = '' }, answer) => {
    if (method === 'DELETE') removed.push(url)
    answer.end(method === 'DELETE' ? '' : JSON.stringify({ Volumes: volumes }))
  })
  using http = new EngineHttp(engine.socketPath)
  await new PodVolumeStore(http, 'local').removeOf('a')
  expect(removed).toEqual(['/volumes/mine'])
})
