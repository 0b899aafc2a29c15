import { expect, test } from 'vitest'
import type { ResourceDefinition } from '#control-plane/resources/define-resource.ts'
import { CachedObject, encodeStored } from './cached-object.ts'
import { CacheEvent } from './watch-item.ts'

const definition = { group: '', version: 'v1', kind: 'ConfigMap' } as ResourceDefinition
const at = (revision: number, app: string) => {
  const metadata = { name: 'x', namespace: 'default', labels: { app } }
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata }
  const key = '/registry/configmaps/default/x'
  return new CachedObject(definition, key, revision, encodeStored(definition, object))
}
const labelled = (app: string) => {
  const looked: number[] = []
  const matches = (item: CachedObject) => {
    looked.push(item.revision)
    return item.metadata.labels?.['app'] === app
  }
  return { looked, matches }
}

test('each selection sees a change in its own way, whoever asked before', () => {
  const event = new CacheEvent(8, at(8, 'new'), at(7, 'old'))
  const seenBy = (app: string) => event.seenBy(labelled(app).matches, `app=${app}`)
  for (let time = 0; time < 2; time++) {
    expect(seenBy('old')?.type).toBe('DELETED')
    expect(seenBy('new')?.type).toBe('ADDED')
    expect(seenBy('other')).toBeUndefined()
    expect(event.seenBy(() => true)?.type).toBe('MODIFIED')
  }
})

test('those who select the same get the same, looked at once', () => {
  const event = new CacheEvent(8, at(8, 'web'), at(7, 'web'))
  const [first, second] = [labelled('web'), labelled('web')]
  const seen = event.seenBy(first.matches, 'app=web')
  expect(seen?.type).toBe('MODIFIED')
  expect(event.seenBy(second.matches, 'app=web')).toBe(seen)
  expect([first.looked, second.looked]).toEqual([[8, 7], []])
})
