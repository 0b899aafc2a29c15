import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { controllers } from '#control-plane/controllers/index.ts'
import { checklistMutations, exceptions, shippedAssertions } from './checklist/index.ts'
import { allFaults, areas } from './index.ts'
import type { Mutation } from './mutation.ts'
import { runAssertionMutation, runMutation } from './run-mutation.ts'

const root = path.join(import.meta.dirname, '..', '..')
const all = Object.values(areas).flat()
const textOf = (file: string) => readFileSync(path.join(root, file), 'utf8')

/** Which fault of each area is planted in this run: the next with every commit. */
const turn = Number(process.env['SLIPWAY_MUTATION_TURN'] ?? commitCount())
const inRotation = <T>(area: readonly T[]): T[] => area.slice(turn % area.length).slice(0, 1)

function commitCount(): string {
  try {
    return execFileSync('git', ['rev-list', '--count', 'HEAD'], { cwd: root, encoding: 'utf8' })
  } catch {
    return String(Math.floor(Date.now() / 86_400_000))
  }
}

test('no two mutations have one name', () => {
  const names = allFaults.map(({ name }) => name)
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
})

test('the text of every mutation stands in its file exactly once', () => {
  const misplaced = allFaults.flatMap(({ name, file, find, replace }) => {
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

test('a fault of the checklist breaks assertions that are there, and no two the same', () => {
  const ids = checklistMutations.flatMap(({ asserts }) => [...asserts.keys()])
  const known = new Set(shippedAssertions.map(({ id }) => id))
  expect(ids.filter((id, index) => !known.has(id) || ids.indexOf(id) !== index)).toEqual([])
  expect(ids.filter(id => exceptions[id])).toEqual([])
})

test('all but one in twenty assertions of the checklist have a fault, and the others a reason', () => {
  const broken = new Set(checklistMutations.flatMap(({ asserts }) => [...asserts.keys()]))
  const whole = shippedAssertions.filter(({ id }) => !broken.has(id))
  expect(whole.filter(({ id }) => !exceptions[id]).map(({ id }) => id)).toEqual([])
  expect(whole.length).toBeLessThanOrEqual(shippedAssertions.length / 20)
})

vi.setConfig({ maxConcurrency: 2 })

describe('one mutation of each area', () => {
  test.concurrent.each(Object.values(areas).flatMap(inRotation))(
    'is caught: $name',
    async mutation => {
      expect(await runMutation(mutation)).toBe('caught')
    },
  )
  test.concurrent.each(inRotation(checklistMutations))('is caught: $name', async mutation => {
    const verdicts = await runAssertionMutation(mutation)
    expect(Object.fromEntries(verdicts)).toEqual(
      Object.fromEntries([...verdicts.keys()].map(id => [id, 'caught'])),
    )
  })
})
