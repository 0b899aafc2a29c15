import { expect } from 'vitest'
import { sandboxConfig } from './pod-configs.ts'
import type { DefineTest, TestedRuntime } from './tested-runtime.ts'

const mebibyte = 2 ** 20

const grant = (times: number) => ({
  cpuShares: 102 * times,
  cpuQuota: 20_000 * times,
  cpuPeriod: 100_000,
  memoryLimitBytes: 64 * mebibyte * times,
})

/** Prints the quota of CPU and the bytes of memory that the kernel allows, by either version of control groups. */
export const readLimits = `cd /sys/fs/cgroup
if [ -e memory.max ]; then cut -d ' ' -f 1 cpu.max; cat memory.max
else cat cpu/cpu.cfs_quota_us memory/memory.limit_in_bytes; fi`

/** What a container is started with, and what it is allowed. */
export function podSettings(it: DefineTest, on: TestedRuntime): void {
  it('passes command, arguments, environment and working directory', async () => {
    const { container } = await on.startPod(undefined, {
      command: ['sh', '-c', 'echo "$1 $NAME $(pwd)"', 'name'],
      args: ['first'],
      env: [{ name: 'NAME', value: 'a value = with "quotes"' }],
      workingDir: '/tmp',
    })
    await on.untilContainer(container, one => one.state === 'exited')
    expect(await on.logsOf(container)).toBe('first a value = with "quotes" /tmp\n')
  })

  it('shares network, host names and resolv.conf within a pod', async () => {
    const full = 'shared-name.web.default.svc.cluster.local'
    const hostNames = [full, 'shared-name']
    const pod = sandboxConfig({ hostname: 'shared-name', hostNames })
    const { sandbox, container } = await on.startPod(pod)
    const second = await on.startContainer(sandbox, pod, { name: 'second' })
    const script =
      'hostname; cat /etc/resolv.conf /etc/hosts; ip -4 -o addr show eth0 || ifconfig eth0'
    const [[first], [other]] = await Promise.all([
      on.run(container, script),
      on.run(second, script),
    ])
    expect(first).toBe(other)
    expect(first).toContain('shared-name\n')
    expect(first).toContain(
      'nameserver 10.96.0.10\nsearch default.svc.cluster.local\noptions ndots:5',
    )
    const [listed] = await on.runtime.listPodSandboxes({ podUid: pod.uid })
    expect(first).toContain(`${listed?.ips[0]} ${full} shared-name\n`)
    expect(first).toMatch(/^127\.0\.0\.1\s+localhost$/m)
  })

  it('applies user, groups, capabilities and a read-only root', async () => {
    const { container } = await on.startPod(undefined, {
      security: {
        runAsUser: 1234,
        runAsGroup: 2345,
        supplementalGroups: [3456],
        readOnlyRootFilesystem: true,
        allowPrivilegeEscalation: false,
        dropCapabilities: ['ALL'],
      },
    })
    const script = 'id -u; id -g; id -G; touch /x; grep -E "CapBnd|NoNewPrivs" /proc/self/status'
    const [out, err] = await on.run(container, script)
    expect(out).toMatch(/^1234\n2345\n2345 3456\n/)
    expect(out).toMatch(/CapBnd:\s+0000000000000000\nNoNewPrivs:\s+1/)
    expect(err).toContain('Read-only file system')
  })

  it('grants a running container more or less, without a restart', async () => {
    const { container } = await on.startPod(undefined, { resources: grant(1) })
    const before = await on.untilContainer(container, one => one.state === 'running')
    expect(before.resources).toMatchObject(grant(1))
    await on.runtime.updateContainer(container, grant(2))
    expect(await on.runtime.inspectContainer(container)).toEqual({ ...before, resources: grant(2) })
    await on.runtime.updateContainer(container, { memoryLimitBytes: 48 * mebibyte })
    const [listed] = await on.runtime.listContainers({ podUid: before.podUid })
    expect(listed?.resources).toEqual({ ...grant(2), memoryLimitBytes: 48 * mebibyte })
    expect(listed?.startedAt).toBe(before.startedAt)
  })

  it('has the kernel keep to what a running container is granted', async () => {
    const { container } = await on.startPod(undefined, { resources: grant(1) })
    const kept = async () => (await on.run(container, readLimits))[0].trim().split(/\s+/)
    expect(await kept()).toEqual(['20000', String(64 * mebibyte)])
    await on.runtime.updateContainer(container, grant(2))
    expect(await kept()).toEqual(['40000', String(128 * mebibyte)])
  })

  it('limits memory and says when a container was killed for it', async () => {
    const { container } = await on.startPod(undefined, {
      command: [
        'sh',
        '-c',
        'sleep 1; x=$(head -c 64000000 /dev/zero | tr "\\0" x); echo "$x" | wc -c',
      ],
      resources: { memoryLimitBytes: 16 * 2 ** 20 },
    })
    // Docker may hear of the end before it hears of its reason.
    const ended = await on.untilContainer(container, one => one.reason === 'OOMKilled')
    expect(ended.state).toBe('exited')
  })
}
