import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { kubectlOutput, splitCommand } from '../../support/kubectl.ts'
import { RestClient } from '../../support/rest-client.ts'
import { startCluster, type TestCluster } from '../../support/start-cluster.ts'

let cluster: TestCluster
const api = new RestClient(() => cluster.controlPlane)
const run = (command: string) => kubectlOutput(cluster.kubeconfig, splitCommand(command))

beforeAll(async () => {
  cluster = await startCluster({ controllers: false })
})
afterAll(() => cluster?.[Symbol.asyncDispose]())

describe('API services', () => {
  test('list what the server serves by itself', async () => {
    await eventually(async () => {
      const table = await run('get apiservices')
      expect(table).toMatch(/^v1[.] +Local +True +\d+s$/m)
      expect(table).toMatch(/^v2.autoscaling +Local +True +\d+s$/m)
      expect(table).toMatch(/^v1beta1.metrics.k8s.io +Local +True +\d+s$/m)
    })
    const { json } = await api.get('/apis/apiregistration.k8s.io/v1/apiservices/v1.apps')
    expect(json).toMatchObject({
      metadata: { labels: { 'kube-aggregator.kubernetes.io/automanaged': 'onstart' } },
      spec: { group: 'apps', version: 'v1', groupPriorityMinimum: 17_800, versionPriority: 15 },
    })
    expect(await run('describe apiservice v1.apps')).toMatch(/^ +Reason: +Local$/m)
  })

  test('come and go with custom kinds', async () => {
    const path = '/apis/apiregistration.k8s.io/v1/apiservices/v1.example.com'
    const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
    await api.post(definitions, {
      metadata: { name: 'toys.example.com' },
      spec: {
        group: 'example.com',
        names: { plural: 'toys', kind: 'Toy' },
        scope: 'Namespaced',
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: { openAPIV3Schema: { type: 'object' } },
          },
        ],
      },
    })
    await eventually(async () => expect((await api.get(path)).status).toBe(200))
    await api.delete(`${definitions}/toys.example.com`)
    await eventually(async () => expect((await api.get(path)).status).toBe(404))
  })
})
