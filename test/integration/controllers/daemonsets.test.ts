import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  controllerRevisions,
  daemonSets,
  nodes,
  pods,
  serviceAccounts,
} from '#client/resource-types.ts'
import type { Client } from '#client/rest.ts'
import { daemonSetController } from '#control-plane/controllers/daemonset/daemonset.ts'
import type { DaemonSet } from '#kubernetes/api/apps-v1.ts'
import type { Pod } from '#kubernetes/api/core-v1.ts'
import { type ControlledCluster, startControlledCluster } from '../../support/controlled-cluster.ts'
import { eventually } from '../../support/eventually.ts'
import { PretendKubelet } from '../../support/pretend-kubelet.ts'

let controlled: ControlledCluster
let client: Client
let kubelet: PretendKubelet

const nodeFor = ({ spec }: Pod) =>
  spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms[0]
    ?.matchFields?.[0]?.values?.[0] ?? 'node-1'

beforeEach(async () => {
  controlled = await startControlledCluster({ only: [daemonSetController] })
  client = controlled.client
  await client.create(serviceAccounts, { metadata: { name: 'default', namespace: 'default' } })
  kubelet = new PretendKubelet(client)
  kubelet.nodeFor = nodeFor
})

afterEach(async () => {
  await kubelet?.[Symbol.asyncDispose]()
  await controlled?.[Symbol.asyncDispose]()
})

const named = { name: 'agent', namespace: 'default' }
/** Without the node controller the taints of a new node stay unless they are taken off. */
const addNode = async (name: string, labels: Record<string, string> = {}) => {
  await client.create(nodes, { metadata: { name, labels }, spec: {} })
  await client.patch(nodes, { name }, { spec: { taints: null } }, { type: 'merge' })
}
const start = (change: (daemonSet: DaemonSet) => void = () => {}) => {
  const daemonSet: DaemonSet = {
    metadata: named,
    spec: {
      selector: { matchLabels: { app: 'agent' } },
      template: {
        metadata: { labels: { app: 'agent' } },
        spec: { containers: [{ name: 'agent', image: 'agent:1' }] },
      },
    },
  }
  change(daemonSet)
  return client.create(daemonSets, daemonSet)
}
const podsOf = async () => (await client.list(pods, { namespace: 'default' })).items
const nodesOf = async () => (await podsOf()).map(({ spec }) => spec?.nodeName).sort()
const images = async () => (await podsOf()).map(({ spec }) => spec?.containers[0]?.image).sort()
const until = (check: (daemonSet: DaemonSet) => void) =>
  eventually(async () => check(await client.get(daemonSets, named)))
const setImage = (image: string) =>
  client.patch(
    daemonSets,
    named,
    { spec: { template: { spec: { containers: [{ name: 'agent', image }] } } } },
    { type: 'strategic' },
  )

