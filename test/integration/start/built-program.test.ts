import { spawnSync } from 'node:child_process'
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

const parts = ['src-main', 'scripts', 'package.json', 'package-lock.json', 'vite.program.config.ts']
const optionsFile = 'src-main/hosts/headless/options.ts'
const top = path.resolve('.')
let checkout: string

beforeAll(async () => {
  checkout = await mkdtemp(path.join(os.tmpdir(), 'slipway-checkout-'))
  for (const part of parts) {
    await cp(path.join(top, part), path.join(checkout, part), { recursive: true })
  }
  await symlink(path.join(top, 'node_modules'), path.join(checkout, 'node_modules'))
})

afterAll(() => rm(checkout, { recursive: true, force: true }))

test('npm start builds the program once, and anew after a source was edited', async () => {
  const first = start()
  expect(first).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('Building the program'),
  })
  expect(await builds()).toHaveLength(1)

  const second = start()
  expect(second).toMatchObject({ status: 2, stderr: expect.not.stringContaining('Building') })

  await edit(optionsFile, text =>
    text.replace(/^export function/m, "process.stderr.write('edited\\n')\n$&"),
  )
  const third = start()
  expect(third.stderr).toMatch(/Building the program[\s\S]*^edited$/m)
  expect(await builds()).toHaveLength(2)
  expect(start().stderr).toMatch(/^edited$/m)
})

test('sources that cannot be built are run as they are, and it is said', async () => {
  await edit('vite.program.config.ts', () => "throw new Error('no such build')\n")
  const { status, stderr } = start()
  expect(status).toBe(2)
  expect(stderr).toMatch(/no such build[\s\S]*Its sources are run instead/)
  expect(stderr).toContain('--runtime kvm')
})

test('where nothing can be built into, the sources are run, and it is said', async () => {
  await rm(path.join(checkout, 'out'), { recursive: true })
  await writeFile(path.join(checkout, 'out'), 'no folder')
  const { status, stderr } = start()
  expect(status).toBe(2)
  expect(stderr).toMatch(/out\/program can't be written: .*sources/)
  expect(stderr).toContain('--runtime kvm')
})

/** A start that ends at once, since it asks for what there isn't. */
function start() {
  const args = ['scripts/start.mjs', '--headless', '--runtime', 'kvm', '--no-install']
  return spawnSync(process.execPath, args, { cwd: checkout, encoding: 'utf8' })
}

const builds = () => readdir(path.join(checkout, 'out/program'))

async function edit(file: string, change: (text: string) => string): Promise<void> {
  const full = path.join(checkout, file)
  await writeFile(full, change(await readFile(full, 'utf8')))
}
