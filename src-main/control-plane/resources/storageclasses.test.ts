import { expect, test } from 'vitest'
import type { StorageClass } from '#kubernetes/api/storage-v1.ts'
import { created, failuresOf, updateFailuresOf } from './shared/testing.ts'
import { storageClasses } from './storageclasses.ts'

const storageClass = (more: Partial<StorageClass> = {}): StorageClass => ({
  metadata: { name: 'fast' },
  provisioner: 'example.com/disk',
  ...more,
})

test('a class deletes and binds at once by default', () => {
  expect(created(storageClasses, storageClass())).toMatchObject({
    reclaimPolicy: 'Delete',
    volumeBindingMode: 'Immediate',
  })
})

test.each<[string, Partial<StorageClass>, string[]]>([
  ['no provisioner', { provisioner: '' }, ['provisioner: Required value']],
  [
    'another policy',
    { reclaimPolicy: 'Recycle' },
    ['reclaimPolicy: Unsupported value: "Recycle": supported values: "Delete", "Retain"'],
  ],
])('a class with %s is refused', (_what, more, errors) => {
  expect(failuresOf(storageClasses, storageClass(more))).toEqual(errors)
})

test('a class stays what it is', () => {
  expect(
    updateFailuresOf(storageClasses, storageClass(), object => {
      object.provisioner = 'other'
      object.volumeBindingMode = 'WaitForFirstConsumer'
    }),
  ).toEqual([
    'provisioner: Forbidden: updates to provisioner are forbidden.',
    'volumeBindingMode: Invalid value: "WaitForFirstConsumer": field is immutable',
  ])
})
