import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { containerRuntimeConformance } from '#node/runtimes/conformance/container-runtime-conformance.ts'
import { runChecked, runCommand } from '#platform/processes.ts'
import { startDockerd, type TestEngine } from '../support/dockerd.ts'
import { lacksDockerd, titled } from '../support/lanes.ts'
import { ownRanges } from '../support/own-numbers.ts'

const lack = await lacksDockerd()

describe.skipIf(lack)(titled('on a private dockerd', lack), () => {
  let engine: TestEngine
  beforeAll(async () => {
    engine = await startDockerd()
    await engine.loadImage('test/shell:1')
  })
  afterAll(() => engine?.[Symbol.asyncDispose]())

  containerRuntimeConformance('docker', async () => ({
    runtime: await engine.openRuntime(`run-${process.pid}`, (await ownRanges()).podCidr),
    shellImage: 'test/shell:1',
    absentImage: 'localhost:1/absent:1',
  }))

  test('cleaning up removes a bridge that an interrupted run had left before', async () => {
    const cluster = `left-${process.pid}`
    const bridge = `sw-${cluster}`
    await runChecked('ip', ['link', 'add', bridge, 'type', 'bridge'])
    try {
      await using runtime = await engine.openRuntime(cluster, (await ownRanges()).podCidr)
      expect(await runtime.network()).toMatchObject({ bridge })
      await runtime.hostAgent()
      await runtime.cleanup({ volumes: true })
      expect(await runtime.listContainers()).toEqual([])
      expect((await runCommand('ip', ['link', 'show', bridge])).code).toBe(1)
      expect(await engine.docker('ps', '-aq', '--filter', `name=slipway-agent-${cluster}`)).toBe('')
    } finally {
      await runCommand('ip', ['link', 'delete', bridge])
    }
  })
})
