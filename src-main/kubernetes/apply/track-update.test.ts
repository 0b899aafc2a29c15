import { describe, expect, test } from 'vitest'
import { configMap, deployment } from '../../../test/support/apply-server.ts'

describe('updates', () => {
  test('an update takes what it changes from an applier', () => {
    const server = configMap()
      .apply('a', { data: { k: '1', l: '1' } })
      .write('u', { data: { k: '2', l: '1' } })
    expect(server.owners).toEqual({
      a: { 'f:data': { 'f:l': {} } },
      'u (update)': { 'f:data': { 'f:k': {} } },
    })
  })

  test('what is removed is owned by nobody', () => {
    const server = configMap()
      .apply('a', { data: { k: '1', l: '1' } })
      .write('u', { data: { l: '1' } })
    expect(server.owners).toEqual({ a: { 'f:data': { 'f:l': {} } } })
  })

  test('an update that changes nothing owns nothing', () => {
    const server = configMap()
      .apply('a', { data: { k: '1' } })
      .write('u', { data: { k: '1' } })
    expect(Object.keys(server.owners)).toEqual(['a'])
  })

  test('one manager’s apply and update are two', () => {
    const server = configMap()
      .apply('a', { data: { k: '1' } })
      .write('a', { data: { k: '1', l: '1' } })
    expect(Object.keys(server.owners)).toEqual(['a', 'a (update)'])
  })

  test('a subresource has an entry of its own', () => {
    const server = deployment()
      .write('c', { spec: { replicas: 1 } })
      .write('c', { spec: { replicas: 1 }, status: { replicas: 1 } }, { subresource: 'status' })
    expect(server.owners).toEqual({
      'c (update)': { 'f:spec': { 'f:replicas': {} } },
      'c (update)/status': { 'f:status': { 'f:replicas': {} } },
    })
  })

  test('a later update of the same manager joins its entry, with a new time', () => {
    const server = configMap()
      .write('u', { data: { k: '1' } })
      .write('u', { data: { k: '1', l: '1' } })
    expect(server.entries).toHaveLength(1)
    expect(server.entries[0]).toMatchObject({
      time: '2026-01-01T00:01:00Z',
      fieldsV1: { 'f:data': { '.': {}, 'f:k': {}, 'f:l': {} } },
    })
  })

  test('a reset forgets all owners, and nobody is tracked from then on', () => {
    const server = configMap().apply('a', { data: { k: '1' } })
    server.write('u', { metadata: { managedFields: [{}] }, data: { k: '1' } })
    expect(server.entries).toEqual([])
    server.write('u', { data: { k: '2' } })
    expect(server.entries).toEqual([])
  })

  test('clients that don’t send managedFields, or send nonsense, change nothing by it', () => {
    const server = configMap().apply('a', { data: { k: '1' } })
    for (const managedFields of [undefined, [], [{ manager: 'x', operation: 'Nonsense' }]])
      expect(
        Object.keys(server.write('u', { metadata: { managedFields }, data: { k: '1' } }).owners),
      ).toEqual(['a'])
  })

  test('clients may write managedFields themselves', () => {
    const server = configMap().write('old', { data: { k: '1' } })
    const [entry] = server.entries
    server.write('old', {
      metadata: { managedFields: [{ ...entry, manager: 'new', operation: 'Apply' }] },
      data: { k: '1' },
    })
    expect(server.owners).toEqual({ new: { 'f:data': { '.': {}, 'f:k': {} } } })
  })

  test('the eleventh updater makes the oldest ones ancient', () => {
    const server = configMap()
    const data: Record<string, string> = {}
    for (let n = 1; n <= 12; n++) {
      data[`k${n}`] = '1'
      server.write(`m${n}`, { data: { ...data } })
    }
    expect(server.entries).toHaveLength(10)
    expect(server.owners['ancient-changes (update)']).toEqual({
      'f:data': { '.': {}, 'f:k1': {}, 'f:k2': {}, 'f:k3': {} },
    })
    expect(Object.keys(server.owners)).toContain('m12 (update)')
  })
})

describe('times and order', () => {
  test('an apply that changes nothing is the same object', () => {
    const server = configMap().apply('a', { data: { k: '1' } })
    const before = server.object
    expect(server.apply('a', { data: { k: '1' } }).object).toBe(before)
  })

  test('so is one that says the same in other words', () => {
    const config = {
      spec: {
        template: {
          spec: { containers: [{ name: 'c', args: [], resources: { limits: { cpu: '1000m' } } }] },
        },
      },
    }
    const server = deployment().apply('a', config)
    expect(server.content).toMatchObject({
      spec: {
        template: { spec: { containers: [{ name: 'c', resources: { limits: { cpu: '1' } } }] } },
      },
    })
    const before = server.object
    expect(server.apply('a', config).object).toBe(before)
  })

  test('a new value has a new time, other entries keep theirs', () => {
    const server = configMap()
      .apply('a', { data: { k: '1' } })
      .apply('b', { data: { l: '1' } })
      .apply('a', { data: { k: '2' } })
    expect(server.entries.map(({ manager, time }) => [manager, time])).toEqual([
      ['b', '2026-01-01T00:01:00Z'],
      ['a', '2026-01-01T00:02:00Z'],
    ])
  })

  test('appliers come first', () => {
    const server = configMap()
      .write('u', { data: { k: '1' } })
      .apply('z', { data: { l: '1' } })
    expect(server.entries.map(({ manager }) => manager)).toEqual(['z', 'u'])
  })
})
