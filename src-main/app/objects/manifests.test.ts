import { expect, test } from 'vitest'
import { formatManifest, parseManifests } from './manifests.ts'

test('parseManifests reads several documents, lists and JSON', async () => {
  const found = await parseManifests(
    'apiVersion: v1\nkind: A\n---\n# nothing\n---\n{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"B"},{"apiVersion":"v1","kind":"C"}]}\n',
  )
  expect(
    found.map(manifest => ('object' in manifest ? manifest.object['kind'] : manifest)),
  ).toEqual(['A', 'B', 'C'])
})

test('parseManifests names line and column of what is wrong', async () => {
  const [broken] = await parseManifests('apiVersion: v1\nkind: Pod\nmetadata: {name: x\nspec: 1\n')
  expect(broken).toMatchObject({ line: expect.any(Number), column: expect.any(Number) })
  expect(broken && 'problem' in broken && broken.line).toBeGreaterThanOrEqual(3)
  expect(await parseManifests('just text')).toMatchObject([
    { problem: expect.stringContaining('mapping'), line: 1 },
  ])
  expect(await parseManifests('a: 1\n---\nkind: Pod\n')).toMatchObject([
    { problem: 'apiVersion not set', line: 1 },
    { problem: 'apiVersion not set', line: 3 },
  ])
})

// What kubectl's YAML would read as a boolean or number must be quoted (reference: YAML 1.1 as in sigs.k8s.io/yaml).
test.each(['yes', 'on', 'n', '12:30', '0o7', '0777', '1_000', 'null', '~'])(
  'formatManifest quotes the string %s',
  async value => {
    expect(await formatManifest({ value })).toMatch(/^value: ["']/)
  },
)

test('formatManifest orders keys and indents lists as kubectl does', async () => {
  const object = { spec: { list: [{ b: 1, a: 2 }] }, kind: 'X', apiVersion: 'v1' }
  expect(await formatManifest(object)).toBe(
    'apiVersion: v1\nkind: X\nspec:\n  list:\n  - a: 2\n    b: 1\n',
  )
})
