import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { TestHome } from '../../support/headless.ts'

test('a cluster process gets ready without loading an npm package into its main thread', async () => {
  await using home = await TestHome.make()
  const modules = await modulesOfStart(home)
  const file = (name: string) => modules.filter(url => url.endsWith(name))
  expect(file('/control-plane/control-plane.ts')).toHaveLength(1)
  expect(file('/node/node.ts')).toHaveLength(1)
  expect(modules.filter(url => url.includes('/node_modules/'))).toEqual([])
})

test('a cluster loads neither the drivers of engines nor what evaluates expressions before they are needed', async () => {
  await using home = await TestHome.make()
  const modules = await modulesOfStart(home)
  expect(modules.filter(url => url.includes('/runtimes/docker/'))).toEqual([])
  expect(modules.filter(url => url.includes('/kubernetes/cel/evaluate/'))).toEqual([])
})

/** The URLs of all modules that the process had loaded when it was ready, on a fresh data directory. */
async function modulesOfStart(home: TestHome): Promise<string[]> {
  const list = home.file('modules')
  const recorder = path.resolve('test/support/record-modules.mjs')
  const command = ['--import', recorder, ...home.hostCommand()]
  const host = home.run(process.execPath, command, { RECORD_MODULES: list })
  await host.ready()
  return (await readFile(list, 'utf8')).trim().split('\n')
}
