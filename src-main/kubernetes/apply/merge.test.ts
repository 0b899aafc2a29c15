import { describe, expect, test } from 'vitest'
import {
  configMap,
  deployment,
  pod,
  type Server,
  service,
  template,
} from '../../../test/support/apply-server.ts'

describe('removing what is no longer applied', () => {
  test('a field of one’s own goes', () => {
    const server = configMap()
      .apply('a', { data: { k: '1', l: '2' } })
      .apply('a', { data: { l: '2' } })
    expect(server.content).toEqual({ data: { l: '2' } })
    expect(server.owners).toEqual({ a: { 'f:data': { 'f:l': {} } } })
  })

  test('a field that another applier owns too stays', () => {
    const server = configMap()
      .apply('a', { data: { k: '1' } })
      .apply('b', { data: { k: '1' } })
      .apply('a', {})
    expect(server.content).toEqual({ data: { k: '1' } })
    expect(server.owners).toEqual({ b: { 'f:data': { 'f:k': {} } } })
  })

  test('a field that an updater took stays', () => {
    const server = configMap()
      .apply('a', { data: { k: '1' } })
      .write('b', { data: { k: '2' } })
      .apply('a', {})
    expect(server.content).toEqual({ data: { k: '2' } })
  })

  test('an item goes with everything in it', () => {
    const server = deployment()
      .apply('a', template({ name: 'x', image: '1' }, { name: 'y', image: '1' }))
      .apply('a', template({ name: 'y', image: '1' }))
    expect(server.content).toEqual(template({ name: 'y', image: '1' }))
  })

  test('an item that another applier owns a field of stays', () => {
    const server = deployment()
      .apply('a', template({ name: 'x', image: '1' }))
      .apply('b', template({ name: 'x', workingDir: '/' }))
      .apply('a', {})
    expect(server.content).toEqual(template({ name: 'x', workingDir: '/' }))
  })

  test('a value of a set goes, the others’ stay', () => {
    const server = pod()
      .apply('a', { metadata: { finalizers: ['a/a', 'a/b'] } })
      .apply('b', { metadata: { finalizers: ['b/b'] } })
      .apply('a', { metadata: { finalizers: ['a/b'] } })
    expect(server.content).toEqual({ metadata: { finalizers: ['a/b', 'b/b'] } })
  })

  test('what the server defaulted inside one’s own item goes with the item', () => {
    const server = service()
      .apply('a', { spec: { ports: [{ port: 80 }, { port: 81 }] } })
      .write('server', {
        spec: {
          ports: [
            { port: 80, protocol: 'TCP' },
            { port: 81, protocol: 'TCP' },
          ],
        },
      })
      .apply('a', { spec: { ports: [{ port: 81 }] } })
    expect(server.content).toEqual({ spec: { ports: [{ port: 81, protocol: 'TCP' }] } })
  })

  test('an emptied map vanishes', () => {
    const server = configMap()
      .apply('a', { data: { k: '1' }, immutable: false })
      .apply('a', { immutable: false })
    expect(server.content).toEqual({ immutable: false })
  })

  test('an atomic map of one’s own goes as a whole', () => {
    const server = pod()
      .apply('a', { spec: { nodeName: 'n', nodeSelector: { x: 'y' } } })
      .apply('a', { spec: { nodeName: 'n' } })
    expect(server.content).toEqual({ spec: { nodeName: 'n' } })
  })

  test('applying nothing at all gives up everything', () => {
    const server = configMap()
      .apply('a', { data: { k: '1' } })
      .apply('a', {})
    expect(server.content).toEqual({})
    expect(server.owners).toEqual({})
  })

  test('null removes a field and owns its absence', () => {
    const server = deployment()
      .apply('a', { spec: { replicas: 1 } })
      .apply('a', { spec: { replicas: null } })
    expect(server.content).toEqual({})
    expect(server.owners).toEqual({ a: { 'f:spec': { 'f:replicas': {} } } })
  })
})

describe('merging lists', () => {
  test('what only the live list has keeps its place', () => {
    const names = (server: Server) =>
      (
        (server.content as ReturnType<typeof template>).spec.template.spec.containers as {
          name: string
        }[]
      ).map(({ name }) => name)
    const of = (...list: string[]) => template(...list.map(name => ({ name })))
    expect(
      names(
        deployment()
          .write('u', of('a', 'b', 'c'))
          .apply('x', of('c', 'a')),
      ),
    ).toEqual(['b', 'c', 'a'])
    expect(names(deployment().write('u', of('a', 'b')).apply('x', of('n', 'b')))).toEqual([
      'a',
      'n',
      'b',
    ])
    expect(names(deployment().write('u', of('a', 'b')).apply('x', of('b', 'n')))).toEqual([
      'a',
      'b',
      'n',
    ])
    expect(
      names(
        deployment()
          .write('u', of('a', 'b', 'c'))
          .apply('x', of('a', 'c')),
      ),
    ).toEqual(['a', 'b', 'c'])
    expect(names(deployment().apply('u', of('a')).apply('x', of('b', 'c')))).toEqual([
      'a',
      'b',
      'c',
    ])
  })

  test('items that repeat keys in the live list are kept unless applied', () => {
    const env = [
      { name: 'A', value: '1' },
      { name: 'A', value: '2' },
    ]
    const server = deployment()
      .write('u', template({ name: 'c', env }))
      .apply('x', template({ name: 'c', image: 'i' }))
    expect(server.content).toEqual(template({ name: 'c', env, image: 'i' }))
    server.apply('y', template({ name: 'c', env: [{ name: 'A', value: '3' }] }), { force: true })
    expect(server.content).toEqual(
      template({ name: 'c', env: [{ name: 'A', value: '3' }], image: 'i' }),
    )
  })
})
