import { expect, test } from 'vitest'
import { FakeClock } from '#base/fake-clock.ts'
import { deployments } from '#client/resource-types.ts'
import { startControlledCluster } from '../../support/controlled-cluster.ts'
import { eventually } from '../../support/eventually.ts'
import { PretendKubelet } from '../../support/pretend-kubelet.ts'

test('controllers with nothing to do ask for nothing but their watches', async () => {
  const clock = new FakeClock(Date.now())
  const requests: string[] = []
  await using controlled = await startControlledCluster({
    clock,
    onRequest: ({ method, path, query }) => {
      if (query?.['watch'] !== 'true') requests.push(`${method} ${path}`)
    },
  })
  const { client } = controlled
  await using _kubelet = new PretendKubelet(client)
  const name = { name: 'web', namespace: 'default' }
  await client.create(deployments, {
    metadata: name,
    spec: {
      replicas: 3,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'web', image: 'web:1' }] },
      },
    },
  })
  await eventually(async () => {
    await clock.advance(10)
    const { status } = await client.get(deployments, name)
    expect(status?.conditions?.map(({ reason }) => reason)).toContain('NewReplicaSetAvailable')
  })
  // What the start left over: pods on a node that isn't there, watched for 40 s and then collected, are no idleness.
  await clock.advance(5000)
  requests.length = 0
  await clock.advance(30_000)
  await new Promise<void>(resolve => setTimeout(resolve, 200))
  expect(requests).toEqual([])
})
