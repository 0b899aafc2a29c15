import { expect } from 'vitest'
import { type DefineTest, never, type TestedRuntime, textOf } from './tested-runtime.ts'

/** Bytes that come from containers and go to them: logs, commands, terminals, ports. */
export function podStreams(it: DefineTest, on: TestedRuntime): void {
  it('reads logs, the last lines of them, and follows them to the end', async () => {
    const { container } = await on.startPod(undefined, {
      command: ['sh', '-c', 'echo one; echo two >&2; sleep 1; echo three'],
    })
    const followed: string[] = []
    const request = { follow: true, timestamps: false }
    for await (const { stream, bytes } of on.runtime.logs(container, request, never))
      followed.push(`${stream}: ${Buffer.from(bytes).toString()}`)
    expect(followed.join('').match(/std(out|err): /g)?.length).toBe(3)
    expect(followed.join('')).toContain('stderr: two\n')
    const last = await on.logsOf(container, { timestamps: true, tailLines: 1 })
    expect(last).toMatch(/^\d{4}-\d\d-\d\dT\S+Z three\n$/)
  })

  it('runs commands in a container: output, errors, exit code, input', async () => {
    const { container } = await on.startPod()
    const failing = await on.runtime.exec(
      container,
      { command: ['sh', '-c', 'echo out; echo err >&2; exit 3'], stdin: false, tty: false },
      never,
    )
    expect(await Promise.all([textOf(failing.stdout), textOf(failing.stderr)])).toEqual([
      'out\n',
      'err\n',
    ])
    expect(await failing.exit).toBe(3)
    const counting = await on.runtime.exec(
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
    const { container } = await on.startPod()
    const session = await on.runtime.exec(
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
    const { container } = await on.startPod(undefined, {
      command: ['sh', '-c', 'read line; echo "got $line"; exit 4'],
      stdin: true,
    })
    const session = await on.runtime.attach(container, { stdin: true, tty: false }, never)
    await session.stdin?.write(Buffer.from('it\n'))
    expect(await textOf(session.stdout)).toBe('got it\n')
    expect(await session.exit).toBe(4)
  })

  it('reaches ports of a pod, also those on its loopback address alone', async () => {
    const serve = (where: string) => [
      'sh',
      '-c',
      `echo hello > /tmp/index.html; exec httpd -f -p ${where} -h /tmp`,
    ]
    for (const where of ['8080', '127.0.0.1:8080']) {
      const { sandbox } = await on.startPod(undefined, { command: serve(where) })
      await new Promise(resolve => setTimeout(() => resolve(undefined), 500))
      const stream = await on.runtime.portForward(sandbox, 8080, never)
      await stream.write(Buffer.from('GET /index.html HTTP/1.0\r\n\r\n'))
      expect(await textOf(stream.readable)).toMatch(/^HTTP\/1\.. 200 OK[\s\S]*hello\n$/)
      stream.close()
    }
    const [sandbox] = await on.runtime.listPodSandboxes()
    await expect(on.runtime.dial(sandbox?.ips[0] ?? '', 9, never)).rejects.toThrow(
      /^dial tcp [\d.]+:9: connect: connection refused$/,
    )
  })
}
