import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { FakeClock } from '#base/fake-clock.ts'
import { silentLogger } from '#base/logger.ts'
import type { Controller } from './define-controller.ts'
import { controllers, runControllers } from './index.ts'

const notControllers = new Set(['shared', 'index', 'define-controller'])

test('every file or folder of this folder is a controller of its name, listed in index.ts', () => {
  const there = readdirSync(import.meta.dirname)
    .filter(name => !name.endsWith('.test.ts'))
    .map(name => name.replace('.ts', ''))
    .filter(name => !notControllers.has(name))
  const listed = controllers.map(({ name }) => name.replace(/-controller$/, ''))
  expect(listed.sort()).toEqual(there.sort())
})

test('runControllers ends the controllers that run when a later one cannot be started', async () => {
  const ended: string[] = []
  const good: Controller = {
    name: 'good-controller',
    start: () => ({ [Symbol.asyncDispose]: async () => void ended.push('good-controller') }),
  }
  const bad: Controller = {
    name: 'bad-controller',
    start() {
      throw new Error('an option is missing')
    },
  }
  const running = runControllers({
    transportFor: () => ({ request: () => Promise.reject(new Error('nobody asks')) }),
    clock: new FakeClock(),
    logger: silentLogger,
    only: [good, bad],
  })
  await expect(running).rejects.toThrow('an option is missing')
  expect(ended).toEqual(['good-controller'])
})
