import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type {
  ContainerConfig,
  ContainerRuntime,
  PodSandboxConfig,
  RuntimeContainer,
  RuntimeEvent,
} from './container-runtime.ts'
import { runtimeLabels } from './container-runtime.ts'

export interface ConformanceSubject {
  runtime: ContainerRuntime
  /** An image with a shell and the usual tools, present on the engine. */
  shellImage: string
  /** An image that nobody has. */
  absentImage: string
}

export interface ConformanceOptions {
  /** What the driver can't do, with the reason. */
  skip?: { test: string; reason: string }[]
}

const never = new AbortController().signal
let serial = 0

/** A pod's sandbox as the kubelet asks for it. */
export function sandboxConfig(change: Partial<PodSandboxConfig> = {}): PodSandboxConfig {
  serial++
  const uid = change.uid ?? crypto.randomUUID()
  const name = change.name ?? `pod-${serial}`
  return {
    name,
    namespace: 'default',
    uid,
    attempt: 0,
    hostname: name,
    hostNetwork: false,
    hostPID: false,
    hostIPC: false,
    dns: {
      nameservers: ['10.96.0.10'],
      searches: ['default.svc.cluster.local'],
      options: ['ndots:5'],
    },
    hostAliases: [],
    portMappings: [],
    sysctls: {},
    labels: {},
    annotations: {},
    volumes: [],
    files: new Map(),
    containerNames: [],
    ...change,
  }
}

/** A container as the kubelet asks for it. */
export function containerConfig(
  pod: PodSandboxConfig,
  change: Partial<ContainerConfig> & { image: string },
): ContainerConfig {
  const name = change.name ?? 'app'
  return {
    name,
    attempt: 0,
    command: undefined,
    args: undefined,
    workingDir: undefined,
    env: [],
    mounts: [],
    labels: {
      [runtimeLabels.podName]: pod.name,
      [runtimeLabels.podNamespace]: pod.namespace,
      [runtimeLabels.podUid]: pod.uid,
      [runtimeLabels.containerName]: name,
    },
    annotations: {},
    processes: 'container',
    stdin: false,
    stdinOnce: false,
    tty: false,
    resources: {},
    security: {},
    terminationMessagePath: '/dev/termination-log',
    ...change,
  }
}

