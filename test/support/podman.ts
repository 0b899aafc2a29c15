import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { systemClock } from '#base/clock.ts'
import { errorMessage } from '#base/errors.ts'
import { silentLogger } from '#base/logger.ts'
import { EngineHttp } from '#node/runtimes/docker/engine-http.ts'
import { ensureAgentImage } from '#platform/agent-image.ts'
import { findEnginePrograms } from '#platform/engines/engine-programs.ts'
import { PrivateEngine } from '#platform/engines/private-engine.ts'
import { probeEngine } from '#platform/engines/probe.ts'
import { runCommand, signalProcess } from '#platform/processes.ts'
import { agentCache } from './dockerd.ts'
import { processesOn } from './processes.ts'
import { type TestImageName, testImage } from './test-images.ts'

/** A Podman of the test's own: own socket, images and networks. */
export interface TestPodman extends AsyncDisposable {
  readonly socketPath: string
  loadImage(reference: TestImageName): Promise<void>
}

/** Starts one as Slipway does, with the first settings under which containers run. Throws when there are none. */
export async function startPodman(): Promise<TestPodman> {
  const program = (await findEnginePrograms(process.env)).find(({ name }) => name === 'podman')
  if (!program) throw new Error('podman is not installed')
  const directory = await mkdtemp(path.join(tmpdir(), 'podman-'))
  const folders = [directory]
  const remove = async () => {
    // Podman leaves the monitors of ended commands for minutes, and what it mounted.
    for (const line of await processesOn(directory))
      signalProcess(Number.parseInt(line, 10), 'SIGKILL')
    const mounts = (await readFile('/proc/self/mounts', 'utf8')).split('\n')
    for (const mount of mounts.map(line => line.split(' ')[1] ?? '').reverse())
      if (mount.startsWith(directory)) await runCommand('umount', [mount])
    for (const folder of folders) await rm(folder, { recursive: true, force: true })
  }
  const options = { clock: systemClock, logger: silentLogger }
  const failures: string[] = []
  for (const variant of program.variants) {
    await using starting = new AsyncDisposableStack()
    starting.defer(remove)
    try {
      const own = { ...options, program, variant, directory: path.join(directory, 'engine') }
      const { socketPath } = starting.use(await PrivateEngine.start(own))
      folders.push(path.dirname(socketPath))
      await probeEngine(socketPath, {
        ...options,
        agentImage: arch => ensureAgentImage({ cacheDir: agentCache, arch }),
        signal: AbortSignal.timeout(60_000),
      })
      return testPodman(socketPath, starting.move())
    } catch (error) {
      failures.push(errorMessage(error))
    }
  }
  throw new Error(`podman runs no containers: ${failures.join('; ')}`)
}

function testPodman(socketPath: string, owned: AsyncDisposableStack): TestPodman {
  return {
    socketPath,
    async loadImage(reference) {
      using http = new EngineHttp(socketPath)
      const body = await readFile(await testImage(reference))
      await http.json({ method: 'POST', path: '/v1.41/images/load', body })
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
