import fc from 'fast-check'
import jsonpatch, { type Operation } from 'fast-json-patch'
import { describe, expect, test } from 'vitest'
import { StatusError } from '../status-error.ts'
import { applyJsonPatch } from './json-patch.ts'
import { applyMergePatch } from './merge-patch.ts'

const causeOf = (run: () => unknown): [number, string | undefined] => {
  try {
    run()
  } catch (error) {
    if (error instanceof StatusError)
      return [error.code, error.cause instanceof Error ? error.cause.message : error.message]
    throw error
  }
  throw new Error('did not throw')
}

describe('JSON Patch', () => {
  test.each([
    [{ a: 1 }, [{ op: 'add', path: '/b', value: 2 }], { a: 1, b: 2 }],
    [{ a: [1, 3] }, [{ op: 'add', path: '/a/1', value: 2 }], { a: [1, 2, 3] }],
    [{ a: [1] }, [{ op: 'add', path: '/a/-', value: 2 }], { a: [1, 2] }],
    [{ a: [1, 2] }, [{ op: 'remove', path: '/a/-1' }], { a: [1] }],
    [{ a: [1, 2] }, [{ op: 'add', path: '/a/-1', value: 3 }], { a: [1, 2, 3] }],
    [{ a: 1 }, [{ op: 'replace', path: '/a', value: null }], { a: null }],
    [{ a: 1 }, [{ op: 'add', path: '', value: [1] }], [1]],
    [{ a: { b: 1 } }, [{ op: 'move', from: '/a/b', path: '/c' }], { a: {}, c: 1 }],
    [{ a: { b: 1 } }, [{ op: 'copy', from: '/a', path: '/c' }], { a: { b: 1 }, c: { b: 1 } }],
    [{ 'a/b~c': 1 }, [{ op: 'remove', path: '/a~1b~0c' }], {}],
    [
      { a: { x: 1, y: 2 } },
      [{ op: 'test', path: '/a', value: { y: 2, x: 1 } }],
      { a: { x: 1, y: 2 } },
    ],
    [{}, [{ op: 'test', path: '/a', value: null }], {}],
    [{ '': 1 }, [{ op: 'replace', path: '/', value: 2 }], { '': 2 }],
  ])('%j with %j', (document, patch, expected) => {
    const before = structuredClone(document)
    expect(applyJsonPatch(document, patch)).toEqual(expected)
    expect(document).toEqual(before)
  })

  test.each([
    [[{ op: 'test', path: '/a', value: 2 }], 'operation 0: test /a: test failed'],
    [
      [
        { op: 'test', path: '/a', value: 1 },
        { op: 'remove', path: '/b' },
      ],
      'operation 1: remove /b: nothing at "b"',
    ],
    [[{ op: 'replace', path: '/b', value: 1 }], 'operation 0: replace /b: nothing at "b"'],
    [
      [{ op: 'add', path: '/list/3', value: 1 }],
      'operation 0: add /list/3: index 3 is out of bounds',
    ],
    [
      [{ op: 'add', path: '/list/01', value: 1 }],
      'operation 0: add /list/01: "01" is not an array index',
    ],
    [[{ op: 'add', path: '/a/b', value: 1 }], 'operation 0: add /a/b: nothing at "b"'],
    [
      [{ op: 'add', path: '/toString/x', value: 1 }],
      'operation 0: add /toString/x: nothing at "toString"',
    ],
    [[{ op: 'spam', path: '/a' }], 'operation 0: Unexpected kind: spam'],
    [[{ op: 'add', path: 'a', value: 1 }], 'operation 0: add needs a path that begins with /'],
    [
      [{ op: 'move', from: '/o', path: '/o/x' }],
      'operation 0: move /o/x: cannot move into itself from /o',
    ],
  ])('%j: %s', (patch, message) => {
    expect(causeOf(() => applyJsonPatch({ a: 1, list: [1], o: { x: {} } }, patch))).toEqual([
      422,
      message,
    ])
  })

  test('the answer is the one kubectl shows: no causes, of which it would make `: : operation 0`', () => {
    expect(() => applyJsonPatch({}, [{ op: 'remove', path: '/a' }])).toThrow(
      expect.objectContaining({
        status: expect.objectContaining({
          message: 'the server rejected our request due to an error in our request',
          reason: 'Invalid',
          details: {},
        }),
      }),
    )
  })

  test('limits', () => {
    const many = Array.from({ length: 10_001 }, () => ({ op: 'test', path: '', value: {} }))
    expect(causeOf(() => applyJsonPatch({}, many))).toEqual([
      413,
      'The allowed maximum operations in a JSON patch is 10000, got 10001',
    ])
    const copies = Array.from({ length: 30 }, (_, n) => ({ op: 'copy', from: '', path: `/c${n}` }))
    expect(causeOf(() => applyJsonPatch({ a: 'x'.repeat(1000) }, copies))[1]).toMatch(
      /Unable to complete the copy/,
    )
    expect(causeOf(() => applyJsonPatch({}, {}))[0]).toBe(400)
  })

  test('__proto__ is a name like any other', () => {
    const patched = applyJsonPatch(
      {},
      JSON.parse('[{"op":"add","path":"/__proto__","value":{"x":1}}]'),
    )
    expect(Object.hasOwn(patched as object, '__proto__')).toBe(true)
    expect(({} as Record<string, unknown>)['x']).toBeUndefined()
  })

  test('agrees with fast-json-patch on generated documents', () => {
    const json = fc.jsonValue({ maxDepth: 3 }).map(value => JSON.parse(JSON.stringify(value)))
    const record = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd/e', '~'), json)
    fc.assert(
      fc.property(record, record, (from, to) => {
        const patch = jsonpatch.compare(from, to)
        expect(applyJsonPatch(from, patch)).toEqual(to)
      }),
      { numRuns: 300 },
    )
  })

  test('agrees with fast-json-patch on generated operations', () => {
    const pointer = fc
      .array(fc.constantFrom('a', 'b', '0', '1', '-'), { maxLength: 3 })
      .map(parts => parts.map(part => `/${part}`).join(''))
    const operation = fc.record({
      op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test'),
      path: pointer,
      from: pointer,
      value: fc.constantFrom<unknown>(1, 'x', { a: [] }, [1], null),
    })
    const document = () => ({ a: { a: 1, b: [1, { a: 2 }] }, b: [[], 'x'] })
    const wellFormed = ({ op, path, from }: { op: string; path: string; from: string }) =>
      // Where fast-json-patch is laxer or stricter than the RFC and Kubernetes' library.
      path !== '' &&
      from !== '' &&
      !(op !== 'add' && `${path}${from}`.includes('-')) &&
      !(op === 'move' && path.startsWith(from)) &&
      // To it, a copy or a move behind the end of an array is one to its end.
      !((op === 'move' || op === 'copy') && path.endsWith('/1')) &&
      !(op === 'test')
    fc.assert(
      fc.property(fc.array(operation.filter(wellFormed), { maxLength: 4 }), patch => {
        const outcome = (run: () => unknown) => {
          try {
            return { result: run() }
          } catch {
            return 'refused'
          }
        }
        const theirs = outcome(
          () =>
            jsonpatch.applyPatch(document(), JSON.parse(JSON.stringify(patch)) as Operation[], true)
              .newDocument,
        )
        expect(outcome(() => applyJsonPatch(document(), patch))).toEqual(theirs)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('merge patch (the cases of RFC 7386)', () => {
  test.each([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [
      ['a', 'b'],
      ['c', 'd'],
      ['c', 'd'],
    ],
    [{ a: 'b' }, ['c'], ['c']],
    [{ a: 'foo' }, null, null],
    [{ a: 'foo' }, 'bar', 'bar'],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('%j + %j', (document, patch, expected) => {
    const before = structuredClone(document)
    expect(applyMergePatch(document, patch)).toEqual(expected)
    expect(document).toEqual(before)
  })
})
