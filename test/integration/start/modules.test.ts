import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { programFile } from '../../../scripts/build-program.mjs'
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

test('the built program takes from Node.js no client of fetch and web sockets, which it does not use', async () => {
  await using home = await TestHome.make()
  const program = programFile('headless', process.execPath, () => {})
  const { host, list } = record(home, [program, ...home.hostArguments()])
  await host.ready()
  await host.end()
  const parts = await listed(list)
  expect(parts).toContain('NativeModule http2')
  expect(parts.filter(name => name.includes('undici'))).toEqual([])
})

/** The URLs of all modules that the process had loaded when it was ready, on a fresh data directory. */
async function modulesOfStart(home: TestHome): Promise<string[]> {
  const { host, list } = record(home, home.hostCommand())
  await host.ready()
  return await listed(list)
}

/** Runs a command that lists in a file what it loads. */
function record(home: TestHome, command: string[]) {
  const list = home.file('modules')
  const recorder = path.resolve('test/support/record-modules.mjs')
  const host = home.run(process.execPath, ['--import', recorder, ...command], {
    RECORD_MODULES: list,
  })
  return { host, list }
}

const listed = async (file: string): Promise<string[]> =>
  (await readFile(file, 'utf8')).trim().split('\n')
