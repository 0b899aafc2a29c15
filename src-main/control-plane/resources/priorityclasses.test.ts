import { expect, test } from 'vitest'
import type { PriorityClass } from '#kubernetes/api/scheduling-v1.ts'
import { priorityClasses } from './priorityclasses.ts'
import { created, failuresOf, updateFailuresOf } from './shared/testing.ts'

const priorityClass = (
  name: string,
  value: number,
  rest: Partial<PriorityClass> = {},
): PriorityClass => ({
  metadata: { name },
  value,
  ...rest,
})
const reserved =
  "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: "

test('a class preempts unless it says otherwise', () => {
  expect(created(priorityClasses, priorityClass('high', 1)).preemptionPolicy).toBe(
    'PreemptLowerPriority',
  )
})

test.each<[string, PriorityClass, string[]]>([
  [
    'a value above all users',
    priorityClass('high', 1_000_000_001),
    ['value: Forbidden: maximum allowed value of a user defined priority is 1000000000'],
  ],
  [
    'a name of the system',
    priorityClass('system-x', 1),
    [`${reserved}system-x is not a known system priority class`],
  ],
  [
    'a wrong value of the system',
    priorityClass('system-node-critical', 1),
    [`${reserved}value of system-node-critical PriorityClass must be 2000001000`],
  ],
  [
    'an unknown policy',
    priorityClass('high', 1, { preemptionPolicy: 'X' }),
    ['preemptionPolicy: Unsupported value: "X": supported values: "Never", "PreemptLowerPriority"'],
  ],
])('a class with %s is refused', (_what, object, errors) => {
  expect(failuresOf(priorityClasses, object)).toEqual(errors)
})

test('the classes of the system itself are accepted', () => {
  expect(
    failuresOf(priorityClasses, priorityClass('system-cluster-critical', 2_000_000_000)),
  ).toEqual([])
})

test('a class keeps its value and policy', () => {
  const change = (object: PriorityClass) =>
    Object.assign(object, { value: 2, preemptionPolicy: 'Never' })
  expect(updateFailuresOf(priorityClasses, priorityClass('high', 1), change)).toEqual([
    'value: Forbidden: may not be changed in an update.',
    'preemptionPolicy: Invalid value: "Never": field is immutable',
  ])
})
