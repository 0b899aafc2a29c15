import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { UsageError } from '#platform/command-line.ts'
import { chooseNodes } from './choose-nodes.ts'
import { chooseScheduling } from './choose-scheduling.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'slipway-nodes-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function fileOf(name: string, text: string): Promise<string> {
  const file = path.join(folder, name)
  await writeFile(file, text)
  return file
}

test('chooseNodes reads YAML, counts, and keeps what the cluster had', async () => {
  const file = await fileOf('nodes.yaml', 'nodes:\n- {name: a, count: 3}\n- {name: b}\n')
  const described = await chooseNodes({ file }, undefined)
  expect(described.nodes).toBe(4)
  expect(described.simulation?.nodes.map(({ names }) => names.length)).toEqual([3, 1])
  expect(await chooseNodes(undefined, described)).toEqual(described)
  expect(await chooseNodes(7, described)).toEqual({ nodes: 7 })
  expect(await chooseNodes(undefined, undefined)).toEqual({ nodes: 1 })
})

test('what is wrong with a file is said with its option, its name and its field', async () => {
  const nodes = await fileOf('bad.yaml', 'nodes:\n- {name: a, zone: x}\n')
  await expect(chooseNodes({ file: nodes }, undefined)).rejects.toThrow(
    new UsageError(`--nodes ${nodes}: nodes[0].zone: is not known`),
  )
  const config = await fileOf('scheduler.yaml', 'profiles: [{schedulerName: 3}]\n')
  await expect(chooseScheduling(config, undefined)).rejects.toThrow(
    `--scheduler-config ${config}: profiles[0].schedulerName: a text is wanted, not 3`,
  )
  const missing = path.join(folder, 'missing.yaml')
  await expect(chooseNodes({ file: missing }, undefined)).rejects.toThrow('ENOENT')
})

test('chooseScheduling keeps a configuration that is right, and the one that the cluster had', async () => {
  const config = await fileOf('right.yaml', 'profiles: [{schedulerName: packer}]\n')
  const chosen = await chooseScheduling(config, undefined)
  expect(chosen).toEqual({ scheduler: { profiles: [{ schedulerName: 'packer' }] } })
  expect(await chooseScheduling(undefined, chosen)).toEqual(chosen)
  expect(await chooseScheduling(undefined, undefined)).toEqual({})
})
