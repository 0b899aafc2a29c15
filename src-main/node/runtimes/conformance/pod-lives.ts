import { expect } from 'vitest'
import type { RuntimeEvent } from '../container-runtime.ts'
import { containerConfig, sandboxConfig } from './pod-configs.ts'
import { type DefineTest, never, type TestedRuntime } from './tested-runtime.ts'

/** The first process of a container does not hear of signals that it has not asked for; TERM is bit 14. */
const untilTermIsCaught =
  'until grep -q "^SigCgt:.*[4-7c-f]...$" /proc/1/status; do sleep 0.05; done'

/** How pods and containers begin and end, and what is told of them. */
export function podLives(it: DefineTest, on: TestedRuntime): void {
  it('runs a sandbox with an address of its own and lists it by pod', async () => {
    const pod = sandboxConfig({ attempt: 2 })
    const id = await on.runtime.runPodSandbox(pod, never)
    const other = await on.runtime.runPodSandbox(sandboxConfig(), never)
    const [sandbox, ...rest] = await on.runtime.listPodSandboxes({ podUid: pod.uid })
    expect(rest).toEqual([])
    expect(sandbox).toMatchObject({
      id,
      state: 'ready',
      config: { name: pod.name, namespace: 'default', uid: pod.uid, attempt: 2 },
    })
    const all = await on.runtime.listPodSandboxes()
    const ips = all.filter(one => [id, other].includes(one.id)).flatMap(one => one.ips)
    expect(new Set(ips).size).toBe(2)
  })

  it('stops and removes a sandbox, each twice, and forgets its containers', async () => {
    const { sandbox, container, pod } = await on.startPod()
    await on.runtime.stopPodSandbox(sandbox)
    await on.runtime.stopPodSandbox(sandbox)
    const [stopped] = await on.runtime.listPodSandboxes({ podUid: pod.uid })
    expect(stopped?.state).toBe('notready')
    expect((await on.runtime.inspectContainer(container))?.state).toBe('exited')
    await on.runtime.removePodSandbox(sandbox)
    await on.runtime.removePodSandbox(sandbox)
    await on.runtime.removePodVolumes(pod.uid)
    expect(await on.runtime.listPodSandboxes({ podUid: pod.uid })).toEqual([])
    expect(await on.runtime.listContainers({ podUid: pod.uid })).toEqual([])
  })

  it('shows a container created, running and ended', async () => {
    const pod = sandboxConfig()
    const sandbox = await on.runtime.runPodSandbox(pod, never)
    const config = containerConfig(pod, { image: on.shellImage, attempt: 3 })
    const id = await on.runtime.createContainer(sandbox, config, never)
    const created = await on.runtime.inspectContainer(id)
    expect(created).toMatchObject({
      state: 'created',
      sandboxId: sandbox,
      podUid: pod.uid,
      name: 'app',
      attempt: 3,
      image: on.shellImage,
      startedAt: undefined,
    })
    await on.runtime.startContainer(id, never)
    const running = await on.runtime.inspectContainer(id)
    expect(running).toMatchObject({
      state: 'running',
      exitCode: undefined,
      finishedAt: undefined,
    })
    expect(running?.startedAt).toBeGreaterThanOrEqual(created?.createdAt ?? 0)
    await on.run(id, untilTermIsCaught)
    await on.runtime.stopContainer(id, 2)
    const ended = await on.runtime.inspectContainer(id)
    expect(ended).toMatchObject({ state: 'exited', exitCode: 0, reason: 'Completed' })
    expect(ended?.finishedAt).toBeGreaterThanOrEqual(running?.startedAt ?? 0)
    await on.runtime.stopContainer(id, 2)
    await on.runtime.removeContainer(id)
    await on.runtime.removeContainer(id)
    expect(await on.runtime.inspectContainer(id)).toBeUndefined()
  })

  it('lists the newest attempt of a container first', async () => {
    const { sandbox, container, pod } = await on.startPod()
    await on.runtime.stopContainer(container, 0)
    const next = await on.startContainer(sandbox, pod, { attempt: 1 })
    const listed = await on.runtime.listContainers({ podUid: pod.uid })
    expect(listed.map(({ id, attempt, state }) => [id, attempt, state])).toEqual([
      [next, 1, 'running'],
      [container, 0, 'exited'],
    ])
  })

  it('tells of what happens to a pod', async () => {
    const seen: RuntimeEvent[] = []
    const abort = new AbortController()
    const following = (async () => {
      for await (const event of on.runtime.events(abort.signal)) seen.push(event)
    })()
    await new Promise(resolve => setTimeout(() => resolve(undefined), 300))
    const { container, pod } = await on.startPod()
    await on.runtime.stopContainer(container, 0)
    await new Promise(resolve => setTimeout(() => resolve(undefined), 300))
    abort.abort()
    await following
    const own = seen.flatMap(event =>
      event.type !== 'resync' && event.podUid === pod.uid ? [`${event.type} ${event.action}`] : [],
    )
    expect(own).toEqual(
      expect.arrayContaining(['sandbox start', 'container start', 'container die']),
    )
  })

  it('reports how a container ended by itself', async () => {
    const { container } = await on.startPod(undefined, { command: ['sh', '-c', 'exit 7'] })
    const ended = await on.untilContainer(container, one => one.state === 'exited')
    expect(ended).toMatchObject({ exitCode: 7, reason: 'Error' })
  })

  it('kills what ignores TERM once the grace period is over', async () => {
    const { container } = await on.startPod(undefined, {
      command: ['sh', '-c', 'trap "" TERM; while :; do sleep 1; done'],
    })
    const began = performance.now()
    await on.runtime.stopContainer(container, 1)
    expect(performance.now() - began).toBeGreaterThan(900)
    expect(await on.runtime.inspectContainer(container)).toMatchObject({
      state: 'exited',
      exitCode: 137,
    })
  })

  it('says why a container can not be started', async () => {
    const pod = sandboxConfig()
    const sandbox = await on.runtime.runPodSandbox(pod, never)
    const config = containerConfig(pod, { image: on.shellImage, command: ['/no/such'] })
    const id = await on.runtime.createContainer(sandbox, config, never)
    await expect(on.runtime.startContainer(id, never)).rejects.toThrow(/no such file/)
    expect(await on.runtime.inspectContainer(id)).toMatchObject({
      state: 'exited',
      reason: 'StartError',
    })
  })

  it('reads what running containers use', async () => {
    const { container, pod } = await on.startPod()
    const sample = (await on.runtime.stats()).find(({ id }) => id === container)
    expect(sample).toMatchObject({ podUid: pod.uid, name: 'app' })
    expect(sample?.cpuNanoseconds).toBeGreaterThanOrEqual(0)
    expect(sample?.memoryWorkingSetBytes).toBeGreaterThan(0)
  })
}
