import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { nodes } from '#client/resource-types.ts'
import type { Pod } from '#kubernetes/api/core-v1.ts'
import { eventually } from '../../support/eventually.ts'
import { KubeletCluster } from '../../support/kubelet-cluster.ts'

let on: KubeletCluster

beforeAll(async () => {
  on = await KubeletCluster.start()
})
afterAll(() => on?.[Symbol.asyncDispose]())

describe('a pod that somebody other than the scheduler bound to the node', () => {
  const status = async (name: string) =>
    eventually(async () => {
      const { status } = await on.getPod(name)
      expect(['Running', 'Failed']).toContain(status?.phase)
      return status
    })
  const asking =
    (requests: Record<string, string>) =>
    ({ spec }: Pod) =>
      Object.assign(spec?.containers[0] ?? {}, { resources: { requests } })
  const events = async (name: string) =>
    (
      await on.run(
        `get events --field-selector involvedObject.name=${name} -o custom-columns=:.type,:.reason,:.message --no-headers`,
      )
    )
      .split('\n')
      .map(line => line.trim().replaceAll(/ {2,}/g, ' '))
  const capacity = async (name: string) =>
    (await on.client.get(nodes, { name: 'test-node' })).status?.allocatable?.[name] ?? ''

  test('is rejected when the node has no room for it, by the first resource that is short', async () => {
    const cpus = Number(await capacity('cpu')) * 1000
    await on.createPod('bulky', asking({ cpu: '1000', memory: '1000Ti' }))
    const bulky = await status('bulky')
    const message = new RegExp(
      `^Node didn't have enough resource: cpu, requested: 1000000, used: \\d+, capacity: ${cpus}$`,
    )
    expect(bulky).toEqual({
      observedGeneration: 1,
      phase: 'Failed',
      reason: 'OutOfcpu',
      message: expect.stringMatching(/^Pod was rejected: /),
      startTime: expect.stringMatching(/Z$/),
      qosClass: 'Burstable',
    })
    expect(bulky?.message?.replace('Pod was rejected: ', '')).toMatch(message)
    await eventually(async () =>
      expect(await events('bulky')).toContainEqual(
        expect.stringMatching(/^Warning OutOfcpu Node didn't have enough resource: cpu/),
      ),
    )
    expect(await on.run('get pod bulky --no-headers')).toMatch(/^bulky +0\/1 +OutOfcpu +0 /)
    expect(await on.run('describe pod bulky')).toMatch(
      /^Reason: +OutOfcpu\nMessage: +Pod was rejected/m,
    )
    await on.createPod('greedy', asking({ memory: '1000Ti' }))
    expect((await status('greedy'))?.reason).toBe('OutOfmemory')
  })

  test('has room again once another has gone', async () => {
    const most = `${Number(await capacity('cpu')) * 600}m`
    await on.createPod('most', asking({ cpu: most }))
    expect(await status('most')).toMatchObject({ phase: 'Running' })
    await on.createPod('late', asking({ cpu: most }))
    expect((await status('late'))?.reason).toBe('OutOfcpu')
    await on.run('delete pod most')
    await on.createPod('next', asking({ cpu: most }))
    expect((await status('next'))?.phase).toBe('Running')
    await on.run('delete pod late next bulky')
  })

  test('gets the room of a less important one when it is critical', async () => {
    const most = `${Number(await capacity('cpu')) * 600}m`
    await on.createPod('lesser', asking({ cpu: most }))
    expect(await status('lesser')).toMatchObject({ phase: 'Running' })
    await on.createPod('critical', pod => {
      asking({ cpu: most })(pod)
      pod.spec.priorityClassName = 'system-node-critical'
    })
    expect((await status('critical'))?.phase).toBe('Running')
    const { status: lost } = await on.getPod('lesser')
    const message = 'Preempted in order to admit critical pod'
    expect(lost).toMatchObject({ phase: 'Failed', reason: 'Preempting', message })
    expect(lost?.conditions).toContainEqual(
      expect.objectContaining({
        type: 'DisruptionTarget',
        status: 'True',
        reason: 'TerminationByKubelet',
        message: 'Pod was preempted by Kubelet to accommodate a critical pod.',
      }),
    )
    await eventually(async () =>
      expect(await events('lesser')).toContain(`Warning Preempting ${message}`),
    )
    await on.run('delete pod lesser critical')
  })

  test('is rejected when it wants another node, or a port that is taken', async () => {
    await on.createPod('elsewhere', ({ spec }) =>
      Object.assign(spec ?? {}, { nodeSelector: { disk: 'ssd' } }),
    )
    expect(await status('elsewhere')).toMatchObject({
      reason: 'NodeAffinity',
      message:
        "Pod was rejected: Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
    })
    const withPort = ({ spec }: Pod) =>
      Object.assign(spec?.containers[0] ?? {}, { ports: [{ containerPort: 80, hostPort: 34_567 }] })
    await on.createPod('first', withPort)
    expect((await status('first'))?.phase).toBe('Running')
    await on.createPod('second', withPort)
    expect(await status('second')).toMatchObject({
      reason: 'NodePorts',
      message:
        "Pod was rejected: Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports",
    })
    await on.run('delete pod first second')
  })

  test('is rejected, whoever bound it, with sysctls that are not safe and for another system', async () => {
    await on.createPod('kernel', ({ spec }) =>
      Object.assign(spec ?? {}, {
        securityContext: { sysctls: [{ name: 'kernel.msgmax', value: '65536' }] },
      }),
    )
    expect(await status('kernel')).toMatchObject({
      reason: 'SysctlForbidden',
      message: 'Pod was rejected: forbidden sysctl: "kernel.msgmax" not allowlisted',
    })
    await on.createPod('windows', ({ spec }) =>
      Object.assign(spec ?? {}, { os: { name: 'windows' } }),
    )
    expect(await status('windows')).toMatchObject({
      reason: 'PodOSNotSupported',
      message: "Pod was rejected: Failed to admit pod as the OS field doesn't match node OS",
    })
    await on.createPod('safe', ({ spec }) =>
      Object.assign(spec ?? {}, {
        securityContext: { sysctls: [{ name: 'net.ipv4.tcp_syncookies', value: '1' }] },
      }),
    )
    expect((await status('safe'))?.phase).toBe('Running')
  })

  test('is not judged again when the kubelet comes back', async () => {
    await on.run('label node test-node disk=ssd')
    await on.createPod('settled', ({ spec }) =>
      Object.assign(spec ?? {}, { nodeSelector: { disk: 'ssd' } }),
    )
    expect((await status('settled'))?.phase).toBe('Running')
    await on.stopNode()
    await on.run('label node test-node disk-')
    await on.startNode()
    await on.createPod('next-to-it')
    expect((await status('next-to-it'))?.phase).toBe('Running')
    expect((await on.getPod('settled')).status?.phase).toBe('Running')
  })
})
