import { createReadStream } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { systemClock } from '#base/clock.ts'
import { errorMessage } from '#base/errors.ts'
import { silentLogger } from '#base/logger.ts'
import { DockerRuntime } from '#node/runtimes/docker/docker-runtime.ts'
import { ensureAgentImage } from '#platform/agent-image.ts'
import { findEnginePrograms } from '#platform/engines/engine-programs.ts'
import { PrivateEngine } from '#platform/engines/private-engine.ts'
import { runChecked, runCommand } from '#platform/processes.ts'
import { eventually } from './eventually.ts'
import { type TestImageName, testImage } from './test-images.ts'

export interface TestEngine extends AsyncDisposable {
  readonly socketPath: string
  /** Runs Docker's client against this engine: what happens behind Kubernetes' back. */
  docker(...args: string[]): Promise<string>
  /** The engine hangs while `during` runs. */
  freeze(during: () => Promise<void>): Promise<void>
  /** The engine dies; containers live on, and it is started again. */
  killDaemon(): Promise<void>
  /** The engine is stopped in order, and started again; resolves once the new one answers. */
  restartDaemon(): Promise<void>
  loadImage(reference: TestImageName): Promise<void>
  /** A driver for a cluster of its own; its containers, volumes and network are removed when it is disposed. */
  openRuntime(cluster: string, subnet: string): Promise<DockerRuntime>
}

/** Where tests keep the agent image. */
export const agentCache = path.resolve('.cache/agent-image')

/** The archive of the agent image, made on first use, as the driver takes it. */
export async function testAgentImage() {
  const { reference, tarPath } = await ensureAgentImage({
    cacheDir: agentCache,
    arch: process.arch,
  })
  return { reference, openTar: async () => createReadStream(tarPath) }
}

/**
 * Starts a dockerd of the test's own: own socket, data, no default bridge; no packet filter rules unless wanted.
 * Without `liveRestore` it takes its containers down with it. Throws when it can't be had.
 */
export async function startDockerd({
  filters = false,
  liveRestore = true,
} = {}): Promise<TestEngine> {
  const programs = await findEnginePrograms(process.env)
  const program = programs.find(({ name }) => name === 'dockerd')
  if (!program) throw new Error('dockerd is not installed, or the test does not run as root')
  const directory = await mkdtemp(path.join(tmpdir(), 'dockerd-'))
  const variant = {
    ...(filters ? {} : { iptables: false, 'ip-masq': false }),
    ...(liveRestore ? {} : { 'live-restore': false }),
  }
  const failures: string[] = []
  for (const one of [variant, { ...variant, 'storage-driver': 'vfs' }]) {
    try {
      const engine = await PrivateEngine.start({
        program,
        variant: one,
        directory: path.join(directory, 'engine'),
        clock: systemClock,
        logger: silentLogger,
      })
      return testEngine(engine, directory)
    } catch (error) {
      failures.push(errorMessage(error))
    }
  }
  await rm(directory, { recursive: true, force: true })
  throw new Error(`dockerd does not start: ${failures.join('; ')}`)
}

function testEngine(engine: PrivateEngine, directory: string): TestEngine {
  const { socketPath } = engine
  const docker = (...args: string[]) =>
    runChecked('docker', ['-H', `unix://${socketPath}`, ...args])
  return {
    socketPath,
    docker,
    async freeze(during) {
      const pid = await daemonPid(socketPath)
      process.kill(pid, 'SIGSTOP')
      try {
        await during()
      } finally {
        process.kill(pid, 'SIGCONT')
      }
    },
    async killDaemon() {
      process.kill(await daemonPid(socketPath), 'SIGKILL')
    },
    async restartDaemon() {
      const before = await daemonPid(socketPath)
      process.kill(before, 'SIGTERM')
      await eventually(
        async () => {
          if ((await daemonPid(socketPath)) === before) throw new Error('dockerd is not back')
          await docker('version')
        },
        { timeoutMs: 60_000 },
      )
    },
    async loadImage(reference) {
      await docker('load', '-q', '-i', await testImage(reference))
    },
    openRuntime: async (cluster, subnet) =>
      DockerRuntime.open({
        socketPath,
        cluster,
        subnet,
        agentImage: await testAgentImage(),
        clock: systemClock,
      }),
    async [Symbol.asyncDispose]() {
      const ids = (await docker('ps', '-aq').catch(() => '')).split('\n').filter(Boolean)
      if (ids.length) await docker('rm', '-fv', ...ids)
      await docker('network', 'prune', '-f').catch(() => {})
      await engine[Symbol.asyncDispose]()
      const runtimeFolder = path.dirname(socketPath)
      // The last container's shim may outlive the engine by a moment, which then leaves them.
      await runCommand('umount', [path.join(runtimeFolder, 'docker/netns/default')])
      await runCommand('umount', [path.join(directory, 'engine/docker')])
      await rm(directory, { recursive: true, force: true })
      await rm(runtimeFolder, { recursive: true, force: true })
    },
  }
}

const daemonPid = async (socketPath: string) =>
  Number(await readFile(path.join(path.dirname(socketPath), 'engine.pid'), 'utf8'))