/** All of a stream as text. */
export async function textOf(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

/** Waits until a container is as `check` wants it. */
export async function untilContainer(
  runtime: ContainerRuntime,
  id: string,
  check: (container: RuntimeContainer) => boolean,
): Promise<RuntimeContainer> {
  const deadline = performance.now() + 15_000
  for (;;) {
    const container = await runtime.inspectContainer(id)
    if (container && check(container)) return container
    if (performance.now() > deadline)
      throw new Error(`container stays ${JSON.stringify(container)}`)
    await new Promise(resolve => setTimeout(() => resolve(undefined), 50))
  }
}

/** What every container runtime must do. `open` gives an engine that may hold other pods; each test keeps to pods of its own. */
export function containerRuntimeConformance(
  name: string,
  open: () => Promise<ConformanceSubject>,
  { skip = [] }: ConformanceOptions = {},
): void {
  describe(`a container runtime: ${name}`, () => {
    let subject: ConformanceSubject
    let runtime: ContainerRuntime
    beforeAll(async () => {
      subject = await open()
      runtime = subject.runtime
    })
    afterAll(async () => {
      await runtime?.cleanup({ volumes: true })
      await runtime?.[Symbol.asyncDispose]()
    })

    const it = (title: string, run: () => Promise<void>) => {
      const skipped = skip.find(one => one.test === title)
      if (skipped) test.skip(`${title} (skipped: ${skipped.reason})`, () => {})
      else test(title, run)
    }

    const startPod = async (
      pod = sandboxConfig(),
      change: Partial<ContainerConfig> = {},
    ): Promise<{ sandbox: string; container: string; pod: PodSandboxConfig }> => {
      const sandbox = await runtime.runPodSandbox(pod, never)
      const config = containerConfig(pod, { image: subject.shellImage, ...change })
      const container = await runtime.createContainer(sandbox, config, never)
      await runtime.startContainer(container, never)
      return { sandbox, container, pod }
    }

    it('answers and names itself', async () => {
      expect(await runtime.status()).toMatchObject({ ready: true })
      expect((await runtime.version()).version).toMatch(/^\d/)
      const machine = await runtime.machine()
      expect(machine.cpus).toBeGreaterThan(0)
      expect(machine.memoryBytes).toBeGreaterThan(0)
      expect(machine.architecture).toMatch(/^(amd64|arm64)$/)
    })

    it('runs a sandbox with an address of its own and lists it by pod', async () => {
      const pod = sandboxConfig({ attempt: 2 })
      const id = await runtime.runPodSandbox(pod, never)
      const other = await runtime.runPodSandbox(sandboxConfig(), never)
      const [sandbox, ...rest] = await runtime.listPodSandboxes({ podUid: pod.uid })
      expect(rest).toEqual([])
      expect(sandbox).toMatchObject({
        id,
        state: 'ready',
        config: { name: pod.name, namespace: 'default', uid: pod.uid, attempt: 2 },
      })
      const all = await runtime.listPodSandboxes()
      const ips = all.filter(one => [id, other].includes(one.id)).flatMap(one => one.ips)
      expect(new Set(ips).size).toBe(2)
    })

    it('stops and removes a sandbox, each twice, and forgets its containers', async () => {
      const { sandbox, container, pod } = await startPod()
      await runtime.stopPodSandbox(sandbox)
      await runtime.stopPodSandbox(sandbox)
      const [stopped] = await runtime.listPodSandboxes({ podUid: pod.uid })
      expect(stopped?.state).toBe('notready')
      expect((await runtime.inspectContainer(container))?.state).toBe('exited')
      await runtime.removePodSandbox(sandbox)
      await runtime.removePodSandbox(sandbox)
      await runtime.removePodVolumes(pod.uid)
      expect(await runtime.listPodSandboxes({ podUid: pod.uid })).toEqual([])
      expect(await runtime.listContainers({ podUid: pod.uid })).toEqual([])
    })

    it('shows a container created, running and ended', async () => {
      const pod = sandboxConfig()
      const sandbox = await runtime.runPodSandbox(pod, never)
      const config = containerConfig(pod, { image: subject.shellImage, attempt: 3 })
      const id = await runtime.createContainer(sandbox, config, never)
      const created = await runtime.inspectContainer(id)
      expect(created).toMatchObject({
        state: 'created',
        sandboxId: sandbox,
        podUid: pod.uid,
        name: 'app',
        attempt: 3,
        image: subject.shellImage,
        startedAt: undefined,
      })
      await runtime.startContainer(id, never)
      const running = await runtime.inspectContainer(id)
      expect(running).toMatchObject({
        state: 'running',
        exitCode: undefined,
        finishedAt: undefined,
      })
      expect(running?.startedAt).toBeGreaterThanOrEqual(created?.createdAt ?? 0)
      await runtime.stopContainer(id, 2)
      const ended = await runtime.inspectContainer(id)
      expect(ended).toMatchObject({ state: 'exited', exitCode: 0, reason: 'Completed' })
      expect(ended?.finishedAt).toBeGreaterThanOrEqual(running?.startedAt ?? 0)
      await runtime.stopContainer(id, 2)
      await runtime.removeContainer(id)
      await runtime.removeContainer(id)
      expect(await runtime.inspectContainer(id)).toBeUndefined()
    })

    it('lists the newest attempt of a container first', async () => {
      const { sandbox, container, pod } = await startPod()
      await runtime.stopContainer(container, 0)
      const config = containerConfig(pod, { image: subject.shellImage, attempt: 1 })
      const next = await runtime.createContainer(sandbox, config, never)
      await runtime.startContainer(next, never)
      const listed = await runtime.listContainers({ podUid: pod.uid })
      expect(listed.map(({ id, attempt, state }) => [id, attempt, state])).toEqual([
        [next, 1, 'running'],
        [container, 0, 'exited'],
      ])
    })

    it('tells of what happens to a pod', async () => {
      const seen: RuntimeEvent[] = []
      const abort = new AbortController()
      const following = (async () => {
        for await (const event of runtime.events(abort.signal)) seen.push(event)
      })()
      await new Promise(resolve => setTimeout(() => resolve(undefined), 300))
      const { container, pod } = await startPod()
      await runtime.stopContainer(container, 0)
      await new Promise(resolve => setTimeout(() => resolve(undefined), 300))
      abort.abort()
      await following
      const own = seen.flatMap(event =>
        event.type !== 'resync' && event.podUid === pod.uid
          ? [`${event.type} ${event.action}`]
          : [],
      )
      expect(own).toEqual(
        expect.arrayContaining(['sandbox start', 'container start', 'container die']),
      )
    })

    it('finds images that are there and says of others that they are not', async () => {
      const image = await runtime.findImage(subject.shellImage)
      expect(image?.id).toMatch(/^sha256:[0-9a-f]{64}$/)
      expect(await runtime.findImage(subject.absentImage)).toBeUndefined()
      await expect(runtime.pullImage(subject.absentImage, undefined, never)).rejects.toThrow(/./)
    })

    it('reads logs, the last lines of them, and follows them to the end', async () => {
      const { container } = await startPod(undefined, {
        command: ['sh', '-c', 'echo one; echo two >&2; sleep 1; echo three'],
      })
      const followed: string[] = []
      const request = { follow: true, timestamps: false }
      for await (const { stream, bytes } of runtime.logs(container, request, never))
        followed.push(`${stream}: ${Buffer.from(bytes).toString()}`)
      expect(followed.join('').match(/std(out|err): /g)?.length).toBe(3)
      expect(followed.join('')).toContain('stderr: two\n')
      const last: string[] = []
      for await (const { bytes } of runtime.logs(
        container,
        { follow: false, timestamps: true, tailLines: 1 },
        never,
      ))
        last.push(Buffer.from(bytes).toString())
      expect(last.join('')).toMatch(/^\d{4}-\d\d-\d\dT\S+Z three\n$/)
    })

    it('reports how a container ended by itself', async () => {
      const { container } = await startPod(undefined, { command: ['sh', '-c', 'exit 7'] })
      const ended = await untilContainer(runtime, container, one => one.state === 'exited')
      expect(ended).toMatchObject({ exitCode: 7, reason: 'Error' })
    })

    it('kills what ignores TERM once the grace period is over', async () => {
      const { container } = await startPod(undefined, {
        command: ['sh', '-c', 'trap "" TERM; while :; do sleep 1; done'],
      })
      const began = performance.now()
      await runtime.stopContainer(container, 1)
      expect(performance.now() - began).toBeGreaterThan(900)
      expect(await runtime.inspectContainer(container)).toMatchObject({
        state: 'exited',
        exitCode: 137,
      })
    })

    it('says why a container can not be started', async () => {
      const pod = sandboxConfig()
      const sandbox = await runtime.runPodSandbox(pod, never)
      const config = containerConfig(pod, { image: subject.shellImage, command: ['/no/such'] })
      const id = await runtime.createContainer(sandbox, config, never)
      await expect(runtime.startContainer(id, never)).rejects.toThrow(/no such file/)
      expect(await runtime.inspectContainer(id)).toMatchObject({
        state: 'exited',
        reason: 'StartError',
      })
    })

    it('runs commands in a container: output, errors, exit code, input', async () => {
      const { container } = await startPod()
      const failing = await runtime.exec(
        container,
        { command: ['sh', '-c', 'echo out; echo err >&2; exit 3'], stdin: false, tty: false },
        never,
      )
      expect(await Promise.all([textOf(failing.stdout), textOf(failing.stderr)])).toEqual([
        'out\n',
        'err\n',
      ])
      expect(await failing.exit).toBe(3)
      const counting = await runtime.exec(
        container,
        { command: ['wc', '-c'], stdin: true, tty: false },
        never,
      )
      await counting.stdin?.write(Buffer.from('hello'))
      counting.stdin?.end()
      expect((await textOf(counting.stdout)).trim()).toBe('5')
      expect(await counting.exit).toBe(0)
    })

    it('gives a command a terminal of the size it is told', async () => {
      const { container } = await startPod()
      const session = await runtime.exec(
        container,
        { command: ['sh', '-c', 'read go; stty size'], stdin: true, tty: true },
        never,
      )
      await session.resize(101, 37)
      await session.stdin?.write(Buffer.from('go\n'))
      expect(await textOf(session.stdout)).toContain('37 101')
      expect(await session.exit).toBe(0)
    })

    it('attaches to a running container', async () => {
      const { container } = await startPod(undefined, {
        command: ['sh', '-c', 'read line; echo "got $line"; exit 4'],
        stdin: true,
      })
      const session = await runtime.attach(container, { stdin: true, tty: false }, never)
      await session.stdin?.write(Buffer.from('it\n'))
      expect(await textOf(session.stdout)).toBe('got it\n')
      expect(await session.exit).toBe(4)
    })

    it('passes command, arguments, environment and working directory', async () => {
      const { container } = await startPod(undefined, {
        command: ['sh', '-c', 'echo "$1 $NAME $(pwd)"', 'name'],
        args: ['first'],
        env: [{ name: 'NAME', value: 'a value = with "quotes"' }],
        workingDir: '/tmp',
      })
      await untilContainer(runtime, container, one => one.state === 'exited')
      const lines: string[] = []
      for await (const { bytes } of runtime.logs(
        container,
        { follow: false, timestamps: false },
        never,
      ))
        lines.push(Buffer.from(bytes).toString())
      expect(lines.join('')).toBe('first a value = with "quotes" /tmp\n')
    })

    it('shares network, host name and resolv.conf within a pod', async () => {
      const pod = sandboxConfig({ hostname: 'shared-name' })
      const { sandbox, container } = await startPod(pod)
      const config = containerConfig(pod, { image: subject.shellImage, name: 'second' })
      const second = await runtime.createContainer(sandbox, config, never)
      await runtime.startContainer(second, never)
      const command = [
        'sh',
        '-c',
        'hostname; cat /etc/resolv.conf; ip -4 -o addr show eth0 || ifconfig eth0',
      ]
      const outputs = await Promise.all(
        [container, second].map(async id => {
          const session = await runtime.exec(id, { command, stdin: false, tty: false }, never)
          return textOf(session.stdout)
        }),
      )
      expect(outputs[0]).toBe(outputs[1])
      expect(outputs[0]).toContain('shared-name\n')
      expect(outputs[0]).toContain(
        'nameserver 10.96.0.10\nsearch default.svc.cluster.local\noptions ndots:5',
      )
      const [listed] = await runtime.listPodSandboxes({ podUid: pod.uid })
      expect(outputs[0]).toContain(listed?.ips[0])
    })

    it('reaches ports of a pod, also those on its loopback address alone', async () => {
      const serve = (where: string) => [
        'sh',
        '-c',
        `echo hello > /tmp/index.html; exec httpd -f -p ${where} -h /tmp`,
      ]
      for (const where of ['8080', '127.0.0.1:8080']) {
        const { sandbox } = await startPod(undefined, { command: serve(where) })
        await new Promise(resolve => setTimeout(() => resolve(undefined), 500))
        const stream = await runtime.portForward(sandbox, 8080, never)
        await stream.write(Buffer.from('GET /index.html HTTP/1.0\r\n\r\n'))
        expect(await textOf(stream.readable)).toMatch(/^HTTP\/1\.. 200 OK[\s\S]*hello\n$/)
        stream.close()
      }
      const [sandbox] = await runtime.listPodSandboxes()
      await expect(runtime.dial(sandbox?.ips[0] ?? '', 9, never)).rejects.toThrow(
        /^dial tcp [\d.]+:9: connect: connection refused$/,
      )
    })

    it('keeps a volume for all containers of a pod and swaps its files in one step', async () => {
      const pod = sandboxConfig({
        volumes: [
          { name: 'config', medium: 'disk', mode: 0o755 },
          { name: 'scratch', medium: 'memory', mode: 0o777, sizeLimitBytes: 1 << 20 },
        ],
      })
      const { sandbox } = await startPod(pod)
      const file = (path: string, content: string, mode = 0o644) => ({
        path,
        content: Buffer.from(content),
        mode,
      })
      await runtime.writeVolume(sandbox, 'config', [
        file('a', '1'),
        file('old', 'x'),
        file('dir/b', '2'),
      ])
      const config = containerConfig(pod, {
        image: subject.shellImage,
        name: 'reader',
        mounts: [
          { source: { volume: 'config' }, containerPath: '/config', readOnly: true },
          { source: { volume: 'config', subPath: 'a' }, containerPath: '/only-a', readOnly: true },
          { source: { volume: 'scratch' }, containerPath: '/scratch', readOnly: false },
        ],
      })
      const reader = await runtime.createContainer(sandbox, config, never)
      await runtime.startContainer(reader, never)
      const run = async (script: string) => {
        const command = ['sh', '-c', script]
        const session = await runtime.exec(reader, { command, stdin: false, tty: false }, never)
        const [out, err] = await Promise.all([textOf(session.stdout), textOf(session.stderr)])
        return out + err
      }
      expect(await run('cd /config; cat a dir/b /only-a; readlink a; ls')).toBe(
        '121..data/a\na\ndir\nold\n',
      )
      await runtime.writeVolume(sandbox, 'config', [file('a', '3', 0o600), file('dir/b', '4')])
      expect(
        await run('cd /config; cat a dir/b; ls; ls -A | grep -c "^\\.\\.2"; stat -Lc %a a'),
      ).toBe('34a\ndir\n1\n600\n')
      expect(await run('touch /config/x')).toMatch(/Read-only/)
      expect(await run('echo hi > /scratch/f && cat /scratch/f; stat -c %a /scratch')).toBe(
        'hi\n777\n',
      )
    })

    it('starts a pod whose volumes hold their files already, also those with long names', async () => {
      const long = `${'long-'.repeat(30)}name`
      const file = (path: string, content: string, mode: number, gid?: number) => ({
        path,
        content: Buffer.from(content),
        mode,
        ...(gid === undefined ? {} : { gid }),
      })
      const pod = sandboxConfig({
        volumes: [
          { name: 'config', medium: 'disk', mode: 0o755 },
          { name: 'secret', medium: 'memory', mode: 0o755 },
          { name: 'long', medium: 'disk', mode: 0o755 },
        ],
        files: new Map([
          ['config', [file('a', '1', 0o644), file('dir/b', '2', 0o600)]],
          ['secret', [file('key', 'x'.repeat(100_000), 0o440, 2000)]],
          ['long', [file(long, '3', 0o644)]],
        ]),
        containerNames: ['reader'],
      })
      const { sandbox } = await startPod(pod)
      const volumes = ['config', 'secret', 'long']
      const config = containerConfig(pod, {
        image: subject.shellImage,
        name: 'reader',
        mounts: volumes.map(volume => ({
          source: { volume },
          containerPath: `/${volume}`,
          readOnly: true,
        })),
      })
      const reader = await runtime.createContainer(sandbox, config, never)
      await runtime.startContainer(reader, never)
      const run = async (script: string) => {
        const command = ['sh', '-c', script]
        const session = await runtime.exec(reader, { command, stdin: false, tty: false }, never)
        const [out, err] = await Promise.all([textOf(session.stdout), textOf(session.stderr)])
        return out + err
      }
      expect(await run(`cat /config/a /config/dir/b /long/${long}; readlink /config/a`)).toBe(
        '123..data/a\n',
      )
      expect(await run('stat -Lc "%a %g %s" /secret/key; stat -Lc %a /config/dir/b')).toBe(
        '440 2000 100000\n600\n',
      )
      await runtime.writeVolume(sandbox, 'config', [file('a', '4', 0o644)])
      expect(await run('cat /config/a; ls /config; ls -A /config | grep -c "^\\.\\.2"')).toBe(
        '4a\n1\n',
      )
    })

    it('reads the message that a container leaves when it ends', async () => {
      const { container } = await startPod(undefined, {
        command: ['sh', '-c', 'printf "why it ended" > /dev/termination-log; exit 1'],
      })
      await untilContainer(runtime, container, one => one.state === 'exited')
      expect(await runtime.readTerminationMessage(container, '/dev/termination-log', 4096)).toBe(
        'why it ended',
      )
      expect(await runtime.readTerminationMessage(container, '/dev/termination-log', 5)).toBe(
        'ended',
      )
    })

    it('applies user, groups, capabilities and a read-only root', async () => {
      const { container } = await startPod(undefined, {
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
      const command = ['sh', '-c', script]
      const session = await runtime.exec(container, { command, stdin: false, tty: false }, never)
      const [out, err] = await Promise.all([textOf(session.stdout), textOf(session.stderr)])
      expect(out).toMatch(/^1234\n2345\n2345 3456\n/)
      expect(out).toMatch(/CapBnd:\s+0000000000000000\nNoNewPrivs:\s+1/)
      expect(err).toContain('Read-only file system')
    })

    it('limits memory and says when a container was killed for it', async () => {
      const { container } = await startPod(undefined, {
        command: [
          'sh',
          '-c',
          'sleep 1; x=$(head -c 64000000 /dev/zero | tr "\\0" x); echo "$x" | wc -c',
        ],
        resources: { memoryLimitBytes: 16 * 2 ** 20 },
      })
      // Docker may hear of the end before it hears of its reason.
      const ended = await untilContainer(runtime, container, one => one.reason === 'OOMKilled')
      expect(ended.state).toBe('exited')
    })

    it('reads what running containers use', async () => {
      const { container, pod } = await startPod()
      const sample = (await runtime.stats()).find(({ id }) => id === container)
      expect(sample).toMatchObject({ podUid: pod.uid, name: 'app' })
      expect(sample?.cpuNanoseconds).toBeGreaterThanOrEqual(0)
      expect(sample?.memoryWorkingSetBytes).toBeGreaterThan(0)
    })

    it('cleans up everything of its cluster', async () => {
      await runtime.cleanup({ volumes: true })
      expect(await runtime.listPodSandboxes()).toEqual([])
      expect(await runtime.listContainers()).toEqual([])
    })
  })
}
