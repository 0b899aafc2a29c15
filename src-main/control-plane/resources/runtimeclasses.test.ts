import { expect, test } from 'vitest'
import type { RuntimeClass } from '#kubernetes/api/node-v1.ts'
import { runtimeClasses } from './runtimeclasses.ts'
import { failuresOf, updateFailuresOf } from './shared/testing.ts'

const runtimeClass = (rest: Partial<RuntimeClass> = {}): RuntimeClass => ({
  metadata: { name: 'sandboxed' },
  handler: 'gvisor',
  ...rest,
})
const twice = { key: 'sandbox', operator: 'Exists' as const }

test.each<[string, Partial<RuntimeClass>, string[]]>([
  ['overhead', { overhead: { podFixed: { cpu: '250m', memory: '120Mi' } } }, []],
  [
    'a handler that is no label',
    { handler: 'gVisor' },
    [
      "handler: Invalid value: \"gVisor\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
    ],
  ],
  [
    'negative overhead',
    { overhead: { podFixed: { cpu: '-1' } } },
    ['overhead.limits[cpu]: Invalid value: "-1": must be greater than or equal to 0'],
  ],
  [
    'a toleration that stands there twice',
    { scheduling: { tolerations: [twice, twice] } },
    [
      'scheduling.tolerations[1]: Duplicate value: {"Key":"sandbox","Operator":"Exists","Value":"","Effect":"","TolerationSeconds":null}',
    ],
  ],
])('a class with %s', (_, rest, problems) => {
  expect(failuresOf(runtimeClasses, runtimeClass(rest))).toEqual(problems)
})

test('a class keeps its handler', () => {
  expect(
    updateFailuresOf(runtimeClasses, runtimeClass(), object => {
      object.handler = 'kata'
    }),
  ).toEqual(['handler: Invalid value: "kata": field is immutable'])
})
