import { expect, test } from 'vitest'
import type { VolumeAttributesClass } from '#kubernetes/api/storage-v1.ts'
import { failuresOf, updateFailuresOf } from './shared/testing.ts'
import { volumeAttributesClasses } from './volumeattributesclasses.ts'

const attributes = (rest: Partial<VolumeAttributesClass> = {}): VolumeAttributesClass => ({
  metadata: { name: 'gold' },
  driverName: 'csi.example.com',
  parameters: { iops: '5000' },
  ...rest,
})

test.each<[string, Partial<VolumeAttributesClass>, string[]]>([
  ['nothing wrong', {}, []],
  [
    'no parameters',
    { parameters: {} },
    ['parameters: Required value: must contain at least one key/value pair'],
  ],
  ['no driver', { driverName: '' }, ['driverName: Required value']],
  [
    'a parameter without a name',
    { parameters: { '': 'a' } },
    ['parameters: Invalid value: "": field can not be empty.'],
  ],
])('a class with %s', (_, rest, problems) => {
  expect(failuresOf(volumeAttributesClasses, attributes(rest))).toEqual(problems)
})

test('a class stays what it is', () => {
  expect(
    updateFailuresOf(volumeAttributesClasses, attributes(), object => {
      object.driverName = 'other.example.com'
      object.parameters = { iops: '1' }
    }),
  ).toEqual([
    'driverName: Forbidden: updates to driverName are forbidden.',
    'parameters: Forbidden: updates to parameters are forbidden.',
  ])
})
