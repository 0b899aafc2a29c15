import { expect, test } from 'vitest'
import { type Command, findCommands } from './palette-search.ts'

const command = (group: Command['group'], label: string, words: string[] = []): Command => ({
  id: label,
  group,
  label,
  detail: '',
  words,
  run: () => undefined,
})
const commands = [
  command('Commands', 'Theme: dark'),
  command('Kinds', 'Deployments', ['deploy']),
  command('Kinds', 'Pods', ['po']),
  command('Kinds', 'PodDisruptionBudgets', ['pdb']),
  command('Clusters', 'pod-lab'),
]
const find = (query: string) => findCommands(commands, query).map(({ label }) => label)

test('a short name comes before what only starts alike', () => {
  expect(find('po')[0]).toBe('Pods')
  expect(find('pod')).toEqual(['Pods', 'PodDisruptionBudgets', 'pod-lab'])
})

test('a prefix keeps to one group', () => {
  expect(find('@po')).toEqual(['pod-lab'])
  expect(find('>')).toEqual(['Theme: dark'])
  expect(find(':dep')).toEqual(['Deployments'])
})

test('what nothing is called finds nothing', () => {
  expect(find('zzz')).toEqual([])
})
