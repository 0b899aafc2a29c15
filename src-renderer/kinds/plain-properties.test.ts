import { expect, test } from 'vitest'
import { plainProperties, plainSections } from './plain-properties.ts'

const pond = {
  apiVersion: 'voyage.example/v1',
  kind: 'Pond',
  metadata: { name: 'north' },
  spec: {
    frogs: 3,
    plants: ['lily', 'reed'],
    water: { kind: 'clear', source: { springName: 'north' } },
    inhabitants: [{ name: 'Freddy', kind: 'frog' }, { kind: 'toad' }],
    nothing: {},
  },
  status: { phase: 'Frozen', conditions: [{ type: 'Ready', status: 'False' }] },
}

test('plainProperties says what is plain, and lists of plain values in one line', () => {
  expect(plainProperties(pond)).toEqual([
    { label: 'Frogs', value: '3' },
    { label: 'Plants', value: 'lily, reed' },
    { label: 'Phase', value: 'Frozen' },
  ])
})

test('plainSections shows what has parts under its name, and leaves conditions to their own section', () => {
  expect(plainSections(pond)).toEqual([
    {
      title: 'Water',
      properties: [
        { label: 'Kind', value: 'clear' },
        { label: 'Source spring name', value: 'north' },
      ],
    },
    {
      title: 'Inhabitants',
      properties: [
        { label: 'Freddy', value: 'kind frog', wraps: true },
        { label: '2', value: 'kind toad', wraps: true },
      ],
    },
  ])
})

test('plainSections keeps a long part short', () => {
  const spec = { all: Object.fromEntries(Array.from({ length: 45 }, (_, at) => [`key${at}`, at])) }
  const [section] = plainSections({ spec })
  expect(section?.properties).toHaveLength(41)
  expect(section?.properties.at(-1)?.value).toBe('and 5 more in the YAML')
})