test('every node gets one pod, new ones too, and pods of others are left alone', async () => {
  await addNode('a')
  await addNode('b')
  await start()
  await until(({ status }) =>
    expect(status).toMatchObject({
      desiredNumberScheduled: 2,
      currentNumberScheduled: 2,
      numberReady: 2,
      numberAvailable: 2,
      updatedNumberScheduled: 2,
      numberMisscheduled: 0,
      observedGeneration: 1,
    }),
  )
  await addNode('c')
  await eventually(async () => expect(await nodesOf()).toEqual(['a', 'b', 'c']))
  const [pod] = await podsOf()
  expect(pod?.metadata.labels).toMatchObject({ app: 'agent', 'pod-template-generation': '1' })
  expect(pod?.spec?.tolerations).toEqual(
    expect.arrayContaining([
      { key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' },
      { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' },
    ]),
  )
})

test('nodes that do not fit have no pod, and lose it when they stop fitting', async () => {
  await addNode('a', { disk: 'ssd' })
  await addNode('b')
  await start(({ spec }) => {
    if (spec.template.spec) spec.template.spec.nodeSelector = { disk: 'ssd' }
  })
  await eventually(async () => expect(await nodesOf()).toEqual(['a']))
  await client.patch(
    nodes,
    { name: 'b' },
    { metadata: { labels: { disk: 'ssd' } } },
    { type: 'merge' },
  )
  await eventually(async () => expect(await nodesOf()).toEqual(['a', 'b']))
  await client.patch(
    nodes,
    { name: 'a' },
    { metadata: { labels: { disk: null } } },
    { type: 'merge' },
  )
  await eventually(async () => expect(await nodesOf()).toEqual(['b']))
})

test('a tainted node gets none, yet keeps one unless the taint is NoExecute', async () => {
  await addNode('a')
  await start()
  await eventually(async () => expect(await nodesOf()).toEqual(['a']))
  const taint = (effect: string) =>
    client.patch(
      nodes,
      { name: 'a' },
      { spec: { taints: [{ key: 'mine', effect }] } },
      { type: 'merge' },
    )
  await taint('NoSchedule')
  await until(({ status }) =>
    expect(status).toMatchObject({ desiredNumberScheduled: 0, numberMisscheduled: 1 }),
  )
  expect(await nodesOf()).toEqual(['a'])
  await taint('NoExecute')
  await eventually(async () => expect(await nodesOf()).toEqual([]))
})

test('an update replaces pods, no more than may be unavailable at once', async () => {
  for (const name of ['a', 'b', 'c']) await addNode(name)
  await start()
  await until(({ status }) => expect(status?.numberAvailable).toBe(3))
  kubelet.isReady = ({ spec }) => spec?.containers[0]?.image === 'agent:1'
  await setImage('agent:2')
  await eventually(async () => expect(await images()).toEqual(['agent:1', 'agent:1', 'agent:2']))
  await until(({ status }) =>
    expect(status).toMatchObject({ updatedNumberScheduled: 1, numberUnavailable: 1 }),
  )
  kubelet.isReady = () => true
  await kubelet.look()
  await eventually(async () => expect(await images()).toEqual(['agent:2', 'agent:2', 'agent:2']))
  const { items } = await client.list(controllerRevisions, { namespace: 'default' })
  expect(items.map(({ revision }) => revision).sort()).toEqual([1, 2])
})

test('a surge brings the new pod before the old one goes', async () => {
  await addNode('a')
  await start(({ spec }) => {
    spec.updateStrategy = { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }
  })
  await until(({ status }) => expect(status?.numberAvailable).toBe(1))
  kubelet.isReady = ({ spec }) => spec?.containers[0]?.image === 'agent:1'
  await setImage('agent:2')
  await eventually(async () => expect(await images()).toEqual(['agent:1', 'agent:2']))
  await until(({ status }) => expect(status?.numberAvailable).toBe(1))
  kubelet.isReady = () => true
  await kubelet.look()
  await eventually(async () => expect(await images()).toEqual(['agent:2']))
})

test('OnDelete waits for someone to delete the pods', async () => {
  await addNode('a')
  await start(({ spec }) => {
    spec.updateStrategy = { type: 'OnDelete' }
  })
  await until(({ status }) => expect(status?.numberAvailable).toBe(1))
  await setImage('agent:2')
  await until(({ status }) => expect(status?.updatedNumberScheduled ?? 0).toBe(0))
  const [pod] = await podsOf()
  if (pod) await client.delete(pods, pod.metadata)
  await eventually(async () => expect(await images()).toEqual(['agent:2']))
})

test('a daemon that ended is replaced', async () => {
  await addNode('a')
  await start()
  await until(({ status }) => expect(status?.numberAvailable).toBe(1))
  const [first] = await podsOf()
  kubelet.endOf = ({ metadata }) =>
    metadata.uid === first?.metadata.uid ? { exitCode: 1 } : undefined
  await kubelet.look()
  await eventually(async () => {
    const [pod, ...more] = await podsOf()
    expect(more).toEqual([])
    expect(pod?.metadata.uid).not.toBe(first?.metadata.uid)
    expect(pod?.status?.phase).toBe('Running')
  })
})

test('a daemon that ended is replaced though finalizers hold it', async () => {
  await addNode('a')
  await start(({ spec }) => {
    spec.template.metadata = { labels: { app: 'agent' }, finalizers: ['example.com/hold'] }
  })
  await until(({ status }) => expect(status?.numberReady).toBe(1))
  const [old] = await podsOf()
  kubelet.endOf = ({ metadata }) =>
    metadata.uid === old?.metadata.uid ? { exitCode: 1 } : undefined
  await kubelet.look()
  await eventually(async () => expect(await podsOf()).toHaveLength(2))
  await until(({ status }) => expect(status).toMatchObject({ numberReady: 1, numberAvailable: 1 }))
})
