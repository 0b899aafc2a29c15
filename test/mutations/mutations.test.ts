import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { controllers } from '#control-plane/controllers/index.ts'
import { areas } from './index.ts'
import type { Mutation } from './mutation.ts'
import { runMutation } from './run-mutation.ts'

const root = path.join(import.meta.dirname, '..', '..')
const all = Object.values(areas).flat()
const textOf = (file: string) => readFileSync(path.join(root, file), 'utf8')

/** Which fault of each area is planted in this run: the next with every commit. */
function inRotation(): Mutation[] {
  const turn = process.env['SLIPWAY_MUTATION_TURN'] ?? commitCount()
  return Object.values(areas).map(area => area[Number(turn) % area.length] as Mutation)
}

function commitCount(): string {
  try {
    return execFileSync('git', ['rev-list', '--count', 'HEAD'], { cwd: root, encoding: 'utf8' })
  } catch {
    return String(Math.floor(Date.now() / 86_400_000))
  }
}

test('no two mutations have one name', () => {
  const names = all.map(({ name }) => name)
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
})

test('the text of every mutation stands in its file exactly once', () => {
  const misplaced = all.flatMap(({ name, file, find, replace }) => {
    const count = textOf(file).split(find).length - 1
    return count === 1 && find !== replace ? [] : [`${name}: ${count} times in ${file}`]
  })
  expect(misplaced).toEqual([])
})

test('every controller has at least three mutations', () => {
  const folder = 'src-main/control-plane/controllers'
  const isAbout = ({ file, about = [] }: Mutation, name: string) =>
    file === `${folder}/${name}.ts` || file.startsWith(`${folder}/${name}/`) || about.includes(name)
  const lacking = controllers
    .map(({ name }) => name.replace(/-controller$/, ''))
    .filter(name => all.filter(mutation => isAbout(mutation, name)).length < 3)
  expect(lacking).toEqual([])
})

test('the files of the tests that are to catch the mutations exist', () => {
  const missing = all.filter(({ caughtBy }) => !existsSync(path.join(root, caughtBy.file)))
  expect(missing.map(({ name }) => name)).toEqual([])
})

vi.setConfig({ maxConcurrency: 2 })

describe('one mutation of each area', () => {
  test.concurrent.each(inRotation())('is caught: $name', async mutation => {
    expect(await runMutation(mutation)).toBe('caught')
  })
})
