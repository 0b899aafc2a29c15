import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { containerRuntimeConformance } from '#node/runtimes/conformance/container-runtime-conformance.ts'
import { runChecked, runCommand } from '#platform/processes.ts'
import { startDockerd, type TestEngine } from '../support/dockerd.ts'
import { lacksDockerd } from '../support/lanes.ts'

const lack = await lacksDockerd()

describe.skipIf(lack)(`on a private dockerd${lack ? ` (skipped: ${lack})` : ''}`, () => {
  let engine: TestEngine
  beforeAll(async () => {
    engine = await startDockerd()
    await engine.loadImage('test/shell:1')
  })
  afterAll(() => engine?.[Symbol.asyncDispose]())

  containerRuntimeConformance('docker', async () => ({
    runtime: await engine.openRuntime('conformance', '10.251.7.0/24'),
    shellImage: 'test/shell:1',
    absentImage: 'localhost:1/absent:1',
  }))

  test('cleaning up removes a bridge that an interrupted run had left before', async () => {
    const bridge = 'sw-left-over'
    await runChecked('ip', ['link', 'add', bridge, 'type', 'bridge'])
    try {
      await using runtime = await engine.openRuntime('left-over', '10.251.8.0/24')
      expect(await runtime.network()).toMatchObject({ bridge })
      await runtime.hostAgent()
      await runtime.cleanup({ volumes: true })
      expect(await runtime.listContainers()).toEqual([])
      expect((await runCommand('ip', ['link', 'show', bridge])).code).toBe(1)
      expect(await engine.docker('ps', '-aq', '--filter', 'name=slipway-agent-left-over')).toBe('')
    } finally {
      await runCommand('ip', ['link', 'delete', bridge])
    }
  })
})
