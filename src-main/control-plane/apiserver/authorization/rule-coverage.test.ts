import { expect, test } from 'vitest'
import { rulesText, uncovered } from './rule-coverage.ts'

const pods = (verbs: string[], more = {}) => ({
  verbs,
  apiGroups: [''],
  resources: ['pods'],
  ...more,
})

test('names each permission that is not held, one by one', () => {
  const missing = uncovered([pods(['get'])], [pods(['get', 'delete'])])
  expect(rulesText(missing)).toBe('{APIGroups:[""], Resources:["pods"], Verbs:["delete"]}')
})

test('tells of the verbs on one thing together, of paths one by one, in alphabetical order', () => {
  const wanted = [
    { verbs: ['get', 'list'], nonResourceURLs: ['/b'] },
    pods(['get', 'list']),
    pods(['watch', 'get']),
    pods(['get', 'update'], { resourceNames: ['x'] }),
  ]
  expect(rulesText(uncovered([], wanted)).split('\n')).toEqual([
    '{APIGroups:[""], Resources:["pods"], ResourceNames:["x"], Verbs:["get" "update"]}',
    '{APIGroups:[""], Resources:["pods"], Verbs:["get" "list" "watch"]}',
    '{NonResourceURLs:["/b"], Verbs:["get"]}',
    '{NonResourceURLs:["/b"], Verbs:["list"]}',
  ])
})

test('stars cover everything, a named object covers only itself', () => {
  const all = { verbs: ['*'], apiGroups: ['*'], resources: ['*'] }
  expect(uncovered([all], [pods(['get'])])).toEqual([])
  const named = pods(['get'], { resourceNames: ['a'] })
  expect(uncovered([named], [named])).toEqual([])
  expect(uncovered([named], [pods(['get'])])).toHaveLength(1)
  expect(uncovered([pods(['get'])], [named])).toEqual([])
})

test('a path is covered by a longer pattern', () => {
  const url = (path: string) => ({ verbs: ['get'], nonResourceURLs: [path] })
  expect(uncovered([url('/metrics/*')], [url('/metrics/cadvisor')])).toEqual([])
  expect(uncovered([url('/metrics')], [url('/metrics/cadvisor')])).toHaveLength(1)
})
