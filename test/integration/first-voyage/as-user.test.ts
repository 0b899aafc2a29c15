import { chmod, chown, readFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { asUser, machinePath } from '../../support/as-user.ts'
import { startDockerd, type TestEngine } from '../../support/dockerd.ts'
import { lacksDockerd, titled } from '../../support/lanes.ts'
import { ownNodePort } from '../../support/own-numbers.ts'
import { testKubectlCommands } from './kubectl-commands.ts'
import { testStart, testStopAndStart } from './stop-and-start.ts'
import { testUsersExample } from './users-example.ts'
import { type Lane, Voyage } from './voyage.ts'

const lack = await lacksDockerd()
const user = 64_151
const engineGroup = 64_152
const nodePort = await ownNodePort()

const laneOn = (engine: TestEngine): Lane => ({
  real: true,
  nodePort,
  command: npm => asUser(npm, { user, groups: [engineGroup] }),
  env: { PATH: machinePath(), DOCKER_HOST: `unix://${engine.socketPath}` },
  args: [],
  docker: (_voyage, ...args) => engine.docker(...args),
  prepare: home => chown(home.directory, user, user),
  async leftovers() {
    const lists = await Promise.all([
      engine.docker('ps', '-aq'),
      engine.docker('volume', 'ls', '-q'),
      engine.docker('network', 'ls', '-q', '--filter', 'type=custom'),
    ])
    return lists.join('').split('\n').filter(Boolean)
  },
})

describe.skipIf(lack)(titled("as a user of the engine's group", lack), () => {
  let engine: TestEngine
  let voyage: Voyage
  beforeAll(async () => {
    engine = await startDockerd({ filters: true })
    await chmod(path.dirname(engine.socketPath), 0o711)
    await chown(engine.socketPath, 0, engineGroup)
    await chmod(engine.socketPath, 0o660)
    voyage = await Voyage.embark(laneOn(engine))
    await voyage.start()
    await voyage.loadImages()
  })
  afterAll(async () => {
    await voyage?.[Symbol.asyncDispose]()
    await engine?.[Symbol.asyncDispose]()
  })

  test('nothing of it has privileges', async () => {
    const running = voyage.home.file('data/clusters', voyage.cluster, 'running.json')
    const { pid } = JSON.parse(await readFile(running, 'utf8'))
    const status = await readFile(`/proc/${pid}/status`, 'utf8')
    expect(status).toMatch(new RegExp(`^Uid:\\t${user}\\t${user}\\t${user}`, 'm'))
    expect(status).toMatch(/^CapEff:\t0+$/m)
  })
  testStart(() => voyage)
  testKubectlCommands(() => voyage)
  testUsersExample(() => voyage)
  testStopAndStart(() => voyage)
})
