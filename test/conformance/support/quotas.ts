import type { V1ResourceQuotaSpec } from '@kubernetes/client-node'
import { expect } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import type { ConformanceContext } from './context.ts'

/** Amounts by resource, as a quota's status tells them. */
export type Amounts = Record<string, string>

/** Creates a quota, and waits until its status says what may be used and that what is there was counted. */
export async function createQuota(
  context: ConformanceContext,
  name: string,
  spec: V1ResourceQuotaSpec & { hard: Amounts },
): Promise<void> {
  const { core, namespace } = context
  await core.createNamespacedResourceQuota({ namespace, body: { metadata: { name }, spec } })
  await eventually(async () => {
    const { status } = await core.readNamespacedResourceQuota({ namespace, name })
    expect(status?.hard).toEqual(spec.hard)
    expect(Object.keys(status?.used ?? {}).toSorted()).toEqual(Object.keys(spec.hard).toSorted())
  })
}

/** What a quota says is used. */
export async function readUsed(
  { core, namespace }: ConformanceContext,
  name: string,
): Promise<Amounts> {
  const { status } = await core.readNamespacedResourceQuota({ namespace, name })
  return status?.used ?? {}
}

/** Waits until a quota says that these amounts are used. */
export async function expectUsed(
  context: ConformanceContext,
  name: string,
  amounts: Amounts,
): Promise<void> {
  await eventually(async () => expect(await readUsed(context, name)).toMatchObject(amounts))
}
