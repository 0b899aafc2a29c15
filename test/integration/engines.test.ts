import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, onTestFailed, onTestFinished, test } from 'vitest'
import { systemClock } from '#base/clock.ts'
import { silentLogger } from '#base/logger.ts'
import { ensureAgentImage } from '#platform/agent-image.ts'
import { findEnginePrograms } from '#platform/engines/engine-programs.ts'
import { resumeEngine, type SelectEngineOptions, selectEngine } from '#platform/engines.ts'
import { isAlive, runChecked, runCommand, signalProcess } from '#platform/processes.ts'
import { eventually } from '../support/eventually.ts'
import { lacksDockerd, titled } from '../support/lanes.ts'
import { processesOn } from '../support/processes.ts'

const lack = await lacksDockerd()
let directory: string

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'engines-'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

const options = (overrides: Partial<SelectEngineOptions> = {}): SelectEngineOptions => ({
  platform: 'linux',
  env: { PATH: process.env['PATH'] },
  home: directory,
  required: false,
  engineDirectory: path.join(directory, 'engine'),
  agentImage: arch => ensureAgentImage({ cacheDir: path.join(directory, 'cache'), arch }),
  clock: systemClock,
  logger: silentLogger,
  signal: new AbortController().signal,
  ...overrides,
})

test('an engine on another machine is refused by name when asked for', async () => {
  const remote = 'tcp://192.0.2.10:2376'
  await expect(selectEngine(options({ explicitSocket: remote }))).rejects.toThrow(remote)
  await expect(
    selectEngine(options({ required: true, env: { DOCKER_HOST: remote } })),
  ).rejects.toThrow(/DOCKER_HOST names the engine tcp:\/\/192.0.2.10:2376 on another machine/)
})

test('a socket that nobody serves is named with the reason', async () => {
  const explicitSocket = path.join(directory, 'no.sock')
  await expect(selectEngine(options({ explicitSocket }))).rejects.toThrow(/no\.sock.*ENOENT/)
})

test.skipIf(lack)(
  titled(
    'a private engine runs containers that outlive it, comes back when killed, and is taken up again',
    lack,
  ),
  async ({ skip }) => {
    const env = { PATH: process.env['PATH'], DOCKER_HOST: 'ssh://build@elsewhere' }
    const { selected, notes } = await selectEngine(options({ env }))
    if (selected?.choice.kind !== 'private') return skip('an engine of the machine is running')
    onTestFinished(() => endAll(path.dirname(selected.socketPath)))
    onTestFinished(async () => selected.engine?.[Symbol.asyncDispose]())
    expect(notes).toEqual([expect.stringContaining('ssh://build@elsewhere')])
    expect(selected.facts.version).toMatch(/^\d+\./)

    const docker = (...args: string[]) =>
      runChecked('docker', ['-H', `unix://${selected.socketPath}`, ...args])
    const [image = ''] = (await docker('images', '-q')).split('\n')
    await docker('run', '-d', '--name', 'outlives', '--network', 'none', image)
    const pid = Number(await docker('inspect', 'outlives', '-f', '{{.State.Pid}}'))
    onTestFailed(() => signalProcess(pid, 'SIGKILL'))

    const engineOf = () => pidOf(selected.socketPath)
    const first = await engineOf()
    signalProcess(first, 'SIGKILL')
    await eventually(async () => {
      expect(await engineOf()).not.toBe(first)
      await docker('ps')
    })
    expect(isAlive(pid)).toBe(true)

    await selected.engine?.[Symbol.asyncDispose]()
    expect(isAlive(await engineOf())).toBe(false)
    expect(isAlive(pid)).toBe(true)

    await using resumed = await (async () => {
      const { engine } = await resumeEngine(selected.choice, options())
      if (!engine) throw new Error('the private engine did not come back')
      return engine
    })()
    expect(resumed.socketPath).toBe(selected.socketPath)
    expect(Number(await docker('inspect', 'outlives', '-f', '{{.State.Pid}}'))).toBe(pid)
    await docker('rm', '-f', 'outlives')
  },
)

test.skipIf(lack)(
  titled('helpers of an engine are found where PATH lacks system folders', lack),
  async () => {
    const PATH = '/usr/bin:/bin'
    const [dockerd] = await findEnginePrograms({ PATH })
    expect(dockerd?.searchPath.split(':')).toEqual([
      ...PATH.split(':'),
      ...['/usr/local/sbin', '/usr/sbin', '/sbin'],
    ])
    expect(dockerd?.command).toMatch(/dockerd$/)
  },
)

test.skipIf(lack)(
  titled('an engine that runs nothing is given up with its reason, and none leaves a mount', lack),
  async ({ skip }) => {
    const own = path.join(directory, 'broken')
    const helpers = path.join(own, 'bin')
    await mkdir(helpers, { recursive: true })
    for (const name of ['runc', 'crun'])
      await writeFile(path.join(helpers, name), '#!/bin/sh\nexit 1\n', { mode: 0o755 })
    const env = { PATH: `${helpers}:${process.env['PATH']}` }
    const engineDirectory = path.join(own, 'engine')
    const { selected, notes } = await selectEngine(options({ env, engineDirectory }))
    if (selected?.choice.kind === 'socket') return skip('an engine of the machine is running')
    await selected?.engine?.[Symbol.asyncDispose]()
    expect(notes[0]).toMatch(/^dockerd, started by us, cannot run containers: /)
    expect(await readFile('/proc/self/mounts', 'utf8')).not.toContain(own)
    expect(await processesOn(own)).toEqual([])
  },
)

/** Removes what containers left that outlived their engine, when the test could not: by now only their shims know them. */
async function endAll(runFolder: string): Promise<void> {
  for (const line of await processesOn(runFolder))
    signalProcess(Number.parseInt(line, 10), 'SIGKILL')
  for (const line of (await readFile('/proc/self/mounts', 'utf8')).split('\n').toReversed()) {
    const [, mountPoint = ''] = line.split(' ')
    if (mountPoint.startsWith(directory) || mountPoint.startsWith(runFolder))
      await runCommand('umount', ['-l', mountPoint])
  }
  await rm(runFolder, { recursive: true, force: true })
}

async function pidOf(socketPath: string): Promise<number> {
  const folder = path.dirname(socketPath)
  if (!(await readdir(folder)).includes('engine.pid')) return 0
  return Number(await runChecked('cat', [path.join(folder, 'engine.pid')]))
}
