import { expect, test } from 'vitest'
import { ruleText, uncovered } from './rule-coverage.ts'

const pods = (verbs: string[], more = {}) => ({
  verbs,
  apiGroups: [''],
  resources: ['pods'],
  ...more,
})

test('names each permission that is not held, one by one', () => {
  const missing = uncovered([pods(['get'])], [pods(['get', 'delete'])])
  expect(missing.map(ruleText)).toEqual(['{APIGroups:[""], Resources:["pods"], Verbs:["delete"]}'])
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
