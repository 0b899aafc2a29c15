import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe } from 'vitest'
import { runChecked } from '#platform/processes.ts'
import { machinePath } from '../../support/as-user.ts'
import { lacksDockerd, titled } from '../../support/lanes.ts'
import { ownNodePort } from '../../support/own-numbers.ts'
import { testKubectlCommands } from './kubectl-commands.ts'
import { testStart, testStopAndStart } from './stop-and-start.ts'
import { testUsersExample } from './users-example.ts'
import { type Lane, Voyage } from './voyage.ts'

const lack =
  (await lacksDockerd()) ??
  (existsSync('/var/run/docker.sock') ? "the machine's own engine is there" : undefined)

/** The engine's folder and socket, as its configuration file names them. */
async function privateEngine(voyage: Voyage): Promise<{ host: string; data: string; run: string }> {
  const file = `${voyage.dataDir}/engine/dockerd/daemon.json`
  const settings = JSON.parse(await readFile(file, 'utf8'))
  return { host: settings.hosts[0], data: settings['data-root'], run: settings['exec-root'] }
}

/** Docker is installed and not running: Slipway starts one of its own. */
const lane: Lane = {
  real: true,
  nodePort: await ownNodePort(),
  command: npm => npm,
  env: { PATH: machinePath(), DOCKER_HOST: '' },
  args: [],
  docker: async (voyage, ...args) =>
    runChecked('docker', ['-H', (await privateEngine(voyage)).host, ...args]),
  async leftovers(voyage) {
    const { data, run } = await privateEngine(voyage)
    const volumes = await readdir(`${data}/volumes`)
    return [
      ...(await readdir(`${data}/containers`)),
      ...volumes.filter(name => !['backingFsBlockDev', 'metadata.db'].includes(name)),
      ...(existsSync(run) ? [run] : []),
    ]
  },
}

describe.skipIf(lack)(titled('as root, on a private engine', lack), () => {
  let voyage: Voyage
  beforeAll(async () => {
    voyage = await Voyage.embark(lane)
    await voyage.start()
    await voyage.loadImages()
  })
  afterAll(() => voyage?.[Symbol.asyncDispose]())

  testStart(() => voyage)
  testKubectlCommands(() => voyage)
  testUsersExample(() => voyage)
  testStopAndStart(() => voyage)
})
