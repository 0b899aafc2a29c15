import { afterAll, describe } from 'vitest'
import { containerRuntimeConformance } from '#node/runtimes/container-runtime-conformance.ts'
import { startDockerd, type TestEngine } from '../support/dockerd.ts'
import { lacksDockerd } from '../support/lanes.ts'

const lack = await lacksDockerd()

describe.skipIf(lack)(`on a private dockerd${lack ? ` (skipped: ${lack})` : ''}`, () => {
  let engine: TestEngine | undefined
  containerRuntimeConformance('docker', async () => {
    engine = await startDockerd()
    await engine.loadImage('test/shell:1')
    return {
      runtime: await engine.openRuntime('conformance', '10.251.7.0/24'),
      shellImage: 'test/shell:1',
      absentImage: 'localhost:1/absent:1',
    }
  })
  afterAll(() => engine?.[Symbol.asyncDispose]())
})
