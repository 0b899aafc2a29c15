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

describe('flow control', () => {
  const path = '/apis/flowcontrol.apiserver.k8s.io/v1'
  const danglingOf = async (name: string) => {
    const { json } = await api.get(`${path}/flowschemas/${name}`)
    return json.status?.conditions?.find(({ type }: { type: string }) => type === 'Dangling')
  }

  test('every cluster begins with upstream schemas and levels', async () => {
    const schemas = await run('get flowschemas --no-headers')
    expect(schemas.trim().split('\n')).toHaveLength(11)
    expect(schemas).toMatch(/^system-nodes +system +500 +ByUser +\d+s +False$/m)
    expect(await run('get prioritylevelconfigurations -o name')).toContain('/node-high')
  })

  test('a schema tells whether its level exists', async () => {
    const spec = { priorityLevelConfiguration: { name: 'later' } }
    const made = await api.post(`${path}/flowschemas`, { metadata: { name: 'waits' }, spec })
    expect(made.headers['warning']).toMatch(/^299 - "this API server limits the number/)
    await eventually(async () => {
      expect(await danglingOf('waits')).toMatchObject({ status: 'True', reason: 'NotFound' })
    })
    await api.post(`${path}/prioritylevelconfigurations`, {
      metadata: { name: 'later' },
      spec: { type: 'Limited', limited: { limitResponse: { type: 'Reject' } } },
    })
    await eventually(async () => {
      expect(await danglingOf('waits')).toMatchObject({ status: 'False', reason: 'Found' })
    })
  })

  test('what is mandatory comes back', async () => {
    const before = await api.get(`${path}/flowschemas/catch-all`)
    await api.delete(`${path}/flowschemas/catch-all`)
    await eventually(async () => {
      const { json } = await api.get(`${path}/flowschemas/catch-all`)
      expect(json.metadata?.uid).toBeDefined()
      expect(json.metadata.uid).not.toBe(before.json.metadata.uid)
    })
  })
})
