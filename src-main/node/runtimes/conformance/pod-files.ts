import { expect } from 'vitest'
import type { VolumeFile } from '../container-runtime.ts'
import { sandboxConfig } from './pod-configs.ts'
import type { DefineTest, TestedRuntime } from './tested-runtime.ts'

/** Volumes, the files in them, and termination messages. */
export function podFiles(it: DefineTest, on: TestedRuntime): void {
  it('keeps a volume for all containers of a pod and swaps its files in one step', async () => {
    const pod = sandboxConfig({
      volumes: [
        { name: 'config', medium: 'disk', mode: 0o755 },
        { name: 'scratch', medium: 'memory', mode: 0o777, sizeLimitBytes: 1 << 20 },
      ],
    })
    const { sandbox } = await on.startPod(pod)
    await on.runtime.writeVolume(sandbox, 'config', [
      file('a', '1'),
      file('old', 'x'),
      file('dir/b', '2'),
    ])
    const reader = await on.startContainer(sandbox, pod, {
      name: 'reader',
      mounts: [
        { source: { volume: 'config' }, containerPath: '/config', readOnly: true },
        { source: { volume: 'config', subPath: 'a' }, containerPath: '/only-a', readOnly: true },
        { source: { volume: 'scratch' }, containerPath: '/scratch', readOnly: false },
      ],
    })
    const run = async (script: string) => (await on.run(reader, script)).join('')
    expect(await run('cd /config; cat a dir/b /only-a; readlink a; ls')).toBe(
      '121..data/a\na\ndir\nold\n',
    )
    await on.runtime.writeVolume(sandbox, 'config', [file('a', '3', 0o600), file('dir/b', '4')])
    expect(
      await run('cd /config; cat a dir/b; ls; ls -A | grep -c "^\\.\\.2"; stat -Lc %a a'),
    ).toBe('34a\ndir\n1\n600\n')
    const before = (await on.runtime.volumeBytes(sandbox, ['config'])).get('config') ?? NaN
    await on.runtime.writeVolume(sandbox, 'config', [file('a', 'x'.repeat(100_000), 0o600)])
    const after = await on.runtime.volumeBytes(sandbox, ['scratch', 'config'])
    expect(after.get('config')).toBeGreaterThanOrEqual(before + 90_000)
    expect(after.get('config')).toBeLessThan(before + 200_000)
    expect(after.get('scratch')).toBeLessThan(90_000)
    const unwritten = await on.runtime.writtenBytes(reader)
    await run('head -c 300000 /dev/zero > /written')
    expect(await on.runtime.writtenBytes(reader)).toBeGreaterThanOrEqual(unwritten + 300_000)
    expect(await on.runtime.writtenBytes(reader)).toBeLessThan(unwritten + 1_000_000)
    expect(await run('touch /config/x')).toMatch(/Read-only/)
    expect(await run('echo hi > /scratch/f && cat /scratch/f; stat -c %a /scratch')).toBe(
      'hi\n777\n',
    )
  })

  it('starts a pod whose volumes hold their files already, also those with long names', async () => {
    const long = `${'long-'.repeat(30)}name`
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
    const { sandbox } = await on.startPod(pod)
    const volumes = ['config', 'secret', 'long']
    const reader = await on.startContainer(sandbox, pod, {
      name: 'reader',
      mounts: volumes.map(volume => ({
        source: { volume },
        containerPath: `/${volume}`,
        readOnly: true,
      })),
    })
    const run = async (script: string) => (await on.run(reader, script)).join('')
    expect(await run(`cat /config/a /config/dir/b /long/${long}; readlink /config/a`)).toBe(
      '123..data/a\n',
    )
    expect(await run('stat -Lc "%a %g %s" /secret/key; stat -Lc %a /config/dir/b')).toBe(
      '440 2000 100000\n600\n',
    )
    await on.runtime.writeVolume(sandbox, 'config', [file('a', '4', 0o644)])
    expect(await run('cat /config/a; ls /config; ls -A /config | grep -c "^\\.\\.2"')).toBe(
      '4a\n1\n',
    )
  })

  it('reads the message that a container leaves when it ends', async () => {
    const { container } = await on.startPod(undefined, {
      command: ['sh', '-c', 'printf "why it ended" > /dev/termination-log; exit 1'],
    })
    await on.untilContainer(container, one => one.state === 'exited')
    expect(await on.runtime.readTerminationMessage(container, '/dev/termination-log', 4096)).toBe(
      'why it ended',
    )
    expect(await on.runtime.readTerminationMessage(container, '/dev/termination-log', 5)).toBe(
      'ended',
    )
  })
}

const file = (path: string, content: string, mode = 0o644, gid?: number): VolumeFile => ({
  path,
  content: Buffer.from(content),
  mode,
  ...(gid === undefined ? {} : { gid }),
})
