import { chown } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { asUser, machinePath } from '../../support/as-user.ts'
import { lacksLinux, titled } from '../../support/lanes.ts'
import { ownNodePort } from '../../support/own-numbers.ts'
import { testKubectlCommands } from './kubectl-commands.ts'
import { testStart, testStopAndStart } from './stop-and-start.ts'
import { testUsersExample } from './users-example.ts'
import { type Lane, Voyage } from './voyage.ts'

const isRoot = process.getuid?.() === 0
const user = 64_153

/** As root the engines that are installed are hidden, and who starts is an ordinary user, to whom no socket is open. */
const lane: Lane = {
  real: false,
  nodePort: await ownNodePort(),
  command: npm => (isRoot ? asUser(npm, { user, groups: [], hidden: ['dockerd', 'podman'] }) : npm),
  env: { PATH: machinePath(), DOCKER_HOST: 'tcp://192.0.2.10:2376' },
  args: [],
  docker: () => Promise.reject(new Error('there is no engine')),
  prepare: async home => {
    if (isRoot) await chown(home.directory, user, user)
  },
}

describe.skipIf(lacksLinux)(titled('without an engine', lacksLinux), () => {
  let voyage: Voyage
  beforeAll(async () => {
    voyage = await Voyage.embark(lane)
    await voyage.start()
  })
  afterAll(() => voyage?.[Symbol.asyncDispose]())

  test('it is said why pods are simulated, what was tried, and how to get an engine', () => {
    expect(voyage.host?.stderr).toContain('pods are simulated')
    expect(voyage.host?.stderr).toContain('Install Docker or Podman')
    expect(voyage.host?.stderr).toContain('DOCKER_HOST names the engine tcp://192.0.2.10:2376')
  })
  testStart(() => voyage)
  testKubectlCommands(() => voyage)
  testUsersExample(() => voyage)
  testStopAndStart(() => voyage)
})
