import { expect, test } from 'vitest'
import { FakeClock } from '#base/fake-clock.ts'
import { nodeState, podToPlace } from '../../../../test/support/scheduling.ts'
import { readConfiguration } from '../configuration/read-configuration.ts'
import { Extender } from './extender.ts'

test('an extender whose certificate could not be read is asked once it can', async () => {
  const [settings] = readConfiguration({
    extenders: [{ urlPrefix: 'https://ranks', filterVerb: 'filter', nodeCacheCapable: true }],
  }).extenders
  if (!settings) throw new Error('no extender was read')
  let isThere = false
  const connect = async () => {
    if (!isThere) throw new Error('no such file: ca.crt')
    const post = async () => ({ status: 200, json: { NodeNames: ['a'] } })
    return { post, [Symbol.dispose]: () => undefined }
  }
  await using extender = new Extender(settings, { connect, clock: new FakeClock(0) })
  const nodes = [nodeState('a'), nodeState('b')]
  const filtered = () => extender.filter('filter', podToPlace('p'), nodes)
  await expect(filtered()).rejects.toThrow('no such file: ca.crt')
  isThere = true
  expect((await filtered()).nodes).toEqual([nodes[0]])
})
