import type { V1ObjectMeta } from '@kubernetes/client-node'
import { expect } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import type { ConformanceContext } from './context.ts'
import { refused } from './refusals.ts'

/** How the objects of a kind with the field `immutable` are written. */
export interface ImmutableKind<T> {
  create(): Promise<T>
  read(): Promise<T>
  replace(object: T): Promise<T>
  /** Changes the data, in place. */
  change(object: T, value: string): void
}

/** An object can be changed, then made immutable, and then neither its data nor that can be changed. */
export async function checkImmutability<T extends { immutable?: boolean; metadata?: V1ObjectMeta }>(
  { step }: ConformanceContext,
  { create, read, replace, change }: ImmutableKind<T>,
): Promise<void> {
  /** Reads, changes and writes; again when another writer came between. */
  const edit = (how: (object: T) => void) =>
    eventually(async () => {
      const object = await read()
      how(object)
      return replace(object)
    })
  const refusedEdit = async (how: (object: T) => void) => {
    const object = await read()
    how(object)
    return refused(422, replace(object))
  }
  await step('create one, and change its data', async () => {
    await create()
    await edit(object => change(object, 'value-2'))
  })
  await step('make it immutable', async () => {
    const answer = await edit(object => {
      object.immutable = true
    })
    expect(answer.immutable).toBe(true)
  })
  await step('its data can not be changed', async () => {
    const status = await refusedEdit(object => change(object, 'value-3'))
    expect(status.details?.causes?.[0]?.message).toContain(
      'field is immutable when `immutable` is set',
    )
  })
  await step('it can not be made mutable again', async () => {
    const status = await refusedEdit(object => {
      object.immutable = false
    })
    expect(status.details?.causes?.map(({ field }) => field)).toContain('immutable')
  })
  await step('its labels can still be changed', async () => {
    const answer = await edit(object => {
      object.metadata = { ...object.metadata, labels: { changed: 'true' } }
    })
    expect(answer.metadata?.labels).toEqual({ changed: 'true' })
  })
}
