import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { podFiles } from './pod-files.ts'
import { podLives } from './pod-lives.ts'
import { podSettings } from './pod-settings.ts'
import { podStreams } from './pod-streams.ts'
import { type ConformanceSubject, type DefineTest, never, TestedRuntime } from './tested-runtime.ts'

export interface ConformanceOptions {
  /** What the driver can't do, with the reason. */
  skip?: { test: string; reason: string }[]
}

/** What every container runtime must do. `open` gives an engine that may hold other pods; each test keeps to pods of its own. */
export function containerRuntimeConformance(
  name: string,
  open: () => Promise<ConformanceSubject>,
  { skip = [] }: ConformanceOptions = {},
): void {
  describe(`a container runtime: ${name}`, () => {
    const on = new TestedRuntime()
    beforeAll(() => on.open(open))
    afterAll(async () => {
      await on.runtime.cleanup({ volumes: true })
      await on.runtime[Symbol.asyncDispose]()
    })

    const it: DefineTest = (title, run) => {
      const skipped = skip.find(one => one.test === title)
      if (skipped) test.skip(`${title} (skipped: ${skipped.reason})`, () => {})
      else test(title, run)
    }

    it('answers and names itself', async () => {
      expect(await on.runtime.status()).toMatchObject({ ready: true })
      expect((await on.runtime.version()).version).toMatch(/^\d/)
      const machine = await on.runtime.machine()
      expect(machine.cpus).toBeGreaterThan(0)
      expect(machine.memoryBytes).toBeGreaterThan(0)
      expect(machine.architecture).toMatch(/^(amd64|arm64)$/)
    })

    it('finds images that are there and says of others that they are not', async () => {
      const image = await on.runtime.findImage(on.shellImage)
      expect(image?.id).toMatch(/^sha256:[0-9a-f]{64}$/)
      expect(await on.runtime.findImage(on.absentImage)).toBeUndefined()
      await expect(on.runtime.pullImage(on.absentImage, undefined, never)).rejects.toThrow(/./)
    })

    podLives(it, on)
    podStreams(it, on)
    podFiles(it, on)
    podSettings(it, on)

    it('cleans up everything of its cluster', async () => {
      await on.runtime.cleanup({ volumes: true })
      expect(await on.runtime.listPodSandboxes()).toEqual([])
      expect(await on.runtime.listContainers()).toEqual([])
    })
  })
}
