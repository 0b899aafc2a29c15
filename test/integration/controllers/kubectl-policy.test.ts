import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deployments, nodes, podDisruptionBudgets, pods } from '#client/resource-types.ts'
import type { Client } from '#client/rest.ts'
import { controllers } from '#control-plane/controllers/index.ts'
import { type ControlledCluster, startControlledCluster } from '../../support/controlled-cluster.ts'
import { eventually } from '../../support/eventually.ts'
import { kubectl, splitCommand } from '../../support/kubectl.ts'
import { PretendKubelet } from '../../support/pretend-kubelet.ts'

let controlled: ControlledCluster
let kubelet: PretendKubelet
let client: Client

beforeAll(async () => {
  // Nobody reports the health of these nodes.
  const only = controllers.filter(({ name }) => name !== 'node-lifecycle-controller')
  controlled = await startControlledCluster({ only })
  client = controlled.client
  kubelet = new PretendKubelet(client)
  for (const name of ['node-1', 'node-2']) {
    await client.create(nodes, { metadata: { name }, spec: {} })
  }
})

afterAll(async () => {
  await kubelet?.[Symbol.asyncDispose]()
  await controlled?.[Symbol.asyncDispose]()
})

const run = (command: string) => kubectl(controlled.cluster.kubeconfig, splitCommand(command))
/** What a command prints; it must succeed. */
async function printed(command: string): Promise<string> {
  const { code, stdout, stderr } = await run(command)
  expect(stderr).toBe('')
  expect(code).toBe(0)
  return stdout
}

describe('maintenance of a node', () => {
  test('cordon, uncordon and taint', async () => {
    expect(await printed('cordon node-1')).toBe('node/node-1 cordoned\n')
    expect((await client.get(nodes, { name: 'node-1' })).spec?.unschedulable).toBe(true)
    expect(await printed('uncordon node-1')).toBe('node/node-1 uncordoned\n')
    expect(await printed('taint nodes node-2 dedicated=db:NoSchedule')).toBe(
      'node/node-2 tainted\n',
    )
    expect((await client.get(nodes, { name: 'node-2' })).spec?.taints).toContainEqual({
      key: 'dedicated',
      value: 'db',
      effect: 'NoSchedule',
    })
    expect(await printed('taint nodes node-2 dedicated-')).toBe('node/node-2 untainted\n')
  })

  test('drain waits for the budget, and empties the node when it allows it', async () => {
    await printed('create deployment web --image=x:1 --replicas=2')
    await printed('create poddisruptionbudget web --selector=app=web --min-available=2')
    const ready = (count: number) =>
      eventually(async () => {
        const { status } = await client.get(deployments, { namespace: 'default', name: 'web' })
        expect(status?.readyReplicas).toBe(count)
      })
    await ready(2)
    await eventually(async () => {
      expect(await printed('get pdb web')).toMatch(
        /^NAME\s+MIN AVAILABLE\s+MAX UNAVAILABLE\s+ALLOWED DISRUPTIONS\s+AGE\nweb\s+2\s+N\/A\s+0\s/,
      )
    })
    kubelet.nodeFor = () => 'node-2'
    const refused = await run('drain node-1 --timeout=2s')
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain('error when evicting pods/"web-')
    expect(refused.stderr).toContain(
      "Cannot evict pod as it would violate the pod's disruption budget.",
    )
    await client.patch(
      podDisruptionBudgets,
      { namespace: 'default', name: 'web' },
      { spec: { minAvailable: 1 } },
      { type: 'merge' },
    )
    const drained = await run('drain node-1 --timeout=60s')
    expect(drained.stdout).toContain('node/node-1 drained\n')
    const { items } = await client.list(pods, { fieldSelector: 'spec.nodeName=node-1' })
    expect(items).toEqual([])
    await ready(2)
  })
})

describe('quotas and limits', () => {
  test('are made and described by kubectl', async () => {
    await printed('create namespace team')
    expect(await printed('create quota cap -n team --hard=pods=2,requests.cpu=1')).toBe(
      'resourcequota/cap created\n',
    )
    await eventually(async () => {
      expect(await printed('get quota -n team')).toMatch(
        /^NAME\s+REQUEST\s+LIMIT\s+AGE\ncap\s+pods: 0\/2, requests.cpu: 0\/1\s/,
      )
    })
    const limits = {
      apiVersion: 'v1',
      kind: 'LimitRange',
      metadata: { name: 'bounds', namespace: 'team' },
      spec: { limits: [{ type: 'Container', max: { cpu: '1' }, defaultRequest: { cpu: '250m' } }] },
    }
    const applied = await kubectl(controlled.cluster.kubeconfig, ['apply', '-f', '-'], {
      input: JSON.stringify(limits),
    })
    expect(applied.stdout).toBe('limitrange/bounds created\n')
    await eventually(async () => {
      expect(await printed('run one -n team --image=x:1')).toBe('pod/one created\n')
    })
    expect(await printed('describe quota cap -n team')).toBe(`Name:         cap
Namespace:    team
Resource      Used  Hard
--------      ----  ----
pods          1     2
requests.cpu  250m  1
`)
    expect(await printed('describe limits bounds -n team')).toBe(`Name:       bounds
Namespace:  team
Type        Resource  Min  Max  Default Request  Default Limit  Max Limit/Request Ratio
----        --------  ---  ---  ---------------  -------------  -----------------------
Container   cpu       -    1    250m             1              -
`)
    const described = await printed('describe namespace team')
    expect(described).toMatch(/Resource Quotas\n {2}Name: {9}cap\n {2}Resource {6}Used {2}Hard\n/)
    expect(described).toMatch(/Resource Limits\n Type {7}Resource {2}Min {2}Max/)
    const refused = await run('create deployment two -n team --image=x:1 --replicas=3')
    expect(refused.code).toBe(0)
    await eventually(async () => {
      const { conditions = [] } =
        (await client.get(deployments, { namespace: 'team', name: 'two' })).status ?? {}
      expect(conditions.find(({ type }) => type === 'ReplicaFailure')?.message).toMatch(
        /^pods "two-\w+-\w+" is forbidden: exceeded quota: cap, requested: pods=1, used: pods=2, limited: pods=2$/,
      )
    })
  })
})
